import { inputsOf, drawInput, samplings, type Sampling } from "../circuits/inputs.js";
import { applyReadout, type Circuits } from "../circuits/circuits.js";
import { checkMultiPart, type MultiPartNetwork } from "../network/multi-part.js";
import { RandomSequence } from "../base/random.js";
import { given, oneOf, wholeNumber } from "../base/errors.js";
import { finish, type Steps } from "../base/steps.js";
import type { Kernels } from "../kernels/kernels.js";
import { SparseEngine } from "./sparse.js";
import { MOST_SAMPLES } from "./sampling.js";

/** The goal of a search for the worst set of circuits, and the effort to spend on it. */
export interface AdversaryInput {
  /** Number of circuits active at once, 1 ≤ z ≤ T. */
  readonly z: number;
  readonly seed: number;
  /** The index of the network in a run; it determines the samples and the random changes. Default 0. */
  readonly network?: number;
  /** How many of a run's first samples are examined; the search starts from the worst of them. Default 16. */
  readonly samples?: number;
  /** How the active circuits of samples are chosen. Default "random". */
  readonly sampling?: Sampling;
  /** The step of the circuits whose errors are examined, 1…L. Default L. */
  readonly layer?: number;
  /** Number of changes tried on each of the 16 sets that run side by side. */
  readonly steps: number;
}

/**
 * The worst set of active circuits and inputs that a search found. Sets that were not tried may have larger errors.
 * Running the set again gives the same error.
 */
export interface WorstCase {
  /** Largest |δx| of an active circuit at that step; if circuits have no x, the largest error of their last readout. */
  readonly error: number;
  readonly circuits: readonly number[];
  readonly inputs: readonly (readonly number[])[];
}

/** Number of sets that are changed in parallel, one per lane. */
const CHAINS = 16;

interface Candidate {
  readonly circuits: readonly number[];
  readonly inputs: readonly (readonly number[])[];
}

/**
 * Searches for the set of z active circuits, with their inputs, that has the largest error of x at a step. If circuits
 * have no x, the error of their last readout is used instead. No noise.
 *
 * @param network a network from `buildRunNetwork` or `asMultiPart`
 * @param kernels the core to run on; the call takes over its memory. The core must not be in use by an asynchronous
 *   call
 * @returns the worst set found. Its error is a lower bound on the largest possible error, and at least as large as the
 * error in every sample examined
 * @throws InputError naming the argument, its value and its bound
 */
export function searchWorst(network: MultiPartNetwork, input: AdversaryInput, kernels: Kernels): WorstCase {
  return finish(searchSteps(network, input, kernels));
}

/** Index of the readout for which large errors are sought: x, or the last readout if circuits have no x. */
export function searchedReadout({ readouts }: Pick<Circuits, "readouts">): number {
  const x = readouts.findIndex(({ name }) => name === "x");
  return x === -1 ? readouts.length - 1 : x;
}

/** Like `searchWorst`, but in small steps. */
export function* searchSteps(network: MultiPartNetwork, input: AdversaryInput, kernels: Kernels): Steps<WorstCase> {
  const { L } = checkMultiPart(network).circuits;
  const from = given("input", input, "an object { z, seed, steps, … }");
  const { z, seed, network: number = 0, steps, samples = CHAINS, sampling = "random", layer = L } = from;
  wholeNumber("seed", seed, 0);
  wholeNumber("network", number, 0);
  wholeNumber("steps", steps, 0);
  wholeNumber("samples", samples, 1, MOST_SAMPLES);
  oneOf("sampling", sampling, samplings);
  wholeNumber("layer", layer, 1, L);
  return yield* worstSteps(new SparseEngine(kernels, network, { z }), input);
}

/**
 * Searches with an engine that is already loaded, in small steps.
 *
 * Starts from the sixteen worst of a run's first samples and changes each of them, one circuit at a time. A change that
 * reduces the error is undone, so the error found is at least as large as the error of each of those first samples.
 * Half of the new circuits are neighbours of an active circuit: they share a neuron with it.
 *
 * @param runner an engine with 16 lanes
 */
export function* worstSteps(runner: SparseEngine, given: AdversaryInput): Steps<WorstCase> {
  const { network } = runner;
  const { circuits } = network;
  const { z, seed, network: number = 0, steps, samples = CHAINS, sampling = "random", layer = circuits.L } = given;
  const { T } = circuits;
  const random = new RandomSequence(seed, "user", number, 0x5ea);
  const neighbours = neighboursOf(network.reads.slice(0, layer));
  const group = searchedReadout(circuits);
  const first = circuits.readouts.slice(0, group).reduce((sum, { matrix }) => sum + matrix.length, 0);
  const input = (t: number): number[] => drawInput(inputsOf(circuits.inputs, t), random);

  const errorsOf = (candidates: readonly Candidate[]): number[] => {
    runner.setInputs(
      candidates.map((candidate) => candidate.circuits),
      candidates.map((candidate) => candidate.inputs),
    );
    runner.runTile(CHAINS, z, { until: layer, measure: false });
    const read = runner.lastReadouts(CHAINS * z, z, layer);
    const truth = runner.truth(layer, CHAINS * z);
    return candidates.map((_, lane) => {
      let worst = 0;
      for (let occurrence = lane * z; occurrence < (lane + 1) * z; occurrence++) {
        const wanted = applyReadout(circuits.readouts[group], truth[occurrence]);
        const error = Math.hypot(...wanted.map((value, row) => value - read[occurrence][first + row]));
        worst = Math.max(worst, Number.isFinite(error) ? error : Number.MAX_VALUE);
      }
      return worst;
    });
  };

  const drawn = CHAINS * Math.max(1, Math.ceil(samples / CHAINS));
  const work = drawn + steps * CHAINS;
  let current: Candidate[] = [];
  let errors: number[] = [];
  for (let at = 0; at < samples || current.length < CHAINS; at += CHAINS) {
    runner.sample({ z, seed, network: number, sampling }, at, CHAINS);
    const inputs = runner.truth(0, CHAINS * z);
    const candidates = runner
      .activeCircuits(CHAINS, z)
      .map((own, k): Candidate => ({ circuits: own, inputs: inputs.slice(k * z, (k + 1) * z) }));
    const all = [...current, ...candidates].map((candidate, k) => ({ candidate, k }));
    const of = [...errors, ...errorsOf(candidates)];
    const worst = all.sort((a, b) => of[b.k] - of[a.k]).slice(0, CHAINS);
    current = worst.map(({ candidate }) => candidate);
    errors = worst.map(({ k }) => of[k]);
    yield Math.min(1, (at + CHAINS) / work);
  }
  for (let step = 0; step < steps; step++) {
    const changed = current.map((candidate): Candidate => {
      const slot = random.below(z);
      const near = neighbours(candidate.circuits[random.below(z)], random);
      const next = random.below(2) === 0 ? near : random.below(T);
      // A circuit that is already active keeps its place and gets another input.
      const t = candidate.circuits.includes(next) ? candidate.circuits[slot] : next;
      return {
        circuits: candidate.circuits.map((own, k) => (k === slot ? t : own)),
        inputs: candidate.inputs.map((own, k) => (k === slot ? input(t) : own)),
      };
    });
    const found = errorsOf(changed);
    current = current.map((own, lane) => (found[lane] >= errors[lane] ? changed[lane] : own));
    errors = errors.map((own, lane) => Math.max(own, found[lane]));
    yield Math.min(1, (drawn + (step + 1) * CHAINS) / work);
  }
  const best = errors.indexOf(Math.max(...errors));
  return { error: errors[best], ...current[best] };
}

/**
 * Returns a function that draws a circuit that shares a neuron with circuit t at some layer; the circuit drawn may be t
 * itself.
 */
function neighboursOf(reads: MultiPartNetwork["reads"]): (t: number, random: RandomSequence) => number {
  const tables = [...new Set(reads)].flatMap((list) =>
    list.flatMap((read) => {
      if (read.kind !== "circuit") return [];
      const { assignment } = read;
      const { S, P, neurons } = assignment;
      const owners: number[][] = Array.from({ length: P }, () => []);
      neurons.forEach((neuron, at) => owners[neuron].push(Math.floor(at / S)));
      return { assignment, owners };
    }),
  );
  return (t, random) => {
    const { assignment, owners } = tables[random.below(tables.length)];
    const { S, neurons } = assignment;
    const sharing = owners[neurons[t * S + random.below(S)]];
    return sharing[random.below(sharing.length)];
  };
}

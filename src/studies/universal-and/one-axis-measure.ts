import { assignmentConstructions, type AssignmentKind } from "../../assignment/constructions.js";
import { RandomSequence } from "../../base/random.js";
import { gateCircuits, type GatePair } from "../../circuits/gates.js";
import { FactoredEngine } from "../../engine/factored.js";
import type { Task, TaskKind } from "../../jobs/task.js";
import type { FactoredConstruction } from "../../network/construction.js";
import { permutedEmbedding } from "../../network/embedding.js";
import { buildNetwork, type Network } from "../../network/network.js";
import type { Kernels } from "../../kernels/kernels.js";
import { chooseActive, drive } from "./measure.js";
import { drawUniversalNetwork, type UniversalNetwork } from "./network.js";

/** The layout of the circuits in superposition that serve as gates. */
export interface CircuitsLayout {
  readonly construction: FactoredConstruction;
  readonly assignment: AssignmentKind;
  readonly S: number;
}

/**
 * Networks that compute ANDs: of all pairs of inputs or of chosen pairs, with Newgas' four classes, or with circuits.
 */
export type AndNetwork =
  | { readonly method: "pairs" | "chosen"; readonly S: number }
  | { readonly method: "classes" }
  | ({ readonly method: "circuits" } & CircuitsLayout);

/** Counts the samples in which a network of D neurons has a wrong AND. */
export interface AndCountTask extends Task<AndCount> {
  readonly kind: "and-count";
  readonly network: AndNetwork;
  readonly D: number;
  /** Number of inputs if the network computes all pairs, otherwise number of gates. */
  readonly count: number;
  /** Number of inputs that are on. */
  readonly active: number;
  readonly samples: number;
  readonly seed: number;
  readonly repeat: number;
}

export interface AndCount {
  readonly samples: number;
  /** Number of samples in which an AND is on the wrong side of ½. */
  readonly wrong: number;
}

/** Counts the samples for which `isRight`, called with each sample's random numbers, is false. */
function countWrong(
  { samples, seed, repeat }: Pick<AndCountTask, "samples" | "seed" | "repeat">,
  isRight: (random: RandomSequence) => boolean,
): AndCount {
  let wrong = 0;
  for (let sample = 0; sample < samples; sample++)
    if (!isRight(new RandomSequence(seed, "samples", sample, repeat))) wrong++;
  return { samples, wrong };
}

/** Counts the wrong samples of a network that computes the ANDs of all pairs of `count` inputs. [L5] */
function allPairs(task: AndCountTask, S: number): AndCount {
  const { D: d, count: m, active, seed, repeat } = task;
  const network = drawUniversalNetwork({ m, d, k: 2, gates: null, code: "uniform", p: 0, S, copies: 1, seed, repeat });
  const sums = new Float64Array(network.readers.length);
  const least = network.readers.reduce((low, count) => Math.min(low, count), Infinity);
  return countWrong(task, (random) => {
    const on = chooseActive(random, { m, active, k: 2 }, null);
    return pairsAreRight(network, on, { m, least, sums });
  });
}

/**
 * Counts the wrong samples of a network with `count` gates of two inputs each, where every input belongs to one gate
 * and drives that gate's neurons. Both inputs of one gate are on, together with active − 2 other inputs. [L5] [L5c]
 */
function chosenGates(task: AndCountTask, S: number): AndCount {
  const { D, count, active, seed, repeat } = task;
  const sets = uniformSets(new RandomSequence(seed, "vectors", repeat), { count, D, S });
  const { starts, gatesOf } = gatesByNeuron(sets, D, S);
  const [inputsOn, h] = [new Uint8Array(count), new Uint8Array(D)];
  const sums = new Uint32Array(count);
  return countWrong(task, (random) => {
    inputsOn.fill(0)[random.below(count)] = 2;
    h.fill(0);
    sums.fill(0);
    for (let left = active - 2; left > 0;) {
      const gate = random.below(count);
      // A gate with one input on is half as likely to be drawn as a gate with no input on.
      if (inputsOn[gate] === 2 || (inputsOn[gate] === 1 && random.uniform() < 0.5)) continue;
      inputsOn[gate]++;
      left--;
    }
    for (let gate = 0; gate < count; gate++)
      if (inputsOn[gate] > 0) for (let s = 0; s < S; s++) h[sets[gate * S + s]] += inputsOn[gate];
    for (let neuron = 0; neuron < D; neuron++)
      if (h[neuron] > 1)
        for (let at = starts[neuron]; at < starts[neuron + 1]; at++) sums[gatesOf[at]] += h[neuron] - 1;
    return sums.every((sum, gate) => 2 * sum > S === (inputsOn[gate] === 2));
  });
}

/** Draws sets of S of the D neurons, all equally likely, [count][S]. */
function uniformSets(
  random: RandomSequence,
  { count, D, S }: { readonly count: number; readonly D: number; readonly S: number },
): Uint32Array {
  const sets = new Uint32Array(count * S);
  // For each neuron, the last set that contains it.
  const last = new Int32Array(D).fill(-1);
  for (let at = 0; at < sets.length;) {
    const neuron = random.below(D);
    const set = Math.floor(at / S);
    if (last[neuron] === set) continue;
    last[neuron] = set;
    sets[at++] = neuron;
  }
  return sets;
}

/** The gates of each neuron n, at starts[n]…starts[n+1]. */
function gatesByNeuron(sets: Uint32Array, D: number, S: number): { starts: Uint32Array; gatesOf: Uint32Array } {
  const starts = new Uint32Array(D + 1);
  for (const neuron of sets) starts[neuron + 1]++;
  for (let neuron = 0; neuron < D; neuron++) starts[neuron + 1] += starts[neuron];
  const next = starts.slice();
  const gatesOf = new Uint32Array(sets.length);
  sets.forEach((neuron, at) => (gatesOf[next[neuron]++] = Math.floor(at / S)));
  return { starts, gatesOf };
}

/**
 * Whether all pairs are on the correct side of ½. Pairs with an input that is on are checked one by one. Another pair
 * is checked only if, for each of its inputs, the sum of h over the input's neurons exceeds the threshold of the pair
 * with the fewest neurons.
 */
function pairsAreRight(
  network: UniversalNetwork,
  on: ReadonlySet<number>,
  { m, least, sums }: { readonly m: number; readonly least: number; readonly sums: Float64Array },
): boolean {
  const { inputsOf, readers } = network;
  const place = (i: number, j: number): number => (i < j ? (j * (j - 1)) / 2 + i : (i * (i - 1)) / 2 + j);
  const total = new Float64Array(m);
  const withOn = new Map([...on].map((i) => [i, new Float64Array(m)]));
  const driven: [neuron: number, h: number][] = [];
  drive(network, 2, on, null, (neuron, h) => {
    driven.push([neuron, h]);
    for (const i of inputsOf[neuron]) {
      total[i] += h;
      const own = withOn.get(i);
      if (own !== undefined) for (const j of inputsOf[neuron]) own[j] += h;
    }
  });
  for (const [i, own] of withOn)
    for (let j = 0; j < m; j++) if (j !== i && own[j] > readers[place(i, j)] / 2 !== on.has(j)) return false;
  const near = driven.map(([neuron]) => inputsOf[neuron].filter((i) => 2 * total[i] > least && !on.has(i)));
  sums.fill(0);
  driven.forEach(([, h], at) => eachPair(near[at], (pair) => (sums[pair] += h)));
  let isRight = true;
  for (const inputs of near) eachPair(inputs, (pair) => (isRight &&= sums[pair] <= readers[pair] / 2));
  return isRight;
}

function eachPair(inputs: Uint32Array, use: (pair: number) => void): void {
  for (let b = 1; b < inputs.length; b++) {
    const base = (inputs[b] * (inputs[b] - 1)) / 2;
    for (let a = 0; a < b; a++) use(base + inputs[a]);
  }
}

/**
 * Counts the wrong samples of Newgas' network (arXiv 2507.09816). Each weight is either 0.1 or negative, with equal
 * probability, so the neurons form four classes for every pair of inputs; biases are 0.05. A neuron is assumed to be
 * off if an active input has a negative weight. A pair is read as 4·(A − B1 − B2 + C): A is the mean over the neurons
 * with both weights positive, B1 and B2 are the means over those with only the first or only the second positive, and C
 * is the mean over those with neither.
 */
function fourClasses(task: AndCountTask): AndCount {
  const { D: d, count: m, active, seed, repeat } = task;
  const code = { code: "bernoulli", p: 0.5, S: 1, copies: 1 } as const;
  const network = drawUniversalNetwork({ m, d, k: 2, gates: null, ...code, seed, repeat });
  const { gates, readers, neuronsOf, inputsOf } = network;
  const h = 0.05 + 0.1 * active;
  const sums = new Float64Array(readers.length);
  const mean = (sum: number, count: number): number => (sum === 0 ? 0 : sum / count);
  return countWrong(task, (random) => {
    const on = chooseActive(random, { m, active, k: 2 }, null);
    sums.fill(0);
    const single = new Float64Array(m);
    let driven = 0;
    drive(network, active, on, null, (neuron) => {
      driven++;
      network.addTo(sums, neuron, 1);
      for (const i of inputsOf[neuron]) single[i]++;
    });
    return sums.every((both, pair) => {
      const [i, j] = [gates[2 * pair], gates[2 * pair + 1]];
      const [I, J, B] = [neuronsOf[i].length, neuronsOf[j].length, readers[pair]];
      const readout =
        mean(both, B) -
        mean(single[i] - both, I - B) -
        mean(single[j] - both, J - B) +
        mean(driven - single[i] - single[j] + both, d - I - J + B);
      return 4 * h * readout > 0.5 === (on.has(i) && on.has(j));
    });
  });
}

const SIDE_BY_SIDE = 8;

/**
 * Counts the wrong samples of a network of `count` circuits in superposition. Each circuit has two wires and an AND,
 * which is read in layer 2. The input is already in superposition. Both inputs of one circuit are on; in each of
 * `active − 2` other circuits, one input is on.
 */
function circuits(task: AndCountTask, { construction, assignment, S }: CircuitsLayout, kernels: Kernels): AndCount {
  const { count: T, active, samples, seed, repeat } = task;
  const [d, L, z] = [8, 2, active - 1];
  const P = Math.floor(task.D / d);
  const D = P * d;
  const layer = (pair: GatePair): GatePair[] => Array.from({ length: T }, () => pair);
  const gates = gateCircuits([layer(["keep", "keep"]), layer(["and", "and"])]);
  const rows = assignmentConstructions[assignment].build({ T, P, S });
  const embedding = permutedEmbedding(rows, L, seed, repeat);
  const network = buildNetwork({ shape: { D, d, T, S, L }, circuits: gates, embedding, construction });
  const engine = new FactoredEngine(kernels, network, { gate: "relu", z, lanes: SIDE_BY_SIDE, keepActivations: true });
  const inputs = gates.inputs.kind === "choice" ? gates.inputs.vectors : [];
  const [row] = gates.readouts[1].matrix;
  let wrong = 0;
  for (let first = 0; first < samples; first += SIDE_BY_SIDE) {
    const count = Math.min(SIDE_BY_SIDE, samples - first);
    const drawn = Array.from({ length: count }, (_, k) => {
      const random = new RandomSequence(seed, "samples", first + k, repeat);
      const ids = new Set<number>();
      while (ids.size < z) ids.add(random.below(T));
      return [...ids].map((id, at) => ({ id, input: inputs[at === 0 ? 3 : 1 + random.below(2)] }));
    });
    engine.setInputs(
      drawn.map((own) => own.map(({ id }) => id)),
      drawn.map((own) => own.map(({ input }) => input)),
    );
    engine.runTile(count, z);
    drawn.forEach(([{ id }], lane) => {
      const read = readRow(network, engine.activations(L, lane), row);
      if (!read.every((value, t) => value > 0.5 === (t === id))) wrong++;
    });
  }
  return { samples, wrong };
}

/** The value of one readout row of each circuit in the last layer, [T]. [E17] */
function readRow({ readouts, parts }: Network, activations: Float32Array, row: readonly number[]): Float64Array {
  const { assignment, scale, shift } = readouts[readouts.length - 1];
  const [{ P }] = parts;
  const { T, S, neurons } = assignment;
  // For each n, the row applied to neuron n of every block.
  const ofPlace = Float64Array.from({ length: P }, (_, n) =>
    row.reduce((sum, weight, i) => (weight === 0 ? sum : sum + weight * activations[i * P + n]), 0),
  );
  const everywhere = shift * ofPlace.reduce((sum, value) => sum + value, 0);
  const read = new Float64Array(T);
  for (let t = 0; t < T; t++) {
    let sum = 0;
    for (let at = t * S; at < (t + 1) * S; at++) sum += ofPlace[neurons[at]];
    read[t] = scale * sum - everywhere;
  }
  return read;
}

export const andCountKind: TaskKind<AndCountTask> = {
  name: "and-count",
  run(core, task) {
    const { network } = task;
    switch (network.method) {
      case "pairs":
        return allPairs(task, network.S);
      case "chosen":
        return chosenGates(task, network.S);
      case "classes":
        return fourClasses(task);
      case "circuits":
        return circuits(task, network, core.claim());
    }
  },
  cost: ({ network, D, count, samples }) => {
    const S = "S" in network ? network.S : D / 2;
    return { load: 0, run: (count * S) / 1e4 + (samples * count) / 1e4, resultBytes: 100 };
  },
  describe: ({ network, D, count, repeat }) => `${network.method}: ${count} with D = ${D}, network ${repeat}`,
};

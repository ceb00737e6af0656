import { circuitsByNeuron } from "../../assignment/assignment.js";
import { applyReadout, weightOf } from "../../circuits/circuits.js";
import { InputError, wholeNumber } from "../../base/errors.js";
import type { Kernels } from "../../kernels/kernels.js";
import type { Gate } from "../../network/construction.js";
import type { LinksTerm, SumTerm } from "../../network/layer.js";
import type { Network } from "../../network/network.js";
import { readAll } from "../../engine/readout.js";
import { FactoredEngine } from "../../engine/factored.js";
import { buildRunNetwork } from "../../config/build.js";
import type { RunSpec } from "../../config/run-spec.js";
import type { Task, TaskKind } from "../../jobs/task.js";
import { engineFor } from "../../runs/engines.js";

/** Mean squares, over samples and active circuits, of the parts of a readout's error before the ReLU. [E21b] */
export interface MeasuredTerms {
  readonly self: number;
  readonly others: number;
  readonly previous: number;
  /**
   * The mean square of the sum of the three parts. This sum is the error of the pre-activation if no neuron is wrongly
   * on.
   */
  readonly sum: number;
  /** The mean square of the readout's error after the gate. [E18] */
  readonly error: number;
}

export interface LayerTerms {
  readonly layer: number;
  /** By readout name. */
  readonly readouts: Readonly<Record<string, MeasuredTerms>>;
  /** Share of the neurons used by no active circuit that have A > 1e−4; the theory holds while this share is 0. */
  readonly wronglyOn: number;
  /** Share of samples in which at least one such neuron is on. */
  readonly samplesWronglyOn: number;
}

export interface TermsInput {
  readonly z: number;
  readonly samples: number;
  readonly seed: number;
  /** Index of this network in the run; each network has its own samples. Default 0. */
  readonly network?: number;
  readonly gate?: Gate;
}

/** A neuron with an activation above this value counts as on. [E19] */
const ON = 1e-4;

/**
 * Measures the terms of the error theory: the effect of circuits on themselves, their effect on one another, and the
 * error carried over from the layer before. [E21b]
 *
 * For circuits t and v and layers l ≥ 2, `B_tv = (1/S)⟨e_t^l|W^l|e_v^{l−1}⟩` is a d×d matrix; then self = `(B_tt −
 * w_t)·a_t`, others = `Σ_{v≠t} (B_tv·a_v − (1/S)⟨e_t|e_v⟩·w_t·a_v)`, previous = `w_t·δa_t`. Layer 1 has only the
 * overlap term, `Σ_{v≠t} (1/S)⟨e_t|e_v⟩·w_v·a_v`, which is listed under `others`.
 *
 * @returns one entry per layer 1…L
 * @throws InputError for constructions other than `capped`, because the readout must be `e_t/S`
 */
export function measureTerms(network: Network, input: TermsInput, kernels: Kernels): LayerTerms[] {
  const { circuits, shape, embedding } = network;
  const { d, T, S, L } = shape;
  if (network.construction !== "capped") {
    throw new InputError(
      `construction = "${network.construction}": the terms of [E21b] apply only to capped networks.`,
    );
  }
  const z = wholeNumber("z", input.z, 1, T);
  const samples = wholeNumber("samples", input.samples, 1);
  const runner = new FactoredEngine(kernels, network, {
    gate: input.gate ?? "relu",
    z,
    lanes: 4,
    keepActivations: true,
  });
  const random = { z, sampling: "random", seed: input.seed, network: input.network ?? 0 } as const;
  const blocks = embedding.map((_, k) => (k === 0 ? null : layerBlocks(network, k + 1)));
  const names = ["self", "others", "previous", "sum", "error"] as const;
  const totals = Array.from({ length: L }, () => ({
    readouts: circuits.readouts.map(() => ({ self: 0, others: 0, previous: 0, sum: 0, error: 0 })),
    on: 0,
    unused: 0,
    samplesOn: 0,
  }));
  for (let sample = 0; sample < samples; sample++) {
    runner.sample(random, sample, 1);
    const active = runner.activeCircuits(1, z)[0];
    runner.runTile(1, z);
    const truth = Array.from({ length: L + 1 }, (_, l) => runner.truth(l, z));
    let before = truth[0];
    for (let l = 1; l <= L; l++) {
      const total = totals[l - 1];
      const A = runner.activations(l, 0);
      const readout = readAll(network, A, l, active);
      const own = active.map((t) => weightOf(circuits, l, t));
      active.forEach((t, i) => {
        const self = new Float64Array(d);
        const others = new Float64Array(d);
        active.forEach((v, j) => {
          const overlap =
            l === 1 ? shared(embedding[0].neurons, S, t, v) / S : shared(embedding[l - 2].neurons, S, t, v) / S;
          if (l === 1) {
            if (i !== j) addProduct(others, own[j], truth[0][j], overlap);
          } else {
            const into = i === j ? self : others;
            addProduct(into, blocks[l - 1]!(t, v), truth[l - 1][j], 1);
            addProduct(into, own[i], truth[l - 1][j], -overlap);
          }
        });
        const previous = new Float64Array(d);
        if (l > 1)
          addProduct(
            previous,
            own[i],
            before[i].map((value, c) => value - truth[l - 1][i][c]),
            1,
          );
        const parts = {
          self,
          others,
          previous,
          sum: self.map((value, c) => value + others[c] + previous[c]),
          error: Float64Array.from(readout[i], (value, c) => value - truth[l][i][c]),
        };
        circuits.readouts.forEach((of, group) => {
          for (const name of names) {
            total.readouts[group][name] += applyReadout(of, parts[name]).reduce((sum, y) => sum + y * y, 0);
          }
        });
      });
      const { on, unused } = wronglyOn(network, A, l, active);
      total.on += on;
      total.unused += unused;
      if (on > 0) total.samplesOn++;
      before = readout;
    }
  }
  const count = samples * z;
  return totals.map(({ readouts, on, unused, samplesOn }, k) => ({
    layer: k + 1,
    readouts: Object.fromEntries(
      circuits.readouts.map(({ name }, group) => [
        name,
        Object.fromEntries(names.map((part) => [part, readouts[group][part] / count])) as unknown as MeasuredTerms,
      ]),
    ),
    wronglyOn: unused === 0 ? 0 : on / unused,
    samplesWronglyOn: samplesOn / samples,
  }));
}

/** Number of neurons that circuits t and v share. */
function shared(neurons: Uint32Array, S: number, t: number, v: number): number {
  let count = 0;
  for (let s = 0; s < S; s++) for (let r = 0; r < S; r++) if (neurons[t * S + s] === neurons[v * S + r]) count++;
  return count;
}

/** sum += scale · matrix · vector, where the matrix is [d][d]. */
function addProduct(sum: Float64Array, matrix: Float64Array, vector: ArrayLike<number>, scale: number): void {
  const d = sum.length;
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sum[i] += scale * matrix[i * d + j] * vector[j];
}

function wronglyOn(
  network: Network,
  A: Float32Array,
  l: number,
  active: readonly number[],
): { on: number; unused: number } {
  const { S } = network.shape;
  const { d, P } = network.parts[0];
  const { neurons } = network.embedding[l - 1];
  const used = new Set(active.flatMap((t) => Array.from(neurons.subarray(t * S, (t + 1) * S))));
  let on = 0;
  for (let n = 0; n < P; n++) {
    if (used.has(n)) continue;
    for (let i = 0; i < d; i++) if (A[i * P + n] > ON) on++;
  }
  return { on, unused: d * (P - used.size) };
}

/**
 * The d×d blocks `(1/S)⟨e_t^l|W^l|e_v^{l−1}⟩` of one layer's weights, computed from the layer's terms, as a function of
 * t and v.
 */
function layerBlocks({ shape, layers }: Network, l: number): (t: number, v: number) => Float64Array {
  const { d, S } = shape;
  const { terms } = layers[l - 1];
  const { shared: mean, own, gather, scatter } = terms.find((term) => term.kind === "circuits")!;
  const links = terms.filter((term): term is LinksTerm & typeof term => term.kind === "links");
  const sums = terms.filter((term): term is SumTerm & typeof term => term.kind === "sum");
  const [after, before] = [circuitsByNeuron(scatter), circuitsByNeuron(gather)];
  const size = d * d;
  return (t, v) => {
    const block = new Float64Array(size);
    const rows = scatter.neurons.subarray(t * S, (t + 1) * S);
    const columns = gather.neurons.subarray(v * S, (v + 1) * S);
    const add = (matrix: Float64Array, scale: number, offset = 0): void => {
      for (let at = 0; at < size; at++) block[at] += (scale / S) * matrix[offset + at];
    };
    // The circuits that link neurons of t to neurons of v, each with the number of its links.
    const reached = new Map<number, number>();
    for (const n of rows) {
      for (const u of after.circuits.subarray(after.starts[n], after.starts[n + 1])) {
        reached.set(u, (reached.get(u) ?? 0) + 1);
      }
    }
    for (const m of columns) {
      for (const u of before.circuits.subarray(before.starts[m], before.starts[m + 1])) {
        const ways = reached.get(u);
        if (ways === undefined) continue;
        add(mean.matrix, mean.scale * ways);
        add(own.matrix, own.scale * ways, u * size);
      }
    }
    for (const { starts, columns: entries, weights, by } of links) {
      for (const n of rows) {
        for (let e = starts[n]; e < starts[n + 1]; e++) {
          if (columns.includes(entries[e])) add(by.matrix, by.scale * weights[e]);
        }
      }
    }
    for (const { weights, by } of sums) {
      for (const m of columns) add(by.matrix, by.scale * (weights?.[m] ?? 1) * S);
    }
    return block;
  };
}

/** The parts of active circuits' errors for samples 0…count−1 of one network. [E21b] */
export interface TermsTask extends Task<readonly LayerTerms[]> {
  readonly kind: "terms";
  readonly spec: RunSpec;
  readonly network: number;
  readonly z: number;
  readonly count: number;
}

export const termsKind: TaskKind<TermsTask> = {
  name: "terms",
  run(core, { spec, network, z, count }) {
    const input = { z, samples: count, seed: spec.seed, network, gate: spec.gate };
    return measureTerms(buildRunNetwork(spec, network), input, core.claim());
  },
  cost({ spec, z, count }) {
    const { load, sample } = engineFor(spec).cost(spec);
    // At every layer, the readouts of active circuits and the matrix B_tv of every pair of them are computed in plain
    // TypeScript.
    return { load, run: count * (16 * sample + 0.5 * z ** 2 * spec.L), resultBytes: 600 * spec.L };
  },
  describe: ({ spec, network, z }) => `error terms of network ${network}, D = ${spec.D}, T = ${spec.T}, z = ${z}`,
};

import { circuitsByNeuron, loads, type Assignment } from "../../assignment/assignment.js";
import { primeSteps } from "../../assignment/prime-steps.js";
import { writeDescriptor } from "../../kernels/descriptors.js";
import * as fields from "../../kernels/fields.js";
import type { Kernels } from "../../kernels/kernels.js";
import { Arena } from "../../kernels/memory.js";
import { permutedEmbedding } from "../../network/embedding.js";
import { suppression } from "../../network/connections.js";
import { RandomSequence } from "../../base/random.js";
import type { Task, TaskKind } from "../../jobs/task.js";

/** One network of the check [E23]: T circuits with one component each, in a block of P neurons. */
export interface EmbeddingMatrixTask extends Task<EmbeddingMatrixErrors> {
  readonly kind: "embedding-matrix";
  readonly P: number;
  readonly T: number;
  readonly S: number;
  readonly seed: number;
  readonly network: number;
}

/** Mean of `(a_tv − c_tv)²` over pairs t < v. */
export interface EmbeddingMatrixErrors {
  /** (i) w̄ = 0, Δw_u = ±1 at random. */
  readonly delta: number;
  /** (ii) w̄ = 1, Δw = 0. */
  readonly mean: number;
  /** (iii) the sum of both. */
  readonly both: number;
}

/**
 * Measures how far the embedding-matrix term between two layers is from its ideal: w_t times the overlap of circuits t
 * and v in the earlier layer. [E23]
 *
 * There is one input for every circuit v: its embedding, which is 1 on S neurons. This input reaches the neurons that
 * are linked to those S neurons.
 */
export function measureEmbeddingMatrix(
  kernels: Kernels,
  input: Omit<EmbeddingMatrixTask, "kind">,
): EmbeddingMatrixErrors {
  const { P, T, S, seed, network } = input;
  const lanes = 16;
  const W = 4 * lanes;
  const [before, after] = permutedEmbedding(primeSteps({ T, P, S }), 2, seed, network);
  const random = new RandomSequence(seed, "signs", network);
  const signs = new Float32Array(T);
  for (let t = 0; t < T; t++) signs[t] = random.word() & 1 ? 1 : -1;
  const links = signedLinks(after, before, signs);
  const chi = suppression(links, { T, S });

  const arena = new Arena(kernels.memory, kernels.heapBase());
  const X = arena.bytes(P * W);
  const Y = arena.bytes(2 * P * W);
  const sums = arena.bytes(24);
  const embedding = writeDescriptor(arena, fields.embedLinks, {
    ...{ Y, X, W, S, neurons: arena.u32(before.neurons), starts: arena.u32(links.starts) },
    ...{ rows: arena.addresses(links.rows, 0, 2 * W), weights: arena.f32(links.weights) },
  });
  const errors = writeDescriptor(arena, fields.embeddingErrors, {
    ...{ linked: (1 / S + chi) / S, constant: chi * S, own: 1 / (S * S), overlap: 1 / S, Y, X, W, S, sums },
    ...{ rowsX: arena.addresses(before.neurons, 0, W), rowsY: arena.addresses(after.neurons, 0, 2 * W) },
    ...{ signs: arena.f32(signs) },
  });
  for (let first = 0; first < T; first += lanes) {
    const count = Math.min(lanes, T - first);
    kernels.zero(X, P * W);
    kernels.zero(Y, 2 * P * W);
    kernels.embedLinks(embedding, first, count);
    kernels.embeddingErrors(errors, first, count);
  }
  const pairs = (T * (T - 1)) / 2;
  const [delta, mean, both] = arena.viewF64(sums, 3);
  return { delta: delta / pairs, mean: mean / pairs, both: both / pairs };
}

/** The matrix C in compressed columns, with a weight for each link. */
interface SignedLinks {
  /** Links of neuron m of the previous layer are starts[m]…starts[m+1]−1. */
  readonly starts: Uint32Array;
  /** The neuron n of each link. */
  readonly rows: Uint32Array;
  /** `Σ r_u` over the circuits u that link n and m. */
  readonly weights: Float32Array;
  /** `U = ⟨k^l|C|k^{l−1}⟩ − T·S²`. [E12] */
  readonly unwanted: number;
}

/** Lists every link, in time and memory proportional to T·S²; findLinks keeps only pairs linked by several circuits. */
function signedLinks(after: Assignment, before: Assignment, signs: Float32Array): SignedLinks {
  const { T, P, S } = after;
  const { starts: circuitStarts, circuits } = circuitsByNeuron(before);
  const loadAfter = loads(after);
  /** The most recent link of neuron n. */
  const latest = new Int32Array(P).fill(-1);
  const starts = new Uint32Array(P + 1);
  const rows = new Uint32Array(T * S * S);
  const weights = new Float32Array(T * S * S);
  let count = 0;
  let linked = 0;
  for (let m = 0; m < P; m++) {
    let reach = 0;
    for (let c = circuitStarts[m]; c < circuitStarts[m + 1]; c++) {
      const u = circuits[c];
      for (let s = 0; s < S; s++) {
        const n = after.neurons[u * S + s];
        if (latest[n] < starts[m]) {
          latest[n] = count;
          rows[count++] = n;
          reach += loadAfter[n];
        }
        weights[latest[n]] += signs[u];
      }
    }
    starts[m + 1] = count;
    linked += (circuitStarts[m + 1] - circuitStarts[m]) * reach;
  }
  return { starts, rows: rows.slice(0, count), weights: weights.slice(0, count), unwanted: linked - T * S * S };
}

export const embeddingMatrixKind: TaskKind<EmbeddingMatrixTask> = {
  name: "embedding-matrix",
  run: (core, task) => measureEmbeddingMatrix(core.claim(), task),
  cost: ({ T, S }) => ({ load: 0, run: 5 + 4e-6 * T ** 2 * S, resultBytes: 100 }),
  describe: ({ network, P, T, S }) => `embedding matrix of network ${network}, P = ${P}, T = ${T}, S = ${S}`,
};

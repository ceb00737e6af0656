import { primeSteps } from "../assignment/prime-steps.js";
import type { Kernels } from "../kernels/kernels.js";
import { PASS_BLOCK, passFields } from "../kernels/kernels.js";
import { Arena } from "../kernels/memory.js";
import { permutedEmbedding } from "../network/embedding.js";
import { findLinks, suppression } from "../network/links.js";
import { RandomSequence } from "../random.js";
import { repeatedRows, rowLists } from "./rows.js";

/** One network of the check [E23]: blocks of P neurons, T circuits of one component. */
export interface EmbeddingMatrixInput {
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
 * Measures how far the embedding matrix between two layers is from "same circuit, same overlap". [E23]
 *
 * Every circuit v is one sample whose input is its own embedding; the factored layer carries both components at once.
 */
export function measureEmbeddingMatrix(kernels: Kernels, input: EmbeddingMatrixInput): EmbeddingMatrixErrors {
  const { P, T, S, seed, network } = input;
  const lanes = 16;
  const W = 4 * lanes;
  const [before, after] = permutedEmbedding(primeSteps({ T, P, S }), 2, seed, network);
  const links = findLinks(after!, before!);
  const chi = suppression(links, { T, S });
  const random = new RandomSequence(seed, "signs", network);
  const signs = Float32Array.from({ length: T }, () => (random.word() & 1 ? 1 : -1));

  const arena = new Arena(kernels.memory, kernels.heapBase());
  const X = arena.bytes(P * W);
  const Y = arena.bytes(2 * P * W);
  const rowsX = arena.u32(before!.neurons.map((n) => n * W));
  const rowsY = arena.u32(after!.neurons.map((n) => n * 2 * W));
  const signsAt = arena.f32(signs);
  const excess = rowLists(
    arena,
    repeatedRows(links.starts, links.columns, links.excess, (n) => X + n * W),
    (n) => Y + n * 2 * W,
    1,
  );
  // Every circuit writes its sum and ± its sum: mix_t = (1, r_t) of one gathered coordinate.
  const fields: Partial<Record<(typeof passFields)[number], number>> = {
    gather: arena.u32(before!.neurons.map((n) => X + n * W)),
    scatter: arena.u32(after!.neurons.map((n) => Y + n * 2 * W)),
    ...{ T, S, W, k: 1, pass: 0, inner: 1, outer: 2, writes: 1 },
    mix: arena.f32(Array.from(signs).flatMap((sign) => [1, sign])),
    V: arena.bytes(PASS_BLOCK * 2 * W),
    scratch: arena.bytes(PASS_BLOCK * W),
    stops: arena.u32([0xffffffff]),
  };
  const pass = arena.u32(passFields.map((name) => fields[name] ?? 0));
  const scratch = arena.bytes(W);
  const sums = arena.bytes(24);
  for (let first = 0; first < T; first += lanes) {
    const count = Math.min(lanes, T - first);
    kernels.zero(X, P * W);
    kernels.zero(Y, 2 * P * W);
    const x = arena.viewF32(X, P * lanes);
    for (let b = 0; b < count; b++) {
      for (let s = 0; s < S; s++) x[before!.neurons[(first + b) * S + s]! * lanes + b] = 1;
    }
    kernels.circuitsPass(pass);
    // The excess concerns the first component alone; a pass of one coordinate leaves the second.
    kernels.correct(excess.count, excess.targets, excess.starts, excess.rows, W, 1, 2, 1, 0, scratch);
    const [linked, own] = [(1 / S + chi) / S, 1 / (S * S)];
    kernels.embeddingPairs(
      ...([Y, X, rowsY, rowsX, signsAt, T, S, W, first, count, linked, chi * S, own, 1 / S, sums] as const),
    );
  }
  const pairs = (T * (T - 1)) / 2;
  const [delta, mean, both] = arena.viewF64(sums, 3);
  return { delta: delta! / pairs, mean: mean! / pairs, both: both! / pairs };
}

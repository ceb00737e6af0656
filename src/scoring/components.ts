import type { Kernels } from "../kernels/kernels.js";
import { assignToCircuits } from "./cover.js";
import { timesTransposed } from "./products.js";
import type { Components } from "./result-file.js";
import { summarize, type Summary } from "./summary.js";
import type { ComponentTruth, TrueParts } from "./truth.js";

/** How well parameter components match the circuits of one layer. */
export interface ComponentScores {
  readonly components: number;
  readonly rank: number;
  /** Number of components with zero energy, for which purity is undefined. */
  readonly dead: number;
  /** ‖W − Σ U V‖²/‖W‖². */
  readonly faithfulness: number;
  /**
   * Over components: the largest share of a component's energy that lies in the write and read subspaces of a single
   * circuit.
   */
  readonly purity: Summary;
  /** The mean purity of the components, weighted by their energy. */
  readonly weightedPurity: number | null;
  /**
   * Over components: the share of the component's energy that lies in one circuit's subspaces, averaged over all
   * circuits. `chanceShare` is the share that noise would have: (d/D)² if circuits write d directions.
   */
  readonly meanShare: Summary;
  readonly chanceShare: number;
  /** Over circuits: 1 − ‖W_t − Σ of the circuit's components‖²/‖W_t‖². */
  readonly coverage: Summary;
  /** Per component: its purity, and the circuit to which it is assigned (−1 for none). */
  readonly purities: readonly number[];
  readonly circuits: readonly number[];
  /** The coverage of each circuit. */
  readonly coverages: readonly number[];
}

/** The truth for a network of one part. */
export function partsTruth(truth: TrueParts): ComponentTruth {
  const { T, d, P, energies } = truth;
  const norm = truth.besides === null ? truth.writeNorm * truth.S : truth.S;
  return {
    ...{ T, D: d * P, energies },
    chanceShare: (truth.besides?.rank ?? d) / d / (P * P),
    compare(given) {
      const cores = new Cores(given, truth);
      const core = new Float64Array(d * d);
      const besides = new Float64Array(truth.besides === null ? 0 : d * d);
      return (c, squares, inner) => {
        cores.take(c);
        for (let t = 0; t < T; t++) {
          cores.of(t, core, besides);
          let [square, product] = [0, 0];
          for (let at = 0; at < d * d; at++) {
            square += core[at] * core[at];
            product += core[at] * truth.matrices[t * d * d + at];
          }
          if (truth.besides !== null) {
            for (let at = 0; at < d * d; at++) product += besides[at] * truth.besides.matrix[at];
            square = squareInColumns(truth, t, core, besides);
          }
          squares[t] = square / norm;
          inner[t] = product;
        }
      };
    },
  };
}

/** @param W the layer's weights, [D][D] */
export function scoreComponents(
  kernels: Kernels,
  W: Float32Array,
  given: Components,
  truth: ComponentTruth,
): ComponentScores {
  const { C, r } = given;
  const { T, D } = truth;
  const energies = componentEnergies(given, D);
  const compare = truth.compare(given);
  const shares = new Float64Array(C);
  const purities = new Float64Array(C);
  const squares = new Float64Array(T);
  const inner = new Float64Array(T);
  const candidates: { circuit: number; inner: number }[][] = [];
  for (let c = 0; c < C; c++) {
    compare(c, squares, inner);
    let [sum, most] = [0, 0];
    for (const square of squares) {
      const share = energies[c] > 0 ? square / energies[c] : 0;
      sum += share;
      most = Math.max(most, share);
    }
    shares[c] = sum / T;
    purities[c] = most;
    candidates.push(promising(inner, energies[c], truth.energies));
  }
  const { circuits, coverages } = assignToCircuits(given, energies, candidates, truth);
  const alive = Array.from(energies.keys()).filter((c) => energies[c] > 0);
  const total = alive.reduce((all, c) => all + energies[c], 0);
  const scored = Array.from(coverages.keys()).filter((t) => truth.energies[t] > 0);
  return {
    ...{ components: C, rank: r, dead: C - alive.length },
    faithfulness: faithfulness(kernels, W, given, D),
    purity: summarize(alive.map((c) => purities[c])),
    weightedPurity: total > 0 ? alive.reduce((all, c) => all + purities[c] * energies[c], 0) / total : null,
    meanShare: summarize(alive.map((c) => shares[c])),
    chanceShare: truth.chanceShare,
    coverage: summarize(scored.map((t) => coverages[t])),
    ...{ purities: [...purities], circuits: [...circuits], coverages: [...coverages] },
  };
}

/** The largest number of circuits considered for one component. */
const CANDIDATES = 8;

/** At most CANDIDATES circuits whose coverage this component would raise, best first. */
function promising(inner: Float64Array, energy: number, wanted: Float64Array): { circuit: number; inner: number }[] {
  const found: { circuit: number; inner: number; gain: number }[] = [];
  inner.forEach((product, circuit) => {
    const gain = (2 * product - energy) / wanted[circuit];
    if (!(gain > 0) || gain === Infinity) return;
    if (found.length === CANDIDATES && gain <= (found.at(-1)?.gain ?? 0)) return;
    const at = found.findIndex((other) => other.gain < gain);
    found.splice(at === -1 ? found.length : at, 0, { circuit, inner: product, gain });
    found.length = Math.min(found.length, CANDIDATES);
  });
  return found;
}

/** ‖U_c V_c‖² of every component, computed from r×r products. */
function componentEnergies({ C, r, U, V }: Components, D: number): Float64Array {
  const energies = new Float64Array(C);
  for (let c = 0; c < C; c++) {
    const at = c * D * r;
    for (let j = 0; j < r; j++) {
      for (let k = 0; k <= j; k++) {
        let [left, right] = [0, 0];
        for (let n = 0; n < D; n++) {
          left += U[at + n * r + j] * U[at + n * r + k];
          right += V[at + j * D + n] * V[at + k * D + n];
        }
        energies[c] += (j === k ? 1 : 2) * left * right;
      }
    }
    energies[c] = Math.max(0, energies[c]);
  }
  return energies;
}

/** ‖Q_t M_c e_t‖² if a circuit writes other vectors besides y_t: Q_t projects onto the columns of W_t. */
function squareInColumns(
  { d, matrices, besides }: TrueParts,
  t: number,
  core: Float64Array,
  more: Float64Array,
): number {
  if (besides === null) return 0;
  const size = d * d;
  // ⟨column k of W_t|M_c|e_t⟩, [d][d].
  const inner = new Float64Array(size);
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < d; k++) {
      const [own, shared] = [matrices[t * size + i * d + k], besides.matrix[i * d + k]];
      for (let j = 0; j < d; j++) inner[k * d + j] += own * core[i * d + j] + shared * more[i * d + j];
    }
  }
  let square = 0;
  for (let k = 0; k < d; k++) {
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let i = 0; i < d; i++) sum += besides.whiten[t * size + k * d + i] * inner[i * d + j];
      square += sum * sum;
    }
  }
  return square;
}

/** Computes `⟨y_t|M_c|e_t⟩`, d×d, for every circuit and one component c at a time. */
class Cores {
  readonly #given: Components;
  readonly #truth: TrueParts;
  /** Sums of U over the blocks of the current component, [d][r]. */
  readonly #sums: Float64Array;
  readonly #left: Float64Array;
  readonly #right: Float64Array;
  #at = 0;

  constructor(given: Components, truth: TrueParts) {
    this.#given = given;
    this.#truth = truth;
    this.#sums = new Float64Array(truth.d * given.r);
    this.#left = new Float64Array(truth.d * given.r);
    this.#right = new Float64Array(truth.d * given.r);
  }

  take(c: number): void {
    const { r, U } = this.#given;
    const { d, P } = this.#truth;
    this.#at = c * d * P * r;
    this.#sums.fill(0);
    for (let n = 0; n < d * P; n++) {
      const block = Math.floor(n / P) * r;
      for (let k = 0; k < r; k++) this.#sums[block + k] += U[this.#at + n * r + k];
    }
  }

  /** @param more receives `⟨κ(e_t − 1)|M_c|e_t⟩` if W_t has a second part (`besides`) */
  of(t: number, into: Float64Array, more: Float64Array): void {
    const { r, U, V } = this.#given;
    const { d, P, S, scale, shift, besides, writes, reads } = this.#truth;
    const [left, right] = [this.#left, this.#right];
    for (let i = 0; i < d; i++) {
      for (let k = 0; k < r; k++) {
        let [written, read] = [0, 0];
        for (let s = t * S; s < (t + 1) * S; s++) {
          written += U[this.#at + (i * P + writes[s]) * r + k];
          read += V[this.#at + k * d * P + i * P + reads[s]];
        }
        left[i * r + k] = scale * written - shift * this.#sums[i * r + k];
        right[i * r + k] = read;
      }
    }
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        let sum = 0;
        for (let k = 0; k < r; k++) sum += left[i * r + k] * right[j * r + k];
        into[i * d + j] = sum;
        if (besides === null) continue;
        let everywhere = 0;
        for (let k = 0; k < r; k++) everywhere += this.#sums[i * r + k] * right[j * r + k];
        // Here y_t is e_t/S.
        more[i * d + j] = besides.kappa * (S * sum - everywhere);
      }
    }
  }
}

/** Components are summed in groups whose stacked factors have at most this many columns. */
const STACKED = 1024;

function faithfulness(kernels: Kernels, W: Float32Array, { C, r, U, V }: Components, D: number): number {
  const rest = Float64Array.from(W);
  const most = Math.max(1, Math.floor(STACKED / r));
  for (let first = 0; first < C; first += most) {
    const count = Math.min(most, C - first);
    const K = count * r;
    const left = new Float32Array(D * K);
    const right = new Float32Array(D * K);
    for (let c = 0; c < count; c++) {
      for (let k = 0; k < r; k++) {
        for (let n = 0; n < D; n++) {
          left[n * K + c * r + k] = U[((first + c) * D + n) * r + k];
          right[n * K + c * r + k] = V[((first + c) * r + k) * D + n];
        }
      }
    }
    timesTransposed(kernels, left, right, K).forEach((value, at) => (rest[at] -= value));
  }
  const square = (values: ArrayLike<number>): number => {
    let sum = 0;
    for (let at = 0; at < values.length; at++) sum += values[at] * values[at];
    return sum;
  };
  return square(rest) / square(W);
}

import { choleskyFactor, choleskySolve } from "../../base/cholesky.js";
import type { Assignment } from "../../assignment/assignment.js";
import { noSymmetry, type Symmetry } from "./codes.js";
import { evenPower } from "./fit.js";
import type { SparseInputs } from "./inputs.js";
import { decoderOf, encoderOf, type CompressedNetwork } from "./network.js";

/** The values that are refitted in addition to b and c. */
export const refits = ["none", "decoder", "all"] as const;
export type Refit = (typeof refits)[number];

/**
 * Errors below this share of (mean |e|^q)^(1/q) hardly contribute to the loss and get no weight in a least-squares
 * step.
 */
const SMALL_ERROR = 0.6;
/**
 * Initial step size of the encoder search, if the weight of a feature's own neurons is 1; halved when a round gains
 * little.
 */
const PROBE = 0.01;
/** The largest change of a value in one step. */
const LONGEST = 0.04;
/**
 * Number of least-squares steps for the decoder before the search; each round of the search then takes one more step.
 */
const FIRST_STEPS = 3;

/**
 * Refits the values of a network on a sample of inputs, without gradient descent through the ReLUs. [L7]
 *
 * The loss is convex in the decoder, which is fitted by weighted least squares: output by output, or orbit by orbit if
 * the code is symmetric. A search fits the encoder, one class of weights at a time. A class holds weights that the
 * symmetry maps to each other; without a symmetry, the weight from feature f to neuron n is classified by the number of
 * features on n that share a neuron with f. After each round, encoder and decoder continue in the direction of their
 * change (Hooke and Jeeves, 1961) while the loss falls.
 *
 * @param given the symmetry of the code; null if the code is not symmetric
 * @param rounds number of rounds in the search over the encoder; with 0, only the decoder is refitted
 * @returns the network with the lowest loss found
 */
export function refit(
  network: CompressedNetwork,
  given: Symmetry | null,
  q: number,
  inputs: SparseInputs,
  rounds: number,
): CompressedNetwork {
  const { code } = network;
  const { P: N, T: F } = code;
  const symmetry = given ?? noSymmetry({ F, N });
  const classes =
    given === null
      ? neighbourClasses(code)
      : Uint16Array.from({ length: F * N }, (_, at) => given.orbitOf[Math.floor(at / N)] * N + given.placeOf[at]);
  const values = new LossOfValues(encoderOf(network), decoderOf(network), { classes, symmetry, N, F, q, inputs });
  for (let step = 0; step < FIRST_STEPS; step++) values.stepDecoder();
  for (let round = 0; round < rounds; round++) {
    const before = values.copy();
    values.searchEncoder();
    values.stepDecoder();
    values.goOn(before);
  }
  return { ...network, encoder: rounds > 0 ? values.encoder : network.encoder, decoder: values.decoder };
}

/**
 * Classes of weights: the weight from feature f to neuron n is classified by the number of features on n that share a
 * neuron with f. The last class holds the weights of a feature's own neurons.
 */
function neighbourClasses(code: Assignment): Uint16Array {
  const { P: N, T: F, S: K, neurons } = code;
  const has = new Uint8Array(F * N);
  const featuresOf = Array.from({ length: N }, (): number[] => []);
  neurons.forEach((neuron, at) => {
    has[Math.floor(at / K) * N + neuron] = 1;
    featuresOf[neuron].push(Math.floor(at / K));
  });
  const neighbours = Uint16Array.from({ length: F * N }, (_, at) => {
    if (has[at] === 1) return 0;
    const own = neurons.subarray(Math.floor(at / N) * K, (Math.floor(at / N) + 1) * K);
    return featuresOf[at % N].filter((g) => own.some((n) => has[g * N + n] === 1)).length;
  });
  const last = neighbours.reduce((most, count) => Math.max(most, count), 0) + 1;
  return neighbours.map((count, at) => (has[at] === 1 ? last : count));
}

interface Layout {
  /** The class of each encoder weight, [F][N]. */
  readonly classes: Uint16Array;
  readonly symmetry: Symmetry;
  readonly N: number;
  readonly F: number;
  readonly q: number;
  readonly inputs: SparseInputs;
}

/** A copy of the values. */
interface Values {
  readonly encoder: Float64Array;
  readonly decoder: Float64Array;
}

/** Encoder and decoder with their errors on a sample, kept up to date as values change. */
class LossOfValues {
  encoder: Float64Array;
  decoder: Float64Array;
  readonly #layout: Layout;
  /** Neurons by feature and class: the neurons of class c for feature f start at `#members[#firsts[f·(C+1)+c]]`. */
  readonly #members: Uint16Array;
  readonly #firsts: Uint32Array;
  readonly #classCount: number;
  /** W_outᵀ, [N][F]. */
  readonly #rows: Float32Array;
  readonly #preActivations: Float32Array;
  readonly #errors: Float32Array;
  readonly #losses: Float64Array;
  #probe = PROBE;
  #loss = 0;

  constructor(encoder: Float64Array, decoder: Float64Array, layout: Layout) {
    const { classes, N, F, inputs } = layout;
    this.encoder = Float64Array.from(encoder);
    this.decoder = Float64Array.from(decoder);
    this.#layout = layout;
    const C = classes.reduce((most, one) => Math.max(most, one), 0) + 1;
    this.#classCount = C;
    this.#firsts = new Uint32Array(F * (C + 1));
    this.#members = new Uint16Array(F * N);
    for (let f = 0; f < F; f++) {
      const firsts = this.#firsts.subarray(f * (C + 1), (f + 1) * (C + 1));
      for (let n = 0; n < N; n++) firsts[classes[f * N + n] + 1]++;
      firsts[0] = f * N;
      for (let c = 0; c < C; c++) firsts[c + 1] += firsts[c];
      const next = firsts.slice();
      for (let n = 0; n < N; n++) this.#members[next[classes[f * N + n]]++] = n;
    }
    this.#rows = new Float32Array(N * F);
    this.#preActivations = new Float32Array(inputs.count * N);
    this.#errors = new Float32Array(inputs.count * F);
    this.#losses = new Float64Array(inputs.count);
    this.#compute();
  }

  copy(): Values {
    return { encoder: this.encoder.slice(), decoder: this.decoder.slice() };
  }

  #set({ encoder, decoder }: Values): void {
    this.encoder = encoder;
    this.decoder = decoder;
    this.#compute();
  }

  /** Pre-activations, errors and losses of all inputs. */
  #compute(): void {
    const { N, F, q, inputs } = this.#layout;
    const { starts, features, values } = inputs;
    for (let n = 0; n < N; n++) for (let f = 0; f < F; f++) this.#rows[n * F + f] = this.decoder[f * N + n];
    this.#loss = 0;
    for (let s = 0; s < inputs.count; s++) {
      const [from, to] = [starts[s], starts[s + 1]];
      if (from === to) continue;
      const a = this.#preActivations.subarray(s * N, (s + 1) * N).fill(0);
      const e = this.#errors.subarray(s * F, (s + 1) * F).fill(0);
      for (let j = from; j < to; j++) {
        const column = features[j] * N;
        for (let n = 0; n < N; n++) a[n] += values[j] * this.encoder[column + n];
        e[features[j]] = -Math.max(0, values[j]);
      }
      for (let n = 0; n < N; n++) {
        const h = a[n];
        if (h <= 0) continue;
        for (let f = 0, row = n * F; f < F; f++, row++) e[f] += h * this.#rows[row];
      }
      let loss = 0;
      for (let f = 0; f < F; f++) loss += evenPower(e[f], q);
      this.#losses[s] = loss;
      this.#loss += loss;
    }
  }

  /**
   * One step of iteratively reweighted least squares for W_out. With weights |e|^(q−2), moving 1/(q−1) of the way to
   * the solution is a Newton step.
   */
  stepDecoder(): void {
    const { symmetry, N, F, q, inputs } = this.#layout;
    const { orbits, orbitOf, placeOf } = symmetry;
    const least = SMALL_ERROR * (this.#loss / inputs.count / F) ** (1 / q);
    const grams = new Float64Array(orbits * N * N);
    const rights = new Float64Array(orbits * N);
    const on = new Uint16Array(N);
    for (let s = 0; s < inputs.count; s++) {
      if (inputs.starts[s] === inputs.starts[s + 1]) continue;
      const a = this.#preActivations.subarray(s * N, (s + 1) * N);
      let count = 0;
      for (let n = 0; n < N; n++) if (a[n] > 0) on[count++] = n;
      for (let f = 0; f < F; f++) {
        const e = this.#errors[s * F + f];
        if (Math.abs(e) < least) continue;
        const weight = q === 2 ? 1 : evenPower(e, q - 2);
        const gram = orbitOf[f] * N * N;
        const right = orbitOf[f] * N;
        for (let i = 0; i < count; i++) {
          const place = placeOf[f * N + on[i]];
          const weighted = weight * a[on[i]];
          rights[right + place] += weighted * e;
          for (let j = 0; j <= i; j++) grams[gram + place * N + placeOf[f * N + on[j]]] += weighted * a[on[j]];
        }
      }
    }
    const before = this.copy();
    const lossBefore = this.#loss;
    const steps = new Float64Array(orbits * N);
    for (let orbit = 0; orbit < orbits; orbit++) {
      const gram = grams.subarray(orbit * N * N, (orbit + 1) * N * N);
      // So far, each product has been added on only one side of the diagonal.
      let trace = 0;
      for (let i = 0; i < N; i++) {
        trace += gram[i * N + i];
        for (let j = 0; j < i; j++) gram[i * N + j] += gram[j * N + i];
      }
      for (let i = 0; i < N; i++) gram[i * N + i] += 1e-8 * trace + Number.MIN_VALUE;
      const right = rights.slice(orbit * N, (orbit + 1) * N);
      if (trace > 0) choleskySolve(choleskyFactor(gram, N), right);
      steps.set(right, orbit * N);
    }
    this.#set({
      encoder: this.encoder,
      decoder: this.decoder.map((value, at) => {
        const orbit = orbitOf[Math.floor(at / N)];
        return value - steps[orbit * N + placeOf[at]] / (q - 1);
      }),
    });
    if (this.#loss > lossBefore) this.#set(before);
  }

  /**
   * One round over the classes: each class moves to the minimum of a parabola through three losses if that lowers the
   * loss.
   */
  searchEncoder(): void {
    const before = this.#loss;
    for (let c = 0; c < this.#classCount; c++) {
      const [up, down] = [this.#change(c, this.#probe, false), this.#change(c, -this.#probe, false)];
      const curvature = up + down - 2 * this.#loss;
      const best =
        curvature > 0 ? (this.#probe * (down - up)) / (2 * curvature) : up < down ? this.#probe : -this.#probe;
      const step = Math.max(-LONGEST, Math.min(LONGEST, best));
      const loss = this.#loss;
      if (this.#change(c, step, true) > loss) this.#change(c, -step, true);
    }
    if (this.#loss > 0.999 * before) this.#probe /= 2;
  }

  /**
   * The loss after adding `by` to every weight of class c.
   *
   * @param keeps whether to keep the change
   */
  #change(c: number, by: number, keeps: boolean): number {
    const { N, F, q, inputs } = this.#layout;
    const { starts, features, values } = inputs;
    const [C, firsts, members] = [this.#classCount, this.#firsts, this.#members];
    const [all, errors, rows, losses] = [this.#preActivations, this.#errors, this.#rows, this.#losses];
    const changed = new Float64Array(N);
    const touched = new Uint16Array(N);
    const changes = new Float64Array(N);
    const trial = new Float32Array(F);
    let total = 0;
    for (let s = 0; s < inputs.count; s++) {
      let count = 0;
      for (let j = starts[s]; j < starts[s + 1]; j++) {
        const first = features[j] * (C + 1) + c;
        for (let m = firsts[first]; m < firsts[first + 1]; m++) {
          const n = members[m];
          if (changed[n] === 0) touched[count++] = n;
          changed[n] += by * values[j];
        }
      }
      let moved = 0;
      for (let k = 0; k < count; k++) {
        const n = touched[k];
        const a = all[s * N + n];
        const next = a + changed[n];
        changed[n] = 0;
        if (keeps) all[s * N + n] = next;
        const change = Math.max(0, next) - Math.max(0, a);
        if (change === 0) continue;
        touched[moved] = n;
        changes[moved++] = change;
      }
      if (moved === 0) {
        total += losses[s];
        continue;
      }
      // Usually, only one neuron is affected.
      for (let f = 0, row = touched[0] * F, at = s * F; f < F; f++) trial[f] = errors[at++] + changes[0] * rows[row++];
      for (let k = 1; k < moved; k++)
        for (let f = 0, row = touched[k] * F; f < F; f++) trial[f] += changes[k] * rows[row++];
      let loss = 0;
      for (let f = 0; f < F; f++) loss += evenPower(trial[f], q);
      total += loss;
      if (keeps) {
        errors.set(trial, s * F);
        losses[s] = loss;
      }
    }
    if (keeps) {
      const { classes } = this.#layout;
      for (let at = 0; at < F * N; at++) if (classes[at] === c) this.encoder[at] += by;
      this.#loss = total;
    }
    return total;
  }

  /**
   * Continues in the direction from `before` to the current values, doubling the distance each time, while the loss
   * falls.
   */
  goOn(before: Values): void {
    for (let far = 1; far <= 16; far *= 2) {
      const [reached, loss] = [this.copy(), this.#loss];
      const beyond = (to: Float64Array, from: Float64Array): Float64Array =>
        to.map((value, at) => value + far * (value - from[at]));
      this.#set({ encoder: beyond(reached.encoder, before.encoder), decoder: beyond(reached.decoder, before.decoder) });
      if (this.#loss < loss) {
        before = reached;
        continue;
      }
      this.#set(reached);
      return;
    }
  }
}

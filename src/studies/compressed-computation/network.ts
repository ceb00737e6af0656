import type { Assignment } from "../../assignment/assignment.js";
import { measureOverlaps } from "../../assignment/statistics.js";
import { choleskyFactor } from "../../base/cholesky.js";
import { encoderStatistics, type EncoderStatistics } from "../../training/verdict.js";

/**
 * A network with one hidden layer, ŷ = W_out ReLU(W_in x), made by hand from a code M: W_in = Mᵀ + b(1 − Mᵀ), W_out =
 * c·pinv(Mᵀ). If values were refitted, `encoder` and `decoder` list them one by one. [L6]
 */
export interface CompressedNetwork {
  readonly code: Assignment;
  /** b: the weight of a neuron outside a feature's set, relative to the weight of a neuron inside it. */
  readonly b: number;
  /** c: the factor of the pseudo-inverse. */
  readonly c: number;
  /** The columns of W_in, [F][N]; null to derive them from the code. */
  readonly encoder: Float64Array | null;
  /** W_out, [F][N]; null to derive it from the code. */
  readonly decoder: Float64Array | null;
}

/** (MᵀM)⁻¹, [N][N], or, if neurons are linearly dependent, a substitute that acts in the same way on the rows of M. */
export function gramInverse({ P: N, T: F, S: K, neurons }: Assignment): Float64Array {
  const gram = new Float64Array(N * N);
  for (let f = 0; f < F; f++)
    for (let i = f * K; i < (f + 1) * K; i++)
      for (let j = f * K; j < (f + 1) * K; j++) gram[neurons[i] * N + neurons[j]]++;
  for (let n = 0; n < N; n++) gram[n * N + n] += (1e-8 * F * K) / N;
  const factor = choleskyFactor(gram, N);
  // The inverse C⁻¹ of the Cholesky factor, row by row; the result is C⁻ᵀ·C⁻¹.
  const inverse = new Float64Array(N * N);
  for (let i = 0; i < N; i++) {
    const row = inverse.subarray(i * N, i * N + i + 1);
    row[i] = 1;
    for (let k = 0; k < i; k++) {
      const factorOf = factor[i * N + k];
      for (let j = 0; j <= k; j++) row[j] -= factorOf * inverse[k * N + j];
    }
    for (let j = 0; j <= i; j++) row[j] /= factor[i * N + i];
  }
  const result = new Float64Array(N * N);
  for (let k = 0; k < N; k++)
    for (let i = 0; i <= k; i++) {
      const value = inverse[k * N + i];
      for (let j = 0; j <= k; j++) result[i * N + j] += value * inverse[k * N + j];
    }
  return result;
}

/** pinv(Mᵀ) = M(MᵀM)⁻¹, [F][N]. */
export function pseudoInverse(code: Assignment): Float64Array {
  const { P: N, T: F, S: K, neurons } = code;
  const inverse = gramInverse(code);
  const result = new Float64Array(F * N);
  for (let f = 0; f < F; f++)
    for (let k = f * K; k < (f + 1) * K; k++)
      for (let n = 0; n < N; n++) result[f * N + n] += inverse[neurons[k] * N + n];
  return result;
}

/** The columns of W_in, [F][N]. */
export function encoderOf({ code, b, encoder }: CompressedNetwork): Float64Array {
  if (encoder !== null) return encoder;
  const { P: N, T: F, S: K, neurons } = code;
  const result = new Float64Array(F * N).fill(b);
  neurons.forEach((neuron, at) => (result[Math.floor(at / K) * N + neuron] = 1));
  return result;
}

/** W_out, [F][N]. */
export function decoderOf({ code, c, decoder }: CompressedNetwork): Float64Array {
  return decoder ?? pseudoInverse(code).map((value) => c * value);
}

/** Statistics of the weights themselves, not of the network's performance. */
export interface CodeStatistics extends EncoderStatistics {
  /** The largest number of neurons that two features share. */
  readonly largestOverlap: number;
}

export function codeStatistics(network: CompressedNetwork): CodeStatistics {
  const { code, b } = network;
  const { P: N, T: F, S: K } = code;
  const largestOverlap = measureOverlaps(code).largest;
  if (network.encoder === null) {
    const norm = K + (N - K) * b * b;
    const cosine = (shared: number): number => (shared + 2 * (K - shared) * b + (N - 2 * K + shared) * b * b) / norm;
    const coherence = Math.max(...[0, largestOverlap].map((shared) => Math.abs(cosine(shared))));
    return { largestOverlap, coherence, featuresPerNeuron: (F * K) / N };
  }
  return { largestOverlap, ...encoderStatistics(network.encoder, { F, N }) };
}

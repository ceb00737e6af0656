import { Adam } from "../../base/adam.js";
import { normalPair, RandomSequence } from "../../base/random.js";
import { finish, type Steps } from "../../base/steps.js";

/** The loss that a trained embedding minimises. */
export const losses = ["MSE", "L4", "binary cross-entropy", "categorical cross-entropy"] as const;
export type Loss = (typeof losses)[number];

export interface AutoencoderInput {
  /** Number of dimensions of the embedding. */
  readonly n: number;
  readonly m: number;
  readonly loss: Loss;
  readonly seed: number;
  readonly steps?: number;
}

export interface Embedded {
  /** Embedding vector of each feature, [m][n]. */
  readonly vectors: readonly (readonly number[])[];
  /** Mean over the m inputs; MSE and L4 are also averaged over the m outputs. */
  readonly loss: number;
  /** (1/m²)·|EᵀE − 1|², for any training loss. */
  readonly meanSquare: number;
}

/**
 * Trains y = Eᵀ E x on the m inputs with one feature of amplitude 1, using Adam and starting from small random numbers.
 * Outputs have no bias, except for binary cross-entropy, where a logit must be negative if its feature is off.
 *
 * Deterministic: a function of the input alone.
 */
export function trainAutoencoder(input: AutoencoderInput): Embedded {
  return finish(autoencoderSteps(input));
}

/** Runs {@link trainAutoencoder} in small steps. */
export function* autoencoderSteps({ n, m, loss, seed, steps = 3000 }: AutoencoderInput): Steps<Embedded> {
  const random = new RandomSequence(seed, "user");
  const hasBias = loss === "binary cross-entropy";
  const parameters = Float64Array.from({ length: n * m + (hasBias ? m : 0) }, (_, i) =>
    i < n * m ? 0.3 * normalPair(random)[0] : 0,
  );
  const adam = new Adam(parameters.length, { epsilon: 1e-9, decays: "powers" });
  for (let step = 1; step <= steps; step++) {
    const { gradient } = lossOf(parameters, n, m, loss);
    // The rate falls to 0, so that training ends at a minimum instead of jittering around it.
    adam.step(parameters, gradient, 0.02 * (1 - (step - 1) / steps));
    yield step / steps;
  }
  const vectors = Array.from({ length: m }, (_, j) => Array.from({ length: n }, (_, k) => parameters[j * n + k]));
  return { vectors, loss: lossOf(parameters, n, m, loss).value, meanSquare: meanSquareOf(vectors) };
}

/**
 * (1/m²)·|EᵀE − 1|²: the mean squared error over one-hot inputs and all outputs. The value is `(m−n)/m²` for every
 * projection of rank n.
 */
export function meanSquareOf(vectors: readonly (readonly number[])[]): number {
  const m = vectors.length;
  let sum = 0;
  vectors.forEach((a, i) =>
    vectors.forEach((b, j) => {
      sum += (a.reduce((dot, value, k) => dot + value * b[k], 0) - Number(i === j)) ** 2;
    }),
  );
  return sum / m ** 2;
}

/**
 * Embedding vectors, [m][n], for which EᵀE is an orthogonal projection of rank n: n random orthonormal rows
 * (Gram–Schmidt).
 */
export function randomProjection(n: number, m: number, seed: number): readonly (readonly number[])[] {
  const random = new RandomSequence(seed, "user");
  const rows: number[][] = [];
  for (let k = 0; k < n; k++) {
    let row = Array.from({ length: m }, () => normalPair(random)[0]);
    for (const other of rows) {
      const dot = row.reduce((sum, value, i) => sum + value * other[i], 0);
      row = row.map((value, i) => value - dot * other[i]);
    }
    const length = Math.hypot(...row);
    rows.push(row.map((value) => value / length));
  }
  return Array.from({ length: m }, (_, j) => rows.map((row) => row[j]));
}

/** The loss and its gradient with respect to [m][n] vectors and, if there are any, m biases. */
function lossOf(
  parameters: Float64Array,
  n: number,
  m: number,
  loss: Loss,
): { readonly value: number; readonly gradient: Float64Array } {
  const gradient = new Float64Array(parameters.length);
  const hasBias = parameters.length > n * m;
  let value = 0;
  for (let input = 0; input < m; input++) {
    const y = Array.from({ length: m }, (_, i) => {
      let dot = hasBias ? parameters[n * m + i] : 0;
      for (let k = 0; k < n; k++) dot += parameters[i * n + k] * parameters[input * n + k];
      return dot;
    });
    const slopes = y.map((output, i) => {
      const target = Number(i === input);
      switch (loss) {
        case "MSE":
          value += (output - target) ** 2 / m ** 2;
          return (2 * (output - target)) / m ** 2;
        case "L4":
          value += (output - target) ** 4 / m ** 2;
          return (4 * (output - target) ** 3) / m ** 2;
        case "binary cross-entropy": {
          value += (Math.log1p(Math.exp(-Math.abs(output))) + Math.max(output, 0) - target * output) / m;
          return (1 / (1 + Math.exp(-output)) - target) / m;
        }
        case "categorical cross-entropy": {
          const top = Math.max(...y);
          const total = y.reduce((sum, other) => sum + Math.exp(other - top), 0);
          if (target === 1) value += (Math.log(total) + top - output) / m;
          return (Math.exp(output - top) / total - target) / m;
        }
      }
    });
    slopes.forEach((slope, i) => {
      for (let k = 0; k < n; k++) {
        gradient[i * n + k] += slope * parameters[input * n + k];
        gradient[input * n + k] += slope * parameters[i * n + k];
      }
      if (hasBias) gradient[n * m + i] += slope;
    });
  }
  return { value, gradient };
}

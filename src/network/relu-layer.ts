import { finiteNumbers, given, InputError, listOf, wholeNumber } from "../base/errors.js";

/** A network with one hidden layer, ŷ = W_out ReLU(W_in x + b). */
export interface ReluLayer {
  /** Number of inputs. */
  readonly F: number;
  /** Number of outputs. Default: F. */
  readonly outputs?: number;
  /** Number of neurons. */
  readonly N: number;
  /** W_in, [N][F]. */
  readonly encoder: ArrayLike<number>;
  /** b, [N]; 0 if omitted. */
  readonly bias?: ArrayLike<number>;
  /** W_out, [outputs][N]. */
  readonly decoder: ArrayLike<number>;
}

/** A `ReluLayer` in float32, with all defaults filled in. */
export interface WholeReluLayer extends Required<ReluLayer> {
  readonly encoder: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
  readonly decoder: Float32Array<ArrayBuffer>;
}

/** @throws InputError naming weights that have the wrong length or are not finite */
export function wholeReluLayer(layer: ReluLayer): WholeReluLayer {
  const { F, N, outputs = F, encoder, bias, decoder } = given("layer", layer, "an object { F, N, encoder, decoder }");
  wholeNumber("F", F, 1);
  wholeNumber("N", N, 1);
  wholeNumber("outputs", outputs, 1);
  const numbers = (
    name: string,
    values: ArrayLike<number>,
    rows: number,
    columns?: number,
  ): Float32Array<ArrayBuffer> => {
    const count = rows * (columns ?? 1);
    if (listOf(name, values).length !== count)
      throw new InputError(
        `${name} has ${values.length} entries: must be [${rows}]${columns === undefined ? "" : `[${columns}]`}, ${count}.`,
        "shape",
      );
    return Float32Array.from(finiteNumbers(name, values));
  };
  return {
    ...{ F, N, outputs },
    encoder: numbers("W_in", encoder, N, F),
    bias: numbers("b", bias ?? new Float32Array(N), N),
    decoder: numbers("W_out", decoder, outputs, N),
  };
}

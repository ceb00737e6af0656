import { placesOf, type NetworkShape, type Place } from "../../src/training/layers.js";

/** A network of dense layers in float64, straight from its definition: the output of each head for one sample. */
export function headsInFloat64(shape: NetworkShape, parameters: Float64Array, x: Float64Array): Float64Array[] {
  const { layers, heads } = placesOf(shape);
  const apply = (a: Float64Array, { inputs: K, outputs: N, weights, bias }: Place): Float64Array => {
    const sums = bias === null ? new Float64Array(N) : parameters.slice(bias, bias + N);
    for (let i = 0; i < K; i++) {
      const value = a[i]!;
      if (value === 0) continue;
      for (let n = 0; n < N; n++) sums[n]! += value * parameters[weights + i * N + n]!;
    }
    return sums;
  };
  const outputs: Float64Array[] = [];
  let a = x;
  layers.forEach((layer, k) => {
    a = apply(a, layer).map((value) => Math.max(0, value));
    heads.forEach((head, h) => {
      if (shape.heads[h]!.layer === k + 1) outputs[h] = apply(a, head);
    });
  });
  return outputs;
}

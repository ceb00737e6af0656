import { transposed } from "../base/transposed.js";
import { InputError } from "../base/errors.js";
import type { WholeReluLayer } from "../network/relu-layer.js";
import { placesOf, type NetworkShape } from "./layers.js";

/** Converts parameters to a network with one hidden layer. */
export function layerOf(shape: NetworkShape, parameters: Float32Array<ArrayBuffer>): WholeReluLayer {
  const { layers, heads } = placesOf(shape);
  const [{ inputs: F, outputs: N, weights, bias }] = layers;
  const [{ outputs, weights: decoder }] = heads;
  return {
    ...{ F, N, outputs, encoder: transposed(parameters.subarray(weights), F, N) },
    bias: bias === null ? new Float32Array(N) : parameters.slice(bias, bias + N),
    decoder: transposed(parameters.subarray(decoder), N, outputs),
  };
}

/**
 * Converts a network with one hidden layer to parameters.
 *
 * @throws InputError if the sizes differ from the shape's, or if there are nonzero biases and the shape has no biases
 */
export function parametersOfLayer(shape: NetworkShape, layer: WholeReluLayer): Float32Array<ArrayBuffer> {
  const { layers, heads, count } = placesOf(shape);
  const [{ inputs, outputs: neurons, weights, bias }] = layers;
  const [{ outputs, weights: decoder }] = heads;
  for (const [name, wanted] of Object.entries({ F: inputs, N: neurons, outputs })) {
    const own = layer[name as "F" | "N" | "outputs"];
    if (own !== wanted) throw new InputError(`${name} = ${own} in the network: must be ${wanted}.`, "shape", name);
  }
  const parameters = new Float32Array(count);
  parameters.set(transposed(layer.encoder, neurons, inputs), weights);
  parameters.set(transposed(layer.decoder, outputs, neurons), decoder);
  if (bias !== null) parameters.set(layer.bias, bias);
  else if (layer.bias.some((value) => value !== 0))
    throw new InputError("b is not 0; set biases = hidden.", "conflict", "b");
  return parameters;
}

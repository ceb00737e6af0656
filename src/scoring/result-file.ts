import { InputError, shown } from "../base/errors.js";
import { readTensorFile } from "../exchange/tensor-file.js";
import { numbersOf, type Tensor } from "../exchange/tensor.js";
import { owningLayers } from "./owned-weights.js";
import { readoutRows } from "./samples.js";
import { hasParts, layersOf, type ScoredNetwork } from "./scored-network.js";

/** The largest result file that is read, in bytes; Node cannot read 2 GiB or more at once. */
export const LARGEST_RESULT = 1.75 * 2 ** 30;

/** The largest absolute value allowed in a result: sums of squares must not overflow float32. */
const LARGEST = 1e9;

/** Parameter components `M_c = U_c·V_c` of one layer's weights. */
export interface Components {
  readonly C: number;
  readonly r: number;
  /** [C][D][r] */
  readonly U: Float32Array;
  /** [C][r][D] */
  readonly V: Float32Array;
}

/** Latents of one layer's activations: `decoder·A`, or `ReLU(encoder·A + bias)` if there is an encoder or a bias. */
export interface Dictionary {
  readonly F: number;
  /** [F][D] */
  readonly decoder: Float32Array;
  readonly encoder: Float32Array | null;
  readonly bias: Float32Array | null;
}

/** Linear probes, `probe·A + bias`: for every circuit, whether it is on, followed by its readouts. */
export interface Probe {
  /** [T][1 + readout rows][D] */
  readonly weights: Float32Array;
  /** [T][1 + readout rows] */
  readonly bias: Float32Array | null;
}

/** A method's result on a model, by layer. */
export interface MethodResult {
  readonly components: ReadonlyMap<number, Components>;
  readonly dictionaries: ReadonlyMap<number, Dictionary>;
  readonly probes: ReadonlyMap<number, Probe>;
  /** Names of tensors that were not recognised. */
  readonly ignored: readonly string[];
}

const namePattern = /^layers\.(0|[1-9]\d{0,4})\.(U|V|decoder|encoder|bias|probe|probe_bias)$/;

/**
 * Reads a method's result on a model from the bytes of a .safetensors or .npz file.
 *
 * @throws InputError with a one-line reason when the file is invalid or does not fit the model
 */
export function readResult(bytes: Uint8Array, network: ScoredNetwork): MethodResult {
  const { tensors, ignored } = readTensorFile(bytes, 2 * LARGEST_RESULT, (name) => namePattern.test(name));
  return resultFrom(tensors, network, ignored);
}

/**
 * Reads a method's result on a model from named tensors.
 *
 * @param others names of tensors that were not read
 * @throws InputError naming the first tensor that does not fit the model
 */
export function resultFrom(
  tensors: ReadonlyMap<string, Tensor>,
  network: ScoredNetwork,
  others: readonly string[] = [],
): MethodResult {
  const { T, readouts } = network.circuits;
  const { D } = layersOf(network);
  const byLayer = new Map<number, Map<string, Tensor>>();
  const ignored = [...others];
  for (const [name, tensor] of tensors) {
    const match = namePattern.exec(name);
    if (match === null) {
      ignored.push(name);
      continue;
    }
    const layer = Number(match[1]);
    checkLayer(network, name, layer, match[2] === "U" || match[2] === "V");
    const parts = byLayer.get(layer) ?? new Map<string, Tensor>();
    byLayer.set(layer, parts.set(match[2] as string, tensor));
  }
  const components = new Map<number, Components>();
  const dictionaries = new Map<number, Dictionary>();
  const probes = new Map<number, Probe>();
  const rows = 1 + readoutRows(readouts).length;
  for (const [layer, parts] of [...byLayer].sort(([a], [b]) => a - b)) {
    const take = (
      part: string,
      wanted: readonly (number | string)[],
    ): { values: Float32Array; shape: readonly number[] } | null => {
      const tensor = parts.get(part);
      return tensor === undefined
        ? null
        : { values: singles(`layers.${layer}.${part}`, tensor, wanted), shape: tensor.shape };
    };
    const need = (part: string, beside: string): InputError =>
      new InputError(`tensor layers.${layer}.${part} is missing; the file has layers.${layer}.${beside}.`);
    const U = take("U", ["C", D, "r"]);
    if (U === null && parts.has("V")) throw need("U", "V");
    if (U !== null) {
      const [C, , r] = U.shape as [number, number, number];
      const V = take("V", [C, r, D]);
      if (V === null) throw need("V", "U");
      components.set(layer, { C, r, U: U.values, V: V.values });
    }
    const decoder = take("decoder", ["F", D]);
    const beside = parts.has("encoder") ? "encoder" : parts.has("bias") ? "bias" : null;
    if (decoder === null && beside !== null) throw need("decoder", beside);
    if (decoder !== null) {
      const [F] = decoder.shape as [number];
      const encoder = take("encoder", [F, D])?.values ?? null;
      const bias = take("bias", [F])?.values ?? null;
      // If there is a bias but no encoder, the decoder also serves as the encoder.
      dictionaries.set(layer, { F, decoder: decoder.values, encoder: encoder ?? (bias && decoder.values), bias });
    }
    const probe = take("probe", [T, rows, D]);
    if (probe === null && parts.has("probe_bias")) throw need("probe", "probe_bias");
    if (probe !== null)
      probes.set(layer, { weights: probe.values, bias: take("probe_bias", [T, rows])?.values ?? null });
  }
  if (byLayer.size === 0) {
    const named = ignored.length === 0 ? "" : ` It has ${ignored.slice(0, 8).map(shown).join(", ")}.`;
    throw new InputError(
      `the file has no layers.N.U with V, layers.N.decoder or layers.N.probe, so there is nothing to score.${named}`,
    );
  }
  return { components, dictionaries, probes, ignored };
}

/**
 * @throws InputError unless the layer exists and circuits complete a step in it (for components: own weights in it)
 */
function checkLayer(network: ScoredNetwork, name: string, layer: number, isWeights: boolean): void {
  const { layers, steps } = layersOf(network);
  const first = isWeights ? 2 : 1;
  if (layer < first || layer > layers) {
    throw new InputError(
      `tensor ${name}: the model has ${isWeights ? "weights" : "activations"} of layers ${first} to ${layers}.`,
    );
  }
  if (isWeights && hasParts(network)) {
    const owning = owningLayers(network);
    if (owning.includes(layer)) return;
    throw new InputError(
      `tensor ${name}: no circuit owns weights of layer ${layer}; circuits own ${owning.length === 0 ? "none" : `weights of layers ${owning.join(", ")}`}.`,
      "range",
    );
  }
  if (!isWeights && !steps.includes(layer)) {
    throw new InputError(
      `tensor ${name}: circuits do not complete a step at layer ${layer} of ${layers}; they do at layers ${steps.join(", ")}.`,
      "range",
    );
  }
}

function singles(name: string, tensor: Tensor, wanted: readonly (number | string)[]): Float32Array {
  const { shape } = tensor;
  const fits =
    shape.length === wanted.length &&
    shape.every((length, k) => length > 0 && (typeof wanted[k] === "string" || wanted[k] === length));
  if (!fits) throw new InputError(`tensor ${name}: shape [${shape.join(", ")}] must be [${wanted.join(", ")}].`);
  const values = tensor.data instanceof Float32Array ? tensor.data : new Float32Array(numbersOf(name, tensor));
  const at = values.findIndex((value) => !(Math.abs(value) <= LARGEST));
  if (at === -1) return values;
  throw new InputError(
    `tensor ${name}: the value at index ${at} is ${values[at]}; all values must be finite and within ±${LARGEST}.`,
  );
}

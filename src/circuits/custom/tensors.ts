import { InputError } from "../../base/errors.js";

/** A tensor of numbers, row-major, as a reader of weight files gives it. */
export interface NumberTensor {
  readonly shape: readonly number[];
  readonly numbers: ArrayLike<number>;
}

/**
 * Circuits from named tensors, such as a batch of small MLPs trained elsewhere and saved as safetensors:
 *
 *   layer.{k}.weight   [T][d][d]       w_t of layer k, row i to component i (torch's `Linear.weight`, stacked)
 *   layer.{k}.bias     [d] or [T][d]   shared, or every circuit's own
 *
 * with k counting up from 0 or 1. One layer is used in every layer of a run. Metadata may hold JSON under `readouts` and
 * `inputs`, and a `name`, as in a circuits file.
 *
 * @returns what a circuits file would say: {name?, weights, biases, readouts?, inputs?}, not yet checked beyond shapes
 * @throws InputError naming the tensor that is missing, unknown or of another shape
 */
export function circuitsFromTensors(
  tensors: ReadonlyMap<string, NumberTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Record<string, unknown> {
  const layers = new Set<number>();
  for (const name of tensors.keys()) {
    const match = /^layer\.(\d{1,5})\.(weight|bias)$/.exec(name);
    if (!match) throw new InputError(`tensor ${name}: unknown; must be layer.{k}.weight or layer.{k}.bias.`);
    layers.add(Number(match[1]));
  }
  if (layers.size === 0)
    throw new InputError("the file has no tensors; must have layer.{k}.weight and layer.{k}.bias.");
  const first = Math.min(...layers);
  if (first > 1) throw new InputError(`tensor layer.${first}.weight: layers must be counted from 0 or 1.`);
  const names = Array.from({ length: layers.size }, (_, k) => `layer.${first + k}`);
  const tensor = (name: string): NumberTensor => {
    const found = tensors.get(name);
    if (!found) throw new InputError(`tensor ${name}: is missing; the file has ${layers.size} layers.`);
    return found;
  };
  const weights = names.map((name) => tensor(`${name}.weight`));
  const [T, d] = weights[0].shape as [number, number];
  weights.forEach(({ shape }, k) => {
    if (shape.length === 3 && shape[0] === T && shape[1] === d && shape[2] === d) return;
    throw new InputError(
      `tensor ${names[k]}.weight has shape [${shape.join(", ")}]; must be [T, d, d] in every layer.`,
    );
  });
  const biases = names.map((name) => tensor(`${name}.bias`));
  const areOwn = biases.some(({ shape }) => shape.length === 2);
  const biasLists = biases.map(({ shape, numbers }, k) => {
    const isShared = shape.length === 1 && shape[0] === d;
    const isOwn = shape.length === 2 && shape[0] === T && shape[1] === d;
    if (!isShared && !isOwn) {
      throw new InputError(
        `tensor ${names[k]}.bias has shape [${shape.join(", ")}]; must be [d = ${d}] or [T = ${T}, d = ${d}].`,
      );
    }
    if (!areOwn) return Array.from(numbers);
    return Array.from({ length: T }, (_, t) => Array.from({ length: d }, (__, i) => numbers[isOwn ? t * d + i : i]));
  });
  return {
    ...nameFrom(metadata["name"]),
    weights: weights.map(({ numbers }) => nested(numbers, T, d)),
    biases: biasLists,
    ...fromJson(metadata, "readouts"),
    ...fromJson(metadata, "inputs"),
  };
}

/** A name that others gave, as far as it can be one here: "sae v1.0" becomes sae-v1-0, and what has no letter is left out. */
function nameFrom(text: string | undefined): { readonly name?: string } {
  const name = text
    ?.replace(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^[^A-Za-z]+/, "")
    .slice(0, 32)
    .replace(/-+$/, "");
  return name === undefined || name === "" ? {} : { name };
}

/** [T][d][d] */
function nested(numbers: ArrayLike<number>, T: number, d: number): number[][][] {
  return Array.from({ length: T }, (_, t) =>
    Array.from({ length: d }, (__, i) => Array.from({ length: d }, (___, j) => numbers[(t * d + i) * d + j])),
  );
}

function fromJson(metadata: Readonly<Record<string, string>>, key: string): Record<string, unknown> {
  const text = metadata[key];
  if (text === undefined) return {};
  try {
    return { [key]: JSON.parse(text) as unknown };
  } catch {
    throw new InputError(`the file's metadata: ${key} is not JSON.`);
  }
}

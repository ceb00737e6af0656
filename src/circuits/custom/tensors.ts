import { given, InputError, listOf, shown } from "../../base/errors.js";

/** A row-major tensor, as returned by a reader of weight files. */
export interface NumberTensor {
  readonly shape: readonly number[];
  readonly numbers: ArrayLike<number>;
}

const circuitTensor = /^layer\.(\d{1,5})\.(weight|bias)$/;

/** Whether a tensor of this name describes circuits; files may also contain other tensors. */
export function isCircuitTensor(name: string): boolean {
  return circuitTensor.test(name);
}

/**
 * Circuits from named tensors, such as a batch of small MLPs trained elsewhere and saved as safetensors:
 *
 *   layer.{k}.weight   [T][out][in]        w_t of layer k; row i gives component i (torch's `Linear.weight`, stacked)
 *   layer.{k}.bias     [out] or [T][out]   shared by all circuits, or individual
 *
 * with k counted from 0 or 1. If only one layer is given, it is used in every layer of a run and must be square. As in
 * a circuits file, the metadata may hold `readouts` and `inputs` as JSON, a `name`, and `output`. Tensors with other
 * names are ignored.
 *
 * @param others names of the file's other tensors, for messages
 * @returns the content of a circuits file: {name?, weights, biases, output?, readouts?, inputs?}, with only the shapes
 * checked
 * @throws InputError naming the tensor that is missing or has the wrong shape
 */
export function circuitsFromTensors(
  tensors: ReadonlyMap<string, NumberTensor>,
  metadata: Readonly<Record<string, string>> = {},
  others: readonly string[] = [...given("tensors", tensors, "a Map of tensors by name", "get").keys()].filter(
    (name) => !isCircuitTensor(name),
  ),
): Record<string, unknown> {
  given("tensors", tensors, "a Map of tensors by name", "get");
  given("metadata", metadata, "an object of strings");
  listOf("others", others);
  const layers = new Set([...tensors.keys()].flatMap((name) => circuitTensor.exec(name)?.[1] ?? []).map(Number));
  if (layers.size === 0) {
    const found = others.length === 0 ? "no tensors" : `only tensors with other names, such as ${shown(others[0])}`;
    const isModel = others.includes("embedding.neurons") || others.includes("write.index");
    const isLayer = others.includes("W_in") && others.includes("W_out");
    const hint = isModel
      ? " It is an exported model; use `superpose import`, `superpose score` or model.py."
      : isLayer
        ? " It is a network with one hidden layer; use `superpose floors` with --tensor W_in --transpose, or `superpose train` with `start: FILE`."
        : "";
    throw new InputError(
      `the file has ${found}; it must have layer.{k}.weight and layer.{k}.bias.${hint}`,
      "missing",
      "tensors",
    );
  }
  const first = Math.min(...layers);
  if (first > 1)
    throw new InputError(
      `tensor layer.${first}.weight: layers must be counted from 0 or 1.`,
      "range",
      `layer.${first}.weight`,
    );
  const names = Array.from({ length: layers.size }, (_, k) => `layer.${first + k}`);
  const tensor = (name: string): NumberTensor => {
    const found = tensors.get(name);
    if (!found) throw new InputError(`tensor ${name} is missing; the file has ${layers.size} layers.`, "missing", name);
    const { shape, numbers } = found;
    const count = listOf(`${name}.shape`, shape).reduce((product, length) => product * length, 1);
    if (listOf(`${name}.numbers`, numbers).length !== count) {
      throw new InputError(
        `tensor ${name}: shape [${shape.join(", ")}] does not fit its ${numbers.length} numbers.`,
        "shape",
        name,
      );
    }
    return found;
  };
  const weights = names.map((name) => tensor(`${name}.weight`));
  const T = weights[0].shape[0];
  /** Sizes of a layer's input and output. */
  const widths = weights.map(({ shape }, k): { out: number; in: number } => {
    const [, out, given] = shape as [number, number, number];
    const wanted = k > 0 ? weights[k - 1].shape[1] : names.length === 1 ? out : given;
    if (shape.length === 3 && shape[0] === T && given === wanted) return { out, in: given };
    const must =
      names.length === 1
        ? "[T, d, d], because the only layer given is used for all layers"
        : k === 0
          ? "[T, out, in]"
          : `[T = ${T}, out, in = ${wanted}]`;
    throw new InputError(
      `tensor ${names[k]}.weight has shape [${shape.join(", ")}]; it must be ${must}.`,
      "shape",
      `${names[k]}.weight`,
    );
  });
  const biases = names.map((name) => tensor(`${name}.bias`));
  const areOwn = biases.some(({ shape }) => shape.length === 2);
  const biasLists = biases.map(({ shape, numbers }, k) => {
    const { out, in: given } = widths[k];
    const isShared = shape.length === 1 && shape[0] === out;
    const isOwn = shape.length === 2 && shape[0] === T && shape[1] === out;
    if (!isShared && !isOwn) {
      const hint = shape.at(-1) === given ? "; weights are [circuit][out][in], as in PyTorch: transpose them" : "";
      throw new InputError(
        `tensor ${names[k]}.bias has shape [${shape.join(", ")}]; it must be [out = ${out}] or [T = ${T}, out = ${out}]${hint}.`,
        "shape",
        `${names[k]}.bias`,
      );
    }
    if (!areOwn) return Array.from(numbers);
    return Array.from({ length: T }, (_, t) =>
      Array.from({ length: out }, (__, i) => numbers[isOwn ? t * out + i : i]),
    );
  });
  const { output } = metadata;
  return {
    ...nameFrom(metadata["name"]),
    weights: weights.map(({ numbers }, k) => nested(numbers, T, widths[k])),
    biases: biasLists,
    ...(output === undefined ? {} : { output }),
    ...fromJson(metadata, "readouts"),
    ...fromJson(metadata, "inputs"),
  };
}

/** Converts a foreign name to a valid one: "sae v1.0" becomes sae-v1-0. Names without letters are dropped. */
function nameFrom(text: string | undefined): { readonly name?: string } {
  const name = text
    ?.replace(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^[^A-Za-z]+/, "")
    .slice(0, 32)
    .replace(/-+$/, "");
  return name === undefined || name === "" ? {} : { name };
}

/** The numbers of a weight tensor as nested lists, [T][out][in]. */
function nested(numbers: ArrayLike<number>, T: number, size: { readonly out: number; readonly in: number }) {
  return Array.from({ length: T }, (_, t) =>
    Array.from({ length: size.out }, (__, i) =>
      Array.from({ length: size.in }, (___, j) => numbers[(t * size.out + i) * size.in + j]),
    ),
  );
}

function fromJson(metadata: Readonly<Record<string, string>>, key: string): Record<string, unknown> {
  const text = metadata[key];
  if (text === undefined) return {};
  try {
    return { [key]: JSON.parse(text) as unknown };
  } catch {
    throw new InputError(`the file's metadata: ${key} is not JSON.`, "invalid", `metadata.${key}`);
  }
}

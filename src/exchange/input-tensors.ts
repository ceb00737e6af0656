import type { InputDistribution, SharedInputs } from "../circuits/circuits.js";
import { InputError } from "../base/errors.js";
import { numbersOf, type Tensor } from "./tensor.js";

/** For each kind of distribution, the names of its vectors, which identify the kind in a file. */
const vectorsOf = { angle: ["center", "cos", "sin"], uniform: ["low", "high"], choice: ["vectors"] } as const;

const PREFIX = "inputs.";

/**
 * Converts a distribution of inputs to tensors: `inputs.0.center`, `inputs.0.cos`, …, each [d] ([choices][d] for
 * `vectors`). If circuits have different distributions, there are several such sets, and `inputs.of` [T] gives the
 * index of each circuit's set.
 */
export function inputTensors(inputs: InputDistribution): [string, Tensor][] {
  if (inputs.kind === "byCircuit") {
    const { distributions, of } = inputs;
    return [
      [`${PREFIX}of`, { dtype: "I32", shape: [of.length], data: Int32Array.from(of) }],
      ...distributions.flatMap((each, k) => sharedTensors(each, k)),
    ];
  }
  return sharedTensors(inputs, 0);
}

function sharedTensors(inputs: SharedInputs, k: number): [string, Tensor][] {
  const tensor = (name: string, rows: readonly (readonly number[])[], isList = false): [string, Tensor] => [
    `${PREFIX}${k}.${name}`,
    {
      dtype: "F64",
      shape: isList ? [rows.length, rows[0].length] : [rows[0].length],
      data: Float64Array.from(rows.flat()),
    },
  ];
  switch (inputs.kind) {
    case "angle":
      return [tensor("center", [inputs.center]), tensor("cos", [inputs.cos]), tensor("sin", [inputs.sin])];
    case "uniform":
      return [tensor("low", [inputs.low]), tensor("high", [inputs.high])];
    case "choice":
      return [tensor("vectors", inputs.vectors, true)];
  }
}

/**
 * Reads the distribution of inputs from a file's tensors.
 *
 * @throws InputError when the file has no distribution, or one that is incomplete or does not fit T circuits with d
 *   components
 */
export function readInputs(
  tensors: ReadonlyMap<string, Tensor>,
  { T, d }: { readonly T: number; readonly d: number },
): InputDistribution {
  const distributions: SharedInputs[] = [];
  while (hasDistribution(tensors, distributions.length)) {
    distributions.push(readShared(tensors, distributions.length, d));
  }
  if (distributions.length === 0)
    throw new InputError(`tensors ${PREFIX}0.…: missing; the file must say how inputs are drawn.`, "missing", PREFIX);
  const of = tensors.get(`${PREFIX}of`);
  if (of === undefined) return distributions[0];
  const indices = [...numbersOf(`${PREFIX}of`, of)];
  const wrong = indices.find((index) => !Number.isInteger(index) || index < 0 || index >= distributions.length);
  if (indices.length !== T || wrong !== undefined) {
    throw new InputError(
      `tensor ${PREFIX}of must have T = ${T} whole numbers below ${distributions.length}` +
        (wrong === undefined ? `; it has ${indices.length}.` : `; it has ${wrong}.`),
    );
  }
  return { kind: "byCircuit", distributions, of: indices };
}

const kinds = Object.keys(vectorsOf) as SharedInputs["kind"][];

function hasDistribution(tensors: ReadonlyMap<string, Tensor>, k: number): boolean {
  return kinds.some((kind) => tensors.has(`${PREFIX}${k}.${vectorsOf[kind][0]}`));
}

function readShared(tensors: ReadonlyMap<string, Tensor>, k: number, d: number): SharedInputs {
  const kind = kinds.find((each) => tensors.has(`${PREFIX}${k}.${vectorsOf[each][0]}`))!;
  const read = (part: string): number[][] => {
    const name = `${PREFIX}${k}.${part}`;
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new InputError(`tensor ${name} is missing.`);
    const isList = part === "vectors";
    const wanted = isList ? [tensor.shape[0], d] : [d];
    if (tensor.shape.join() !== wanted.join() || tensor.data.length === 0) {
      throw new InputError(
        `tensor ${name}: shape [${tensor.shape.join(", ")}] must be ${isList ? "[choices, d]" : "[d]"} with d = ${d}.`,
      );
    }
    const numbers = [...numbersOf(name, tensor)];
    if (!numbers.every((value) => Math.abs(value) <= 1e9)) {
      throw new InputError(`tensor ${name} has values that are not finite or not within ±1e9.`);
    }
    return Array.from({ length: numbers.length / d }, (_, row) => numbers.slice(row * d, (row + 1) * d));
  };
  switch (kind) {
    case "angle":
      return { kind, center: read("center")[0], cos: read("cos")[0], sin: read("sin")[0] };
    case "uniform":
      return { kind, low: read("low")[0], high: read("high")[0] };
    case "choice":
      return { kind, vectors: read("vectors") };
  }
}

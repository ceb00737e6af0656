import type { InputDistribution, Readout, SharedInputs } from "../circuits.js";
import { InputError } from "../../base/errors.js";
import { checked, checkNumbers, fieldsOf, listOf, numberSchema, stated, wholeSchema } from "../../base/validation.js";
import { identityReadout, uniformInputs, type CustomWeights } from "./custom.js";

/** Circuits given by their weights, checked and complete. d, T and, where weights or biases differ by layer, L follow from them. */
export type CustomCircuits = Required<CustomWeights>;

/** The same with biases of every circuit's own, [L or 1][T][d]: to be checked and mended before it can run. */
export interface RawCustomCircuits extends Omit<CustomCircuits, "biases"> {
  readonly biases: readonly (readonly (readonly number[])[])[];
}

/** What custom circuits say about a run's shape. */
export interface CustomSize {
  readonly d: number;
  readonly T: number;
  /** null when weights and biases are the same in every layer. */
  readonly L: number | null;
}

const MAX_D = 64;
const MAX_READOUTS = 16;
const MAX_VECTORS = 65_536;

/** Lengths of custom circuits' arrays. */
export function customSize(circuits: Pick<CustomCircuits | RawCustomCircuits, "weights" | "biases">): CustomSize {
  const { weights, biases } = circuits;
  const longest = Math.max(weights.length, biases.length);
  return { d: weights[0][0].length, T: weights[0].length, L: longest === 1 ? null : longest };
}

/**
 * Custom circuits, checked and complete. (See parseAnyCircuits.)
 *
 * @throws InputError as that does, and when biases are the circuits' own
 */
export function parseCustomCircuits(value: unknown): CustomCircuits {
  const circuits = parseAnyCircuits(value);
  if (hasSharedBiases(circuits)) return circuits;
  throw new InputError(
    "circuits.biases: every circuit has its own, [layers][T][d]; circuits in one network share them. " +
      "`superpose check FILE --mended OUT` writes circuits that do.",
  );
}

export function hasSharedBiases(circuits: CustomCircuits | RawCustomCircuits): circuits is CustomCircuits {
  return !Array.isArray(circuits.biases[0][0]);
}

/**
 * Custom circuits, checked and complete, with shared biases [L or 1][d] or the circuits' own [L or 1][T][d].
 *
 * `readouts` are `{name, matrix}`, or a name for each of the d components: those of one name are read out together. Without
 * any, all components are read out as "a". Without `inputs` every component of a^0 is uniform in 0…1.
 *
 * @throws InputError naming the entry that is missing, not a number, or of another length than the rest
 */
export function parseAnyCircuits(value: unknown): CustomCircuits | RawCustomCircuits {
  const fields = fieldsOf("circuits", value, ["name", "weights", "biases", "readouts", "inputs"]);
  const name = fields.name === undefined ? "custom" : nameOf("circuits.name", fields.name);
  const { weights, biases } = fields;
  const layers = nonEmptyList("circuits.weights", weights, "layers, [L or 1][T][d][d]");
  const circuits = nonEmptyList("circuits.weights[0]", layers[0], "circuits, [T][d][d]");
  const rows = nonEmptyList("circuits.weights[0][0]", circuits[0], "rows, [d][d]");
  const biasLayers = nonEmptyList("circuits.biases", biases, "layers, [L or 1][d]");
  const d = rows.length;
  const T = circuits.length;
  if (d > MAX_D) throw new InputError(`circuits.weights[0][0] has ${d} rows: d must be at most ${MAX_D}.`);
  const dimensions = [
    { name: "layers", length: layers.length },
    { name: "T", length: T },
    { name: "d", length: d },
    { name: "d", length: d },
  ];
  checkNumbers("circuits.weights", weights, dimensions);
  const areOwn = Array.isArray(biasLayers[0]) && Array.isArray(biasLayers[0][0]);
  checkNumbers("circuits.biases", biases, [
    { name: "layers", length: biasLayers.length },
    ...(areOwn ? [{ name: "T", length: T }] : []),
    { name: "d", length: d },
  ]);
  if (layers.length > 1 && biasLayers.length > 1 && layers.length !== biasLayers.length) {
    throw new InputError(
      `circuits.biases has ${biasLayers.length} layers and circuits.weights ${layers.length}: must be as many, or one for all.`,
    );
  }
  const complete = {
    name,
    weights: weights as CustomCircuits["weights"],
    biases: biases as CustomCircuits["biases"],
    readouts: fields.readouts === undefined ? [identityReadout(d)] : parseReadouts(fields.readouts, d),
    inputs: fields.inputs === undefined ? uniformInputs(d) : parseInputs("circuits.inputs", fields.inputs, d, T),
  };
  return areOwn ? { ...complete, biases: biases as RawCustomCircuits["biases"] } : complete;
}

function nonEmptyList(name: string, value: unknown, of: string): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value as readonly unknown[];
  throw new InputError(`${stated(name, value)}: must be a list of at least one of ${of}.`);
}

/** Names become column titles and keys of results. */
function nameOf(name: string, value: unknown): string {
  if (typeof value === "string" && /^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(value)) return value;
  throw new InputError(`${stated(name, value)}: must be 1 to 32 letters, digits, _ or -, a letter first.`);
}

function parseReadouts(value: unknown, d: number): readonly Readout[] {
  const list = nonEmptyList("circuits.readouts", value, "{name, matrix}, or a name per component");
  if (typeof list[0] === "string") return namedComponents(list, d);
  checked("the number of circuits.readouts", wholeSchema(1, MAX_READOUTS), list.length);
  const readouts = list.map((entry, k): Readout => {
    const where = `circuits.readouts[${k}]`;
    const { name, matrix } = fieldsOf(where, entry, ["name", "matrix"]);
    const rows = nonEmptyList(`${where}.matrix`, matrix, "rows, [rows][d]");
    checked(`the number of rows of ${where}.matrix`, wholeSchema(1, MAX_D), rows.length);
    checkNumbers(`${where}.matrix`, matrix, [
      { name: "rows", length: rows.length },
      { name: "d", length: d },
    ]);
    return { name: nameOf(`${where}.name`, name), matrix: matrix as Readout["matrix"] };
  });
  readouts.forEach(({ name }, k) => {
    if (readouts.findIndex((other) => other.name === name) !== k) {
      throw new InputError(`circuits.readouts[${k}].name = "${name}": used twice.`);
    }
  });
  return readouts;
}

/** Readouts from the meaning of each component. */
function namedComponents(names: readonly unknown[], d: number): readonly Readout[] {
  listOf("circuits.readouts", names, { name: "d", length: d });
  const rows = new Map<string, number[][]>();
  names.forEach((given, i) => {
    const name = nameOf(`circuits.readouts[${i}]`, given);
    rows.set(name, [...(rows.get(name) ?? []), Array.from({ length: d }, (_, j) => +(i === j))]);
  });
  checked("the number of circuits.readouts", wholeSchema(1, MAX_READOUTS), rows.size);
  return Array.from(rows, ([name, matrix]) => ({ name, matrix }));
}

/** @param T circuits, of which each may have a distribution of its own; 0 when it may not */
function parseInputs(where: string, value: unknown, d: number, T: number): InputDistribution {
  const kind =
    typeof value === "object" && value !== null && Object.hasOwn(value, "kind")
      ? Reflect.get(value, "kind")
      : undefined;
  if (kind !== "byCircuit" || T === 0) return parseSharedInputs(where, value, kind, d, T);
  const { distributions, of } = fieldsOf(where, value, ["kind", "distributions", "of"]);
  const list = nonEmptyList(`${where}.distributions`, distributions, "distributions");
  checked(`the number of ${where}.distributions`, wholeSchema(1, T), list.length);
  return {
    kind,
    distributions: list.map((entry, k) => parseInputs(`${where}.distributions[${k}]`, entry, d, 0) as SharedInputs),
    of: listOf(`${where}.of`, of, { name: "T", length: T }).map((which, t) =>
      checked(`${where}.of[${t}]`, wholeSchema(0, list.length - 1), which),
    ),
  };
}

function parseSharedInputs(where: string, value: unknown, kind: unknown, d: number, T: number): SharedInputs {
  const vector = (name: string, entry: unknown): readonly number[] => {
    checkNumbers(name, entry, [{ name: "d", length: d }]);
    return entry as readonly number[];
  };
  switch (kind) {
    case "angle": {
      const { center, cos, sin } = fieldsOf(where, value, ["kind", "center", "cos", "sin"]);
      return {
        kind,
        center: vector(`${where}.center`, center),
        cos: vector(`${where}.cos`, cos),
        sin: vector(`${where}.sin`, sin),
      };
    }
    case "uniform": {
      const fields = fieldsOf(where, value, ["kind", "low", "high"]);
      const low = vector(`${where}.low`, fields.low);
      const high = vector(`${where}.high`, fields.high);
      low.forEach((least, i) => checked(`${where}.high[${i}]`, numberSchema(least), high[i]));
      return { kind, low, high };
    }
    case "choice": {
      const { vectors } = fieldsOf(where, value, ["kind", "vectors"]);
      const list = nonEmptyList(`${where}.vectors`, vectors, "vectors, [d]");
      checked(`the number of ${where}.vectors`, wholeSchema(1, MAX_VECTORS), list.length);
      listOf(`${where}.vectors`, vectors, { name: "vectors", length: list.length });
      return { kind, vectors: list.map((entry, k) => vector(`${where}.vectors[${k}]`, entry)) };
    }
    default:
      throw new InputError(
        `${stated(`${where}.kind`, kind)}: must be one of angle, uniform, choice${T > 0 ? ", byCircuit" : ""}.`,
      );
  }
}

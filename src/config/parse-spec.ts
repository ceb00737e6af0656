import { designOf, type DesignName } from "../designs/designs.js";
import { InputError } from "../base/errors.js";
import { fieldSchema } from "./field-schema.js";
import { fieldNamed, specFields } from "./fields.js";
import { circuitsSize, parseCircuits, type SpecCircuits } from "./circuits.js";
import type { RunSpec } from "./run-spec.js";
import { checkSize, checkTogether } from "./combinations.js";
import { checked, checkExtent, described, fieldsOf } from "../base/validation.js";

/** The number of bytes that one Wasm instance can address. */
const WASM_MEMORY = 4 * 2 ** 30;

const MAX_DEPTH = 8;
const MAX_VALUES = 20_000_000;

/**
 * Parses a run's spec from the fields of a file, flags or a URL; missing fields get the post's values. The default D
 * is 1000, or the largest multiple of d below that.
 *
 * @param memory bytes available to the run
 * @param checkedCircuits circuits that have already been checked, for a spec without circuits
 * @throws InputError naming the key, its value and its bound
 */
export function parseSpec(value: unknown, memory = WASM_MEMORY, checkedCircuits?: SpecCircuits): RunSpec {
  checkExtent("the spec", value, MAX_DEPTH, MAX_VALUES);
  const known = specFields.map(({ name }) => name);
  const given = fieldsOf("the spec", value, known);
  if (typeof given.z === "number") given.z = [given.z];

  const circuits =
    given.circuits === undefined ? (checkedCircuits ?? parseCircuits(undefined)) : parseCircuits(given.circuits);
  const design = designOf(
    checked("design", fieldSchema(fieldNamed("design")), given.design ?? "published") as DesignName,
  );
  const d = design === null ? circuitsSize(circuits).d : 1;
  if (given.D === undefined) given.D = 1000 - (1000 % d);
  if (design !== null) {
    if (given.S === undefined) given.S = design.S[0];
    if (given.angles === undefined) given.angles = design.angles;
  }
  takeSize(given, circuits);
  takeNoise(given);

  const read = Object.create(null) as Record<string, unknown>;
  for (const field of specFields) {
    const stated = given[field.name];
    if (field.kind === "circuits") read[field.name] = circuits;
    else read[field.name] = checked(field.name, fieldSchema(field), stated === undefined ? field.default : stated);
  }
  const spec = { ...read } as unknown as RunSpec;
  checkTogether(spec);
  checkSize(spec, memory);
  return spec;
}

/**
 * Takes T and L from the circuits if these determine them. A spec may also give them, but only with the same values.
 */
function takeSize(given: Record<string, unknown>, circuits: RunSpec["circuits"]): void {
  const size = circuitsSize(circuits);
  for (const name of ["T", "L"] as const) {
    const own = size[name];
    if (own === null) continue;
    if (given[name] !== undefined && given[name] !== own) {
      throw new InputError(
        `${name} = ${described(given[name])}: the given circuits have ${name} = ${own}; leave it out.`,
      );
    }
    given[name] = own;
  }
}

/**
 * Checks the field `noiseAt`, which says where noise is added. It is allowed only together with `noise`, which can be
 * 0 (in a sweep, for example).
 */
function takeNoise(given: Record<string, unknown>): void {
  const { default: standard } = fieldNamed("noiseAt");
  const noiseAt = given.noiseAt === undefined ? standard : parseField("noiseAt", given.noiseAt);
  if (given.noise === undefined && noiseAt !== standard) {
    throw new InputError(
      `noiseAt = ${described(noiseAt)} has no effect without noise; give noise, or leave out noiseAt.`,
    );
  }
  given.noiseAt = given.noise === 0 ? standard : noiseAt;
}

/**
 * Parses the value of one field, regardless of the other fields.
 *
 * @param name name of a field other than circuits
 * @throws InputError naming the field, its value and its bound
 */
export function parseField(name: string, value: unknown): unknown {
  return checked(name, fieldSchema(fieldNamed(name)), value);
}

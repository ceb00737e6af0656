import * as v from "valibot";
import { InputError, shown, type InputErrorCode } from "./errors.js";

/**
 * Checks on the content of files, flags, URLs and messages, made before anything is computed from that content. Every
 * failure is a one-line InputError that says what was given and what is allowed.
 */

/** `value` as a short phrase for a message: small values in full, large ones described. */
export function described(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  if (Array.isArray(value)) {
    const small = value.length <= 8 && value.every((entry) => entry === null || typeof entry !== "object");
    return small ? `[${value.map(described).join(", ")}]` : `a list of length ${value.length}`;
  }
  return typeof value === "object" && value !== null ? "an object" : shown(value);
}

/** The start of a message about a value: "D = 1001", or "D is missing". */
export function stated(name: string, value: unknown): string {
  return value === undefined ? `${name} is missing` : `${name} = ${described(value)}`;
}

/** The argument that messages call `name`: `spec` for "the spec". */
function argumentOf(name: string): string {
  return name.replace(/^the /, "");
}

/**
 * Rejects values that are too large or too deeply nested, including cyclic ones. Never recurses.
 *
 * @throws InputError naming the bound that the value exceeds
 */
export function checkExtent(name: string, value: unknown, maxDepth: number, maxValues: number): void {
  let level: unknown[] = [value];
  let count = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth)
      throw new InputError(`${name} is nested more than ${maxDepth} levels deep.`, "range", argumentOf(name));
    const next: unknown[] = [];
    for (const entry of level) {
      if (typeof entry !== "object" || entry === null) continue;
      const children: readonly unknown[] = Array.isArray(entry) ? entry : Object.values(entry);
      count += children.length;
      if (count > maxValues)
        throw new InputError(
          `${name} has more than ${maxValues.toLocaleString("en")} values.`,
          "range",
          argumentOf(name),
        );
      for (const child of children) if (typeof child === "object" && child !== null) next.push(child);
    }
    level = next;
  }
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The fields of a plain object, copied to an object without a prototype, so that nothing inherited is read.
 *
 * @param known the allowed keys
 * @throws InputError naming an unknown key and the nearest known key
 */
export function fieldsOf(name: string, value: unknown, known: readonly string[]): Record<string, unknown> {
  if (!isObject(value)) {
    throw new InputError(
      `${name}: must be an object with the keys ${known.join(", ")}; got ${described(value)}.`,
      value === undefined ? "missing" : "type",
      argumentOf(name),
    );
  }
  const fields = Object.create(null) as Record<string, unknown>;
  for (const [key, field] of Object.entries(value)) {
    if (!known.includes(key)) {
      const near = nearest(key, known);
      const hint = near === null ? `the keys are ${known.join(", ")}` : `did you mean ${near}?`;
      throw new InputError(
        `${name}: unknown key ${shown(key)}; ${hint}${near === null ? "." : ""}`,
        "unknown",
        name.includes(" ") ? key : `${name}.${key}`,
      );
    }
    fields[key] = field;
  }
  return fields;
}

/** Number of edits (insert, delete, replace) that turn one word into another (Levenshtein), ignoring case. */
function editDistance(from: string, to: string): number {
  const a = from.toLowerCase();
  const b = to.toLowerCase();
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}

/** The closest candidate to a misspelt `word`; null if none is close. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  if (word.length > 40) return null;
  const scored = candidates.map((candidate) => ({ candidate, distance: editDistance(word, candidate) }));
  scored.sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  return best && best.distance <= Math.floor(best.candidate.length / 3) ? best.candidate : null;
}

/**
 * Parses `value` with the schema. The schema's messages complete "… = …: must be" or "… is missing: must be".
 *
 * @throws InputError naming the path, its value and its bound
 */
export function checked<Schema extends v.GenericSchema>(
  name: string,
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  throw new InputError(
    `${stated(name + path, issue.input)}: must be ${issue.message}.${powerHint(issue.input)}`,
    codeOf(issue),
    name + path,
  );
}

/** A hint on how to write a power that was given as text, such as 10^60; empty for other values. */
function powerHint(value: unknown): string {
  const [power, base, exponent] = (typeof value === "string" && /^(\d{1,9})\^(\d{1,4})$/.exec(value.trim())) || [];
  if (power === undefined) return "";
  const number = base === "10" ? Number(`1e${exponent}`) : Number(base) ** Number(exponent);
  return Number.isFinite(number) ? ` Write ${String(number).replace("e+", "e")} for ${power}.` : "";
}

/** The error code for an issue that a schema found. */
function codeOf({ kind, type, input }: v.BaseIssue<unknown>): InputErrorCode {
  if (input === undefined) return "missing";
  if (type === "picklist") return "choice";
  if (type === "length" || type === "min_length" || type === "max_length") return "shape";
  return kind === "schema" ? "type" : "range";
}

function range(min: number, max: number): string {
  if (min === -Infinity && max === Infinity) return "";
  if (max === Infinity) return ` of at least ${min}`;
  return ` from ${min} to ${max}`;
}

/** A whole number in min…max; −0 becomes 0. */
export function wholeSchema(min: number, max: number, isOdd = false) {
  const message = min === max ? String(min) : `${isOdd ? "an odd" : "a"} whole number${range(min, max)}`;
  return v.pipe(
    v.number(message),
    v.safeInteger(message),
    v.minValue(min, message),
    v.maxValue(max, message),
    v.check((value) => !isOdd || value % 2 === 1, message),
    v.transform((value) => value + 0),
  );
}

/** A finite number in min…max; −0 becomes 0. */
export function numberSchema(min = -Infinity, max = Infinity) {
  const message = `a finite number${range(min, max)}`;
  return v.pipe(
    v.number(message),
    v.finite(message),
    v.minValue(min, message),
    v.maxValue(max, message),
    v.transform((value) => value + 0),
  );
}

/** One of a few fixed words. */
export function choiceSchema<const Choice extends string>(choices: readonly Choice[]) {
  return v.picklist(choices, choices.length === 1 ? `"${choices[0]}"` : `one of ${choices.join(", ")}`);
}

/** One dimension of a nested list: its required length and its name in messages ("S", "L layers"). */
export interface Dimension {
  readonly name: string;
  readonly length: number;
}

/**
 * A nested list of finite numbers with exactly the given lengths, checked in place; no copy is made.
 *
 * @param bound largest magnitude allowed
 * @throws InputError naming the first wrong entry: `assignments[2][5] has 4 entries: must have S = 3.`
 */
export function checkNumbers(name: string, value: unknown, dimensions: readonly Dimension[], bound = 1e9): void {
  const [dimension, ...rest] = dimensions;
  if (dimension === undefined) {
    if (typeof value !== "number" || !(Math.abs(value) <= bound)) {
      throw new InputError(
        `${stated(name, value)}: must be a finite number from -${bound} to ${bound}.`,
        typeof value === "number" ? "range" : "type",
        name,
      );
    }
    return;
  }
  const list = listOf(name, value, dimension);
  for (let k = 0; k < list.length; k++) {
    const entry = list[k];
    // In the common case, no name is built.
    if (rest.length === 0 && typeof entry === "number" && Math.abs(entry) <= bound) continue;
    checkNumbers(`${name}[${k}]`, entry, rest, bound);
  }
}

/** @throws InputError unless `value` is a list of exactly that length */
export function listOf(name: string, value: unknown, dimension: Dimension): readonly unknown[] {
  if (!Array.isArray(value)) throw new InputError(`${stated(name, value)}: must be a list.`, "type", name);
  if (value.length !== dimension.length) {
    const entries = value.length === 1 ? "1 entry" : `${value.length} entries`;
    throw new InputError(`${name} has ${entries}: must have ${dimension.name} = ${dimension.length}.`, "shape", name);
  }
  return value as readonly unknown[];
}

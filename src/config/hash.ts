import { FORMER_PUBLISHED } from "../designs/designs.js";
import { checkSpec } from "./check-spec.js";
import type { RunSpec } from "./run-spec.js";

/**
 * JSON with sorted keys, so that equal values give equal strings.
 *
 * @param texts cache of the JSON of objects that occur repeatedly
 */
export function canonicalJson(value: unknown, texts?: WeakMap<object, string>): string {
  if (Array.isArray(value)) return `[${value.map((entry) => canonicalJson(entry, texts)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const known = texts?.get(value);
  if (known !== undefined) return known;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field, texts)}`).join(",")}}`;
}

/**
 * The hash that identifies a run: SHA-256 of the spec's canonical JSON, 64 hexadecimal digits. Works in Node and
 * browsers.
 *
 * @throws InputError naming the field of the spec that is out of bounds
 */
export async function specHash(spec: RunSpec): Promise<string> {
  return textHash(specText(checkSpec(spec)));
}

/** The text that is hashed to identify a spec. */
export function specText(spec: RunSpec, texts?: WeakMap<object, string>): string {
  // Hashes use the former name of the design "published", so that existing result folders stay valid.
  return canonicalJson(spec.design === "published" ? { ...spec, design: FORMER_PUBLISHED } : spec, texts);
}

/** SHA-256 of the canonical JSON of plain data, 64 hexadecimal digits. */
export function hashOf(value: unknown): Promise<string> {
  return textHash(canonicalJson(value));
}

/** SHA-256 of a text, 64 hexadecimal digits. */
export async function textHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

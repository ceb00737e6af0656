import { areNamed } from "../../config/circuits.js";
import type { RunSpec } from "../../config/run-spec.js";
import { statedFields } from "./stated-fields.js";

/** Fields that are always written out, so that a command can be read without knowing the defaults. */
const said = ["D", "T", "S", "L", "z", "samples", "seed"] as const;

/** The name under which the page saves the spec. */
export const specFileName = "spec.json";

/**
 * The command line that prints the page's numbers. Custom circuits are given by weights, so their command names the
 * spec file that the page saves.
 */
export function commandLine(spec: RunSpec): string {
  if (!areNamed(spec.circuits)) return `superpose run ${specFileName}`;
  const names = new Set([...said, ...statedFields(spec).map(([name]) => name)]);
  const flags = Object.entries(spec)
    .filter(([name]) => names.has(name))
    .map(([name, value]) => flag(name, value));
  return ["superpose run", ...flags].join(" ");
}

function flag(name: string, value: unknown): string {
  const spelled = name.length === 1 ? name : name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const text = Array.isArray(value) ? value.join(",") : String(value);
  // A value that starts with a minus sign would look like another flag.
  return text.startsWith("-") ? `--${spelled}=${text}` : `--${spelled} ${text}`;
}

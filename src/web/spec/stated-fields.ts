import { areNamed } from "../../config/circuits.js";
import { specFields } from "../../config/fields.js";
import { canonicalJson } from "../../config/hash.js";
import { shapeOf, type RunSpec } from "../../config/run-spec.js";

/** Fields of a spec that differ from the defaults of `parseSpec`, in the order of `specFields`. */
export function statedFields(spec: RunSpec): [name: string, value: unknown][] {
  const standard = standardSpec(spec.circuits);
  return specFields
    .map(({ name }): [string, unknown] => [name, spec[name as keyof RunSpec]])
    .filter(([name, value]) => canonicalJson(value) !== canonicalJson(standard[name as keyof RunSpec]));
}

/** The spec of a link that names only the circuits. */
function standardSpec(circuits: RunSpec["circuits"]): Partial<RunSpec> {
  const standard = Object.fromEntries(specFields.map((field) => [field.name, field.default])) as Partial<RunSpec>;
  if (!areNamed(circuits)) return standard;
  const { d } = shapeOf({ circuits, design: "published", D: 1, T: 1, S: 1, L: 1 });
  return { ...standard, D: 1000 - (1000 % d) };
}

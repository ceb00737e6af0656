import { columnsDesign } from "./columns.js";
import type { Design } from "./design.js";
import { generalDesign } from "./general.js";
import { gridDesign } from "./grid.js";
import { groupsDesign } from "./groups.js";
import { linesDesign } from "./lines.js";
import { rowsDesign } from "./rows.js";
import { switchedDesign } from "./switched.js";
import { windowsDesign } from "./windows.js";

/** The designs by name, in the order of the help; "published" is the post's construction and has no entry. */
export const designs = {
  windows: windowsDesign,
  lines: linesDesign,
  grid: gridDesign,
  groups: groupsDesign,
  switched: switchedDesign,
  rows: rowsDesign,
  columns: columnsDesign,
  general: generalDesign,
} as const satisfies Record<string, Design>;

/** The former name of the design "published": old specs may contain it, and hashes always use it. */
export const FORMER_PUBLISHED = "standard";

/** The published network, or one of the other designs. */
export type DesignName = "published" | keyof typeof designs;
/** Names of all designs, in the order of the help. */
export const designNames: readonly DesignName[] = [
  "published",
  .../* @__PURE__ */ (Object.keys(designs) as (keyof typeof designs)[]),
];

/** Replaces the former name of a design in a spec with its current name. */
export function presentDesign<Name>(name: Name): Name | "published" {
  return name === FORMER_PUBLISHED ? "published" : name;
}

/** The design with the given name; null for the post's construction. */
export function designOf(name: DesignName): Design | null {
  return name === "published" ? null : designs[name];
}

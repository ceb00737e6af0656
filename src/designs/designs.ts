import type { Design } from "./design.js";
import { gridDesign } from "./grid.js";
import { groupsDesign } from "./groups.js";
import { linesDesign } from "./lines.js";
import { rowsDesign } from "./rows.js";
import { switchedDesign } from "./switched.js";
import { windowsDesign } from "./windows.js";

/** The designs by name, in the order that help shows; "standard" is the post's construction, which has no entry. */
export const designs = {
  windows: windowsDesign,
  lines: linesDesign,
  grid: gridDesign,
  groups: groupsDesign,
  switched: switchedDesign,
  rows: rowsDesign,
} as const satisfies Record<string, Design>;

export type DesignName = "standard" | keyof typeof designs;
export const designNames: readonly DesignName[] = [
  "standard",
  .../* @__PURE__ */ (Object.keys(designs) as (keyof typeof designs)[]),
];

/** The design of that name; null for the post's construction. */
export function designOf(name: DesignName): Design | null {
  return name === "standard" ? null : designs[name];
}

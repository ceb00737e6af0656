import { designOf } from "../designs/designs.js";
import type { RunSpec } from "./run-spec.js";

/** What a checked spec asks for that can be run but that its design is not made for; a sentence each. */
export function specNotes({ design, z }: Pick<RunSpec, "design" | "z">): readonly string[] {
  const most = designOf(design)?.mostActive ?? Infinity;
  const beyond = z.filter((active) => active > most);
  if (beyond.length === 0) return [];
  const circuits = `${most} active circuit${most === 1 ? "" : "s"}`;
  return [`z = ${beyond.join(", ")}: the ${design} design is made for ${circuits} at a time, and loses more.`];
}

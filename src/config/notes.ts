import { designOf } from "../designs/designs.js";
import { shapeOf, type RunSpec } from "./run-spec.js";

/** What a checked spec asks for that can be run but that its design is not made for; a sentence each. */
export function specNotes(spec: Pick<RunSpec, "circuits" | "design" | "D" | "T" | "S" | "L" | "z">): readonly string[] {
  const { design, z } = spec;
  const { T, d, D } = shapeOf(spec);
  const notes: string[] = [];
  if (design === "published" && T * d < D) {
    notes.push(`T·d = ${T * d} is less than D = ${D}: all circuits fit side by side, and this is not superposition.`);
  }
  const most = designOf(design)?.mostActive ?? Infinity;
  const beyond = z.filter((active) => active > most);
  if (beyond.length > 0) {
    const circuits = `${most} active circuit${most === 1 ? "" : "s"}`;
    notes.push(`z = ${beyond.join(", ")}: the ${design} design is made for ${circuits} at a time, and loses more.`);
  }
  return notes;
}

/** What a design's theory is of, and what it leaves out; null where there is no theory but that of the post's networks. */
export function theoryAbout({ design }: Pick<RunSpec, "design">): string | null {
  return designOf(design)?.theory?.about ?? null;
}

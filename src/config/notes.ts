import { designOf } from "../designs/designs.js";
import { shapeOf, type RunSpec } from "./run-spec.js";

/** Warnings about settings that are valid but outside a design's intended use, one sentence each. */
export function specNotes(spec: Pick<RunSpec, "circuits" | "design" | "D" | "T" | "S" | "L" | "z">): readonly string[] {
  const { design, z } = spec;
  const { T, d, D } = shapeOf(spec);
  const notes: string[] = [];
  if (design === "published" && T * d < D) {
    notes.push(`T·d = ${T * d} is less than D = ${D}: all circuits fit side by side, so this is not superposition.`);
  }
  const most = designOf(design)?.mostActive ?? Infinity;
  const beyond = z.filter((active) => active > most);
  if (beyond.length > 0) {
    const circuits = `${most} active circuit${most === 1 ? "" : "s"}`;
    notes.push(
      `z = ${beyond.join(", ")}: the ${design} design is intended for ${circuits} at a time; errors will be larger.`,
    );
  }
  return notes;
}

/** A sentence on what the design's theory covers and what it ignores; null if the design has no separate theory. */
export function theoryAbout({ design }: Pick<RunSpec, "design">): string | null {
  return designOf(design)?.theory?.about ?? null;
}

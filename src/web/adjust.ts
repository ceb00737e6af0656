import { assignmentConstructions } from "../assignment/constructions.js";
import { hasMatrix } from "../network/construction.js";
import { circuitsSize, correctionsOf, type RunSpec } from "../spec.js";

/** A spec's fields as controls give them, before they are checked. */
export type SpecInput = { readonly [Name in keyof RunSpec]: RunSpec[Name] };

/** d of a spec's circuits. */
export function widthOf(circuits: RunSpec["circuits"]): number {
  return circuitsSize(circuits).d;
}

/** The most circuits that a page offers where any number fits (S = 1): as many as the neurons could be shared by 64. */
const SHARED_BY = 64;

/** The largest T for a spec's D, d, S and assignment, as far as its controls go; 0 when D and d do not agree. */
export function largestT({ circuits, D, S, assignment }: Pick<RunSpec, "circuits" | "D" | "S" | "assignment">): number {
  const P = D / widthOf(circuits);
  if (!Number.isSafeInteger(P) || P < 1 || S > P) return 0;
  return S === 1 ? SHARED_BY * P : assignmentConstructions[assignment].largest({ P, S });
}

/**
 * One field changed by hand, and those that depend on it made to fit, so that a slider always has an effect. What was
 * changed by hand stays as it is: the check after this names it when it is wrong.
 *
 * @returns the fields and, in words, what was fitted
 */
export function adjusted(
  spec: RunSpec,
  name: keyof RunSpec,
  value: unknown,
): { readonly input: Readonly<Record<keyof RunSpec, unknown>>; readonly notes: readonly string[] } {
  const input: Record<keyof RunSpec, unknown> = { ...spec, [name]: value };
  const notes: string[] = [];
  const fit = (field: keyof RunSpec, fitted: unknown, because: string): void => {
    if (field === name || input[field] === fitted) return;
    input[field] = fitted;
    notes.push(`${field} is now ${String(fitted)}: ${because}.`);
  };
  const now = input as unknown as RunSpec;

  if (name === "circuits" && typeof now.circuits === "string") {
    const d = widthOf(now.circuits);
    fit("D", Math.max(d, now.D - (now.D % d)), `a multiple of d = ${d}`);
  }
  if (name === "circuits" || name === "D" || name === "S" || name === "assignment") {
    const P = now.D / widthOf(now.circuits);
    if (Number.isSafeInteger(P) && P >= 1 && now.S > P) fit("S", P, "a block has no more neurons");
    const most = largestT(now);
    if (most > 0 && now.T > most && typeof now.circuits === "string") {
      fit("T", most, `the most that fit with P = D/d = ${P}, S = ${now.S}`);
    }
  }
  const z = now.z as readonly number[];
  if (name !== "z" && Array.isArray(z) && z.some((count) => count > now.T)) {
    const fitting = z.filter((count) => count <= now.T);
    fit("z", fitting.length > 0 ? fitting : [now.T], "no more circuits than there are can be active");
  }
  if (now.sampling === "each" && (now.z.length !== 1 || now.z[0] !== 1)) {
    if (name === "sampling") fit("z", [1], "each circuit in turn means one at a time");
    else fit("sampling", "random", "each circuit in turn needs z = 1");
  }
  const uses = correctionsOf(now.construction);
  if (!uses.kappa) fit("kappa", null, `the ${now.construction} construction has none`);
  if (!uses.chiFactor) fit("chiFactor", 1, `the ${now.construction} construction has no chi`);
  if (!uses.chi) fit("chi", null, `the ${now.construction} construction has none`);
  if (hasMatrix(now.construction)) fit("gate", "relu", `the ${now.construction} construction runs with it only`);
  if (now.chi !== null && name !== "chi" && (name === "L" || name === "chiFactor")) {
    fit("chi", null, name === "L" ? "it was given for another depth" : "the factor multiplies the computed one");
  }
  if (name === "chi" && now.chi !== null) fit("chiFactor", 1, "chi is used as given");
  return { input, notes };
}

import { readFileSync } from "node:fs";

/** Results of the authors' code for one (T, P, S). The names are the authors'; the file's `meta` explains them. */
interface MeasuredCase {
  readonly maxT: number;
  readonly first12: readonly (readonly number[])[];
  readonly last3: readonly (readonly number[])[];
  readonly steps_used_and_number_of_circuits: readonly (readonly [number, number])[];
  readonly load_min: number;
  readonly load_max: number;
  readonly load_mean: number;
  readonly load_std_pop: number;
  readonly max_pairwise_overlap: number;
  readonly measured_overlap_frequency: number;
  readonly probability_of_overlap_formula: number;
  readonly "checksum_sum_t_(t+1)*sum_s_(s+1)*c[t][s]": number;
  readonly "load_sum_n_(n+1)*load[n]": number;
}

/** A case where the circuits do not fit. */
interface RefusedCase {
  readonly error: string;
  readonly maxT: number;
}

/** test/reference/assignments.json. */
interface ReferenceAssignments {
  readonly maxT: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly get_steps: Readonly<Record<string, readonly number[]>>;
  readonly edge_cases_when_no_step_exists: Readonly<Record<string, { readonly maxT: number }>>;
  readonly cases: Readonly<Record<string, MeasuredCase | RefusedCase>>;
}

export function referenceAssignments(): ReferenceAssignments {
  const file = new URL("../reference/assignments.json", import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as ReferenceAssignments;
}

/** Reads keys like "T=557,Dod=250,S=6"; T is NaN if the key does not contain it. */
export function parseSizes(key: string): { T: number; P: number; S: number } {
  const sizes = Object.fromEntries(key.split(",").map((part) => part.split("=")));
  return { T: Number(sizes["T"]), P: Number(sizes["Dod"]), S: Number(sizes["S"]) };
}

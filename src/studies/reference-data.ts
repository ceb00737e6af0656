import { readFileSync } from "node:fs";
import type { ErrorReference } from "../results/references.js";

/** Statistics of the authors' code by layer, as test/reference/README.md describes them; names are theirs. */
export interface AuthorsErrors {
  readonly mse_x_active?: readonly number[];
  readonly mse_x_inactive?: readonly number[];
  readonly mse_on_active: readonly number[];
  readonly mse_on_inactive: readonly number[];
  readonly worst_x_active?: readonly number[];
  readonly worst_x_inactive?: readonly number[];
  readonly worst_on_active?: readonly number[];
  readonly worst_on_inactive?: readonly number[];
  readonly frac_active_neurons?: readonly (readonly number[])[];
}

/** Numbers measured with the authors' code, from test/reference/. */
export function readReference<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(`../../test/reference/${name}`, import.meta.url), "utf8")) as Content;
}

const names = [
  ["xActive", "mse_x_active", "worst_x_active"],
  ["xInactive", "mse_x_inactive", "worst_x_inactive"],
  ["alphaActive", "mse_on_active", "worst_on_active"],
  ["alphaInactive", "mse_on_inactive", "worst_on_inactive"],
] as const;

/** Their lists over layers as reference points. */
export function authorsPoints(z: number, means: AuthorsErrors, sds: AuthorsErrors | null): ErrorReference[] {
  return means.mse_on_active.map((_, layer) => ({
    z,
    layer,
    errors: Object.fromEntries(
      names.flatMap(([name, mse, worst]) => {
        const meanSquare = means[mse]?.[layer];
        if (meanSquare === undefined) return [];
        const largest = means[worst]?.[layer];
        return [
          [name, { meanSquare, sd: sds?.[mse]?.[layer] ?? null, ...(largest === undefined ? {} : { worst: largest }) }],
        ];
      }),
    ),
  }));
}

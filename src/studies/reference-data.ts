import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { ErrorReference } from "../results/error-tables.js";
import { activities } from "../results/rows.js";

/** Statistics by layer from the authors' code, under the names used there, which test/reference/README.md explains. */
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

/**
 * Numbers measured with the authors' code, from test/reference/. The package does not contain tests; it has these
 * numbers in compressed form in dist/.
 */
export function readReference<Content>(name: string): Content {
  const inClone = new URL(`../../test/reference/${name}`, import.meta.url);
  const text = existsSync(inClone)
    ? readFileSync(inClone)
    : gunzipSync(readFileSync(new URL(`../../dist/reference/${name}.gz`, import.meta.url)));
  return JSON.parse(text.toString("utf8")) as Content;
}

/** The authors' names for our readouts. */
const readouts = [
  ["x", "x"],
  ["alpha", "on"],
] as const;

/** Converts the authors' lists, which have one value per layer, to reference points. */
export function authorsPoints(z: number, means: AuthorsErrors, sds: AuthorsErrors | null): ErrorReference[] {
  return means.mse_on_active.map((_, layer) => ({
    z,
    layer,
    readouts: Object.fromEntries(
      readouts.map(([name, theirs]) => [
        name,
        Object.fromEntries(
          activities.flatMap((activity) => {
            const mse = `mse_${theirs}_${activity}` as const;
            const meanSquare = means[mse]?.[layer];
            if (meanSquare === undefined) return [];
            const worst = means[`worst_${theirs}_${activity}`]?.[layer];
            const sd = sds?.[mse]?.[layer] ?? null;
            return [[activity, { meanSquare, sd, ...(worst === undefined ? {} : { worst }) }]];
          }),
        ),
      ]),
    ),
  }));
}

import { InputError } from "../../base/errors.js";
import { deriveSeed } from "../../base/random.js";
import { collect } from "../../jobs/execute.js";
import { mostFeatures } from "../../theory/storage.js";
import { standaloneStudy } from "../standalone.js";
import { storedFeaturesInfo } from "./settings.js";
import { storedFeaturesRows } from "./statistics.js";
import type { StoredFeaturesTask } from "./stored-features.js";

/**
 * The number of features that can be stored, and the number kept through several layers: part of figure S5 with given
 * sizes. [E26]
 */
export const standaloneStoredFeatures = standaloneStudy({
  ...storedFeaturesInfo,
  check({ l, most }) {
    if (l >= most) throw new InputError(`most = ${most}: must be more than l = ${l}.`);
  },
  async run({ n: ns, l, layers, most, samples, seed }, run) {
    const tasks = ns.flatMap((n) =>
      Array.from({ length: layers }, (_, repeat): StoredFeaturesTask => {
        return { kind: "stored-features", n, l, most, samples, seed: deriveSeed(seed, "stored-features", n), repeat };
      }),
    );
    const results = await collect(run(tasks, tasks.length));
    const rows = storedFeaturesRows(ns, layers, results, most).map(({ what, D, count, low, high, censored }) => {
      return { what, n: D, count, low, high, censored, estimate: mostFeatures(D, l) / (what === "kept" ? layers : 1) };
    });
    return {
      rows,
      table: {
        caption: `Number of features that are all read correctly, with ${l} active at once [E26]`,
        columns: ["what", "n", "count", "from", "to", "estimate", "lower bound"],
        rows: rows.map((row) => [
          ...[row.what, row.n, row.count, row.low, row.high, row.estimate, row.censored ? "yes" : "no"],
        ]),
      },
      sentence: `stored: read correctly once; kept: read correctly in each of ${layers} layers. The estimates are exp(n/(8l)) for stored features and exp(n/(8l))/${layers} for kept features.`,
    };
  },
});

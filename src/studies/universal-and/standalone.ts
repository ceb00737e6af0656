import { maxCircuits } from "../../assignment/prime-steps.js";
import { InputError } from "../../base/errors.js";
import { deriveSeed } from "../../base/random.js";
import { shortNumber } from "../../drawing/numbers.js";
import { collect } from "../../jobs/execute.js";
import { standaloneStudy } from "../standalone.js";
import type { UniversalAndTask } from "./measure.js";
import { universalAndRow } from "./rows.js";
import { universalAndInfo } from "./settings.js";

/** The AND of all pairs by one layer of fewer neurons than pairs. */
export const standaloneUniversalAnd = standaloneStudy({
  ...universalAndInfo,
  check({ m: ms, d: ds, code, S, p, active }) {
    for (const m of ms) {
      for (const on of active) if (on > m) throw new InputError(`active = ${on}: at most m = ${m} inputs can be on.`);
      for (const d of ds) {
        const most = S > d ? 0 : maxCircuits({ P: d, S });
        if (code === "assignment" && most < m)
          throw new InputError(`m = ${m}: at most ${most} inputs fit with d = ${d}, S = ${S} (code assignment).`);
      }
    }
    if (code === "assignment" && p !== null)
      throw new InputError(`p = ${p.join(", ")}: only the code bernoulli has probabilities; leave it out.`);
  },
  async run({ m: ms, d: ds, code, p: ps, S, active, samples, networks, seed }, run) {
    const sizes = ms.flatMap((m) =>
      ds.flatMap((d) => (ps ?? [0.2]).flatMap((p) => active.map((on) => ({ m, d, p, active: on })))),
    );
    const tasks = sizes.flatMap((size) =>
      Array.from({ length: networks }, (_, repeat): UniversalAndTask => {
        const own = deriveSeed(seed, "universal-and", size.m, size.d);
        return { kind: "universal-and", ...size, code, S, samples, seed: own, repeat };
      }),
    );
    const results = await collect(run(tasks, tasks.length));
    const rows = sizes.map(({ p, ...size }, index) => {
      const row = universalAndRow(size, results.slice(index * networks, (index + 1) * networks));
      return code === "bernoulli" ? { code, p, ...row } : { code, S, ...row };
    });
    return {
      rows,
      table: {
        caption: "The AND of all pairs of inputs (Vaintrob, Mendel and Hänni, 2024)",
        columns: [
          ...["m", "d", code === "bernoulli" ? "p" : "S", "on", "rms, both on", "one on", "none on", "worst"],
          ...["all right", "from", "to", "error / that of 0", "unread"],
        ],
        rows: rows.map((row) => [
          ...[row.m, row.d, "p" in row ? row.p : row.S, row.active, row.rms.on, row.rms.one, row.rms.none, row.worst],
          ...[row.allRight, row.low, row.high, row.overZero, row.unread],
        ]),
      },
      sentence: rows
        .map(({ m, d, active, allRight, overZero }) => {
          const squares =
            overZero === null ? "" : `; the squared error is ${shortNumber(overZero)} times that of answering 0`;
          return `m = ${m}, d = ${d}, ${active} on: all ${(m * (m - 1)) / 2} ANDs are right in ${shortNumber(100 * allRight)} % of samples${squares}.`;
        })
        .join("\n"),
    };
  },
});

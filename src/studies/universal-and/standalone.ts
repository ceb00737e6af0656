import { InputError } from "../../base/errors.js";
import { deriveSeed } from "../../base/random.js";
import { grouped, shortNumber } from "../../drawing/numbers.js";
import { collect } from "../../jobs/execute.js";
import { refuseUnused } from "../standalone-info.js";
import { standaloneStudy } from "../standalone.js";
import type { UniversalAndTask } from "./measure.js";
import { choose, largestCode, MOST_GATES } from "./network.js";
import { universalAndRow } from "./rows.js";
import { universalAndInfo } from "./settings.js";

/** ANDs of Boolean inputs, computed by one layer with fewer neurons than gates. [L5] */
export const standaloneUniversalAnd = standaloneStudy({
  ...universalAndInfo,
  check(settings) {
    const { m: ms, d: ds, code, S, copies, p, k, output, gates, n, active } = settings;
    if (output === "xor" && k !== 2) throw new InputError(`k = ${k}: must be 2 for xor.`);
    for (const m of ms) {
      for (const on of active) if (on > m) throw new InputError(`active = ${on}: at most m = ${m} inputs can be on.`);
      if (k > m) throw new InputError(`k = ${k}: must be at most m = ${m}.`);
      const all = choose(m, k);
      if (gates === null && all > MOST_GATES)
        throw new InputError(`m = ${m}: there are ${all} gates, more than ${MOST_GATES}; set "gates" to choose fewer.`);
      if (gates !== null && gates > all) throw new InputError(`gates = ${gates}: there are only ${all} with m = ${m}.`);
      if (n !== null && n * m > 2e7) throw new InputError(`n = ${n}, m = ${m}: n·m must be at most 20,000,000.`);
      for (const d of ds) {
        const most = largestCode(code, { P: Math.floor(d / copies), S });
        const what = gates === null ? "inputs" : "gates";
        if (most < (gates ?? m))
          throw new InputError(
            `${gates === null ? "m" : "gates"} = ${gates ?? m}: at most ${most} ${what} fit with d = ${d}, S = ${S}, copies = ${copies}, code = ${code}.`,
          );
      }
    }
    if (code !== "bernoulli" && p !== null)
      throw new InputError(`p = ${p.join(", ")}: used only if code = bernoulli; leave it out.`);
    if (code === "bernoulli") refuseUnused(universalAndInfo, settings, ["S", "copies"], "not used if code = bernoulli");
  },
  async run({ m: ms, d: ds, code, p: ps, active: actives, samples, networks, seed, ...rest }, run) {
    const { S, copies, k, output, gates, n } = rest;
    const sizes = ms.flatMap((m) => ds.flatMap((d) => (ps ?? [0.2]).map((p) => ({ m, d, p }))));
    const tasks = sizes.flatMap((size) =>
      Array.from({ length: networks }, (_, repeat): UniversalAndTask => {
        const own = deriveSeed(seed, "universal-and", size.m, size.d);
        return { kind: "universal-and", ...size, ...rest, code, actives, samples, seed: own, repeat };
      }),
    );
    const results = await collect(run(tasks, tasks.length));
    const rows = sizes.flatMap(({ p, ...size }, index) =>
      actives.map((active, at) => {
        const own = results.slice(index * networks, (index + 1) * networks).map((sums) => sums[at]);
        const sets = code === "bernoulli" ? { p } : { S, copies };
        const row = universalAndRow({ ...size, active }, own);
        return { code, ...sets, k, output, gates: gates ?? choose(size.m, k), n, ...row };
      }),
    );
    const classes = Array.from({ length: k + 1 }, (_, j) => k - j);
    const name = output.toUpperCase();
    return {
      rows,
      table: {
        caption: `${gates === null ? "The" : "Chosen"} ${name}s of ${k} inputs (Vaintrob, Mendel and Hänni, 2024) [L5]`,
        columns: [
          ...["m", "d", code === "bernoulli" ? "p" : "S", "on", ...classes.map((j) => `rms, ${j} on`), "worst"],
          ...["all correct", "from", "to", "error / output 0", "neurons read", "least", "unread"],
        ],
        rows: rows.map((row) => [
          ...[row.m, row.d, row.p ?? S, row.active, ...classes.map((j) => row.rms[j]), row.worst],
          ...[row.allRight, row.low, row.high, row.overZero, row.readers.mean, row.readers.least, row.unread],
        ]),
      },
      sentence: rows
        .map(({ m, d, active, allRight, overZero, gates }) => {
          const squares =
            overZero === null
              ? ""
              : `; the squared error is ${shortNumber(overZero)} times that of a network that always outputs 0`;
          return `m = ${m}, d = ${d}, ${active} on: all ${grouped(gates)} ${name}s are correct in ${shortNumber(100 * allRight)}% of samples${squares}.`;
        })
        .join("\n"),
    };
  },
});

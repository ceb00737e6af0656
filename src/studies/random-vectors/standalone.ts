import { InputError } from "../../base/errors.js";
import { deriveSeed } from "../../base/random.js";
import { shortNumber } from "../../drawing/numbers.js";
import { collect } from "../../jobs/execute.js";
import { spread } from "../../results/statistics.js";
import { largestDot, noiseBound, welchBound } from "../../theory/storage.js";
import { standaloneStudy } from "../standalone.js";
import { mergeDotProducts, type RandomVectorsTask } from "./measure.js";
import { randomVectorsInfo } from "./settings.js";

/** If the dot products of a set of vectors take more multiplications than this, its pairs are divided among cores. */
const MANY = 2e10;
const SHARES = 4;

/** Dot products of all pairs of random unit vectors: figure T5 with given sizes. [E25] */
export const standaloneRandomVectors = standaloneStudy({
  ...randomVectorsInfo,
  check({ n: ns, m: ms }) {
    for (const n of ns) {
      for (const m of ms) {
        if (n * m > 5e8) throw new InputError(`n = ${n}, m = ${m}: n·m must be at most 5e8 (2 GB of vectors).`);
      }
    }
  },
  async run({ n: ns, m: ms, repeats, seed }, run) {
    const sizes = ns.flatMap((n) => ms.map((m) => ({ n, m })));
    const tasks = sizes.flatMap(({ n, m }) =>
      Array.from({ length: repeats }, (_, repeat) => {
        const of = (n * m * m) / 2 > MANY ? SHARES : 1;
        return Array.from({ length: of }, (_share, index): RandomVectorsTask => {
          const own = deriveSeed(seed, "random-vectors", n, m);
          return { kind: "random-vectors", n, m, seed: own, repeat, share: { index, of } };
        });
      }),
    );
    const results = await collect(run(tasks.flat(), tasks.flat().length));
    let next = 0;
    const draws = tasks.map((shares) => mergeDotProducts(results.slice(next, (next += shares.length))));
    const rows = sizes.map(({ n, m }, index) => {
      const own = draws.slice(index * repeats, (index + 1) * repeats);
      const largest = spread(own.map((dots) => dots.largest));
      const square = spread(own.map((dots) => dots.meanSquare));
      return {
        ...{ n, m, repeats, pairs: own[0].pairs, largest: largest.mean, largestSd: largest.sd },
        ...{ largestTheory: largestDot({ n, m }), bound: noiseBound({ n, m }), welch: welchBound({ n, m }) },
        ...{ meanSquare: square.mean, meanSquareSd: square.sd, meanSquareTheory: 1 / n },
      };
    });
    const ratios = rows.map(({ largest, largestTheory }) => largest / largestTheory);
    const range = [Math.min(...ratios), Math.max(...ratios)].map((value) => shortNumber(value)).join(" to ");
    return {
      rows,
      table: {
        caption: "Dot products of all pairs [E25]",
        columns: [
          ...["n", "m", "pairs", "largest |dot|", "±", "2·sqrt(ln m / n)", "ratio", "ε", "Welch bound"],
          ...["mean dot² · n"],
        ],
        rows: rows.map((row) => [
          ...[row.n, row.m, row.pairs, row.largest, row.largestSd, row.largestTheory, row.largest / row.largestTheory],
          ...[row.bound, row.welch, row.meanSquare * row.n],
        ]),
      },
      sentence: `The largest |dot| is ${range} times 2·sqrt(ln m / n).`,
    };
  },
});

import { expect, test } from "vitest";
import { meetings, type Blocks, type Meetings } from "../../src/theory/blocks.js";

/** Blocks of 4, 2 and 1 circuits. In the first block, three circuits share a cell in A, and two share one in B. */
const blocks: Blocks = {
  T: 7,
  block: [0, 0, 0, 0, 1, 1, 2],
  a: [0, 0, 0, 1, 2, 3, 4],
  b: [0, 1, 2, 0, 3, 3, 4],
};

/** The meetings, by enumerating all sets of z circuits. */
function counted({ T, block, a, b }: Blocks, z: number): Meetings {
  const sets = Array.from({ length: 2 ** T }, (_, bits) =>
    Array.from({ length: T }, (_, t) => t).filter((t) => (bits >> t) % 2 === 1),
  ).filter(({ length }) => length === z);
  const totals = { met: 0, sameCell: 0, reaching: 0, beside: [0, 0], besideAlone: [0, 0] };
  const leads = (from: number, to: number): boolean => Array.from(a).some((cell, t) => cell === from && b[t] === to);
  for (const set of sets) {
    const others = (t: number): number[] => set.filter((u) => u !== t);
    const isMet = (t: number): boolean => others(t).some((u) => block[u] === block[t]);
    for (const t of set) {
      if (isMet(t)) totals.met += 1 / z;
      totals.sameCell += others(t).filter((u) => a[u] === a[t]).length / z;
      totals.reaching += others(t).filter((u) => leads(a[u]!, b[t]!)).length / z;
    }
    for (let w = 0; w < T; w++) {
      if (set.includes(w)) continue;
      [a, b].forEach((cell, column) => {
        const found = set.filter((u) => cell[u] === cell[w]);
        totals.beside[column]! += found.length / (T - z);
        totals.besideAlone[column]! += found.filter((u) => !isMet(u)).length / (T - z);
      });
    }
  }
  const mean = (sum: number): number => sum / sets.length;
  return {
    ...{ met: mean(totals.met), sameCell: mean(totals.sameCell), reaching: mean(totals.reaching) },
    beside: [mean(totals.beside[0]!), mean(totals.beside[1]!)],
    besideAlone: [mean(totals.besideAlone[0]!), mean(totals.besideAlone[1]!)],
  };
}

test.each([1, 2, 3, 7])("meetings equal a count over all sets of z = %i circuits", (z) => {
  const [found, all] = [meetings(blocks, z), counted(blocks, z)];
  for (const key of ["met", "sameCell", "reaching"] as const) expect(found[key]).toBeCloseTo(all[key], 12);
  for (const key of ["beside", "besideAlone"] as const) {
    found[key].forEach((value, column) => expect(value).toBeCloseTo(all[key][column]!, 12));
  }
});

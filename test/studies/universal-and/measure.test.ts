import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { RandomSequence } from "../../../src/base/random.js";
import {
  chooseActive,
  measureUniversalAnd,
  type UniversalAndSums,
  type UniversalAndInput,
} from "../../../src/studies/universal-and/measure.js";
import { choose, drawUniversalNetwork, universalCodes } from "../../../src/studies/universal-and/network.js";
import { universalAndRow } from "../../../src/studies/universal-and/rows.js";

interface Row {
  readonly m: number;
  readonly d: number;
  readonly p: number;
  readonly active: number;
  readonly rms: { readonly on: number | null; readonly one: number; readonly none: number };
  readonly worst: number;
  readonly allRight: number;
  readonly meanSquareOverZero: number | null;
}
const { rows } = JSON.parse(readFileSync(new URL("../../reference/universal-and.json", import.meta.url), "utf8")) as {
  rows: Row[];
};

const pairs = { code: "bernoulli", S: 2, copies: 1, k: 2, gates: null, output: "and", n: null } as const;

test.each(rows)("m = $m, d = $d, p = $p, $active on agrees with the reference", ({ m, d, p, active, ...row }) => {
  const networks = Array.from({ length: 8 }, (_, repeat) =>
    measureUniversalAnd({ ...pairs, m, d, p, active, samples: 50, seed: 3, repeat }),
  );
  const found = universalAndRow({ m, d, active }, networks);
  const near = (value: number | null, wanted: number | null, of: (sums: (typeof networks)[number]) => number): void => {
    if (wanted === null) return void expect(value).toBeNull();
    // The tolerance is 3% of the root mean square, or four standard errors of the difference between the two
    // measurements.
    const means = networks.map(of);
    const mean = means.reduce((a, b) => a + b, 0) / 8;
    const sd = Math.sqrt(means.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 7);
    expect(Math.abs(value! ** 2 - wanted ** 2)).toBeLessThanOrEqual(
      Math.max(0.06 * wanted ** 2, 4 * sd * Math.sqrt(2 / 8)),
    );
  };
  for (const [on, of] of (["none", "one", "on"] as const).entries())
    near(found.rms[on]!, row.rms[of], ({ squares, counts }) => squares[on]! / counts[on]!);
  const p0 = row.allRight;
  expect(Math.abs(found.allRight - p0)).toBeLessThanOrEqual(Math.max(0.03, 4 * Math.sqrt((2 * p0 * (1 - p0)) / 400)));
  expect(found.worst).toBeLessThanOrEqual(1);
  if (row.meanSquareOverZero === null) expect(found.overZero).toBeNull();
  else {
    const ratios = networks.map(({ squares, counts }) => (squares[0]! + squares[1]! + squares[2]!) / counts[2]!);
    const mean = ratios.reduce((a, b) => a + b, 0) / 8;
    const sd = Math.sqrt(ratios.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 7);
    expect(Math.abs(found.overZero! - row.meanSquareOverZero)).toBeLessThanOrEqual(
      Math.max(0.03 * row.meanSquareOverZero, 4 * sd * Math.sqrt(2 / 8)),
    );
  }
});

const small: UniversalAndInput = {
  ...{ ...pairs, m: 13, d: 40, p: 0.3, S: 3, active: 3, samples: 30, seed: 8, repeat: 0 },
};

/** The sums computed from the dense weights, gate by gate, according to the network's definition. */
function bruteForce(task: UniversalAndInput): Omit<UniversalAndSums, "readers" | "unread"> {
  const { m, d, k, output, active, samples, seed, repeat } = task;
  const network = drawUniversalNetwork(task);
  const gates = Array.from({ length: network.gates.length / k }, (_, gate) =>
    Array.from(network.gates.subarray(gate * k, (gate + 1) * k)),
  );
  const W = network.inputsOf.map((inputs) => Array.from({ length: m }, (_, i) => Number(inputs.includes(i))));
  const reads = gates.map((inputs, gate) =>
    Array.from({ length: d }, (_, neuron) => neuron).filter((neuron) => {
      if (task.gates === null) return inputs.every((i) => W[neuron]![i] === 1);
      const sums = new Float64Array(gates.length);
      network.addTo(sums, neuron, 1);
      return sums[gate] === 1;
    }),
  );
  const chosen = task.gates === null ? null : network.gates;
  const squares = new Array<number>(k + 1).fill(0);
  const counts = new Array<number>(k + 1).fill(0);
  let [worst, allRight, trueCount] = [0, 0, 0];
  for (let sample = 0; sample < samples; sample++) {
    const on = chooseActive(new RandomSequence(seed, "samples", sample, repeat), task, chosen);
    expect(on.size).toBe(active);
    const x = Array.from({ length: m }, (_, i) => Number(on.has(i)));
    const h = W.map((row) =>
      Math.max(
        0,
        row.reduce((sum, w, i) => sum + w * x[i]!, 1 - k),
      ),
    );
    let isRight = true;
    gates.forEach((inputs, gate) => {
      const own = reads[gate]!;
      const and = own.length === 0 ? 0 : own.reduce((sum, neuron) => sum + h[neuron]!, 0) / own.length;
      const howMany = inputs.reduce((sum, i) => sum + x[i]!, 0);
      const truth = output === "and" ? Number(howMany === k) : Number(howMany === 1);
      const readout = output === "and" ? and : x[inputs[0]!]! + x[inputs[1]!]! - 2 * and;
      const error = readout - truth;
      squares[howMany]! += error * error;
      counts[howMany]! += 1;
      trueCount += truth;
      worst = Math.max(worst, Math.abs(error));
      isRight &&= readout > 0.5 === (truth === 1);
    });
    allRight += Number(isRight);
  }
  return { samples, gateCount: gates.length, squares, counts, trueCount, worst, allRight };
}

test.each([
  ["pairs", {}],
  ["fan-in 3", { k: 3, m: 9, p: 0.5, active: 4 }],
  ["fan-in 4", { k: 4, m: 8, p: 0.6, active: 5 }],
  ["xor", { output: "xor" }],
  ["chosen gates", { gates: 20, p: 0.15 }],
  ["chosen gates of three inputs, S of 40 neurons each", { gates: 12, k: 3, code: "uniform", S: 6, active: 5 }],
  ["chosen gates, xor, by an assignment", { gates: 14, output: "xor", code: "prime-step", S: 4 }],
  ["two copies of an assignment", { code: "transversal", S: 4, copies: 2, m: 12 }],
] as const)("%s equal those of the dense weights exactly", (_, given) => {
  const task = { ...small, ...given };
  const sums = measureUniversalAnd(task);
  const { squares, ...wanted } = bruteForce(task);
  expect(sums).toMatchObject(wanted);
  sums.squares.forEach((square, on) => expect(square).toBeCloseTo(squares[on]!, 9));
  expect(sums.squares.some((square) => square > 0)).toBe(true);
});

test("all gates are all sets of different inputs, ascending", () => {
  expect([choose(5, 2), choose(13, 3), choose(2, 3)]).toEqual([10, 286, 0]);
  expect(Array.from(drawUniversalNetwork({ ...small, m: 4 }).gates)).toEqual([0, 1, 0, 2, 1, 2, 0, 3, 1, 3, 2, 3]);
  const { gates } = drawUniversalNetwork({ ...small, k: 3 });
  const names = Array.from({ length: 286 }, (_, gate) => gates.subarray(3 * gate, 3 * gate + 3).join());
  expect(new Set(names).size).toBe(286);
  expect(
    names.every((name) => name.split(",").every((i, at, all) => at === 0 || Number(all[at - 1]) < Number(i))),
  ).toBe(true);
});

test("a network with inputs that never meet always answers 0", () => {
  const sums = measureUniversalAnd({ ...small, p: 0 });
  expect(sums.unread).toBe(78);
  expect(universalAndRow(small, [sums])).toMatchObject({ rms: [0, 0, 1], allRight: 0, overZero: 1, unread: 1 });
});

test("if every input is on every neuron, every pair is read as active − 1", () => {
  const sums = measureUniversalAnd({ ...small, p: 1 });
  expect(universalAndRow(small, [sums])).toMatchObject({ rms: [2, 2, 1], worst: 2 });
});

test.each(universalCodes.slice(2))("%s: two inputs share at most one neuron in each copy", (code) => {
  const { neuronsOf } = drawUniversalNetwork({ ...small, m: 20, d: 120, code, S: 4, copies: 2 });
  for (const own of neuronsOf) {
    expect(new Set(own).size).toBe(8);
    for (const other of neuronsOf)
      if (own !== other) expect(own.filter((neuron) => other.includes(neuron)).length).toBeLessThanOrEqual(2);
  }
});

test("chosen gates: inputs are in equally many gates, one gate is on, and its readout is at least 1", () => {
  const task = { ...small, m: 60, d: 300, code: "uniform", S: 8, gates: 90, samples: 200 } as const;
  const { gates, neuronsOf } = drawUniversalNetwork(task);
  const uses = Array.from({ length: 60 }, (_, i) => gates.filter((input) => input === i).length);
  expect(Math.max(...uses) - Math.min(...uses)).toBeLessThanOrEqual(2);
  expect(new Set(Array.from({ length: 90 }, (_, g) => gates.subarray(2 * g, 2 * g + 2).join())).size).toBe(90);
  expect(neuronsOf.every((own, i) => own.length <= 8 * uses[i]!)).toBe(true);
  const { trueCount, counts } = measureUniversalAnd(task);
  // In each sample, the chosen gate is on, and rarely another one: 3 of 60 inputs are on, and 90 of the 1770 pairs are
  // gates.
  expect(trueCount).toBeGreaterThanOrEqual(200);
  expect(trueCount).toBeLessThan(200 * (1 + 6 * (90 / 1770)));
  expect(counts[2]).toBe(trueCount);
});

test("chosen gates draw S neurons each: sharing gives the mean square of another gate's readout, within 5%", () => {
  // The gates have different inputs, and one gate is on. Another gate shares each of its S neurons with probability
  // S/d, and each shared neuron adds 1/S to its readout.
  const [d, S, gates] = [400, 10, 100];
  const networks = Array.from({ length: 20 }, (_, repeat) =>
    measureUniversalAnd({ ...small, m: 200, d, code: "uniform", S, gates, active: 2, samples: 50, seed: 5, repeat }),
  );
  const sum = (of: (sums: UniversalAndSums) => number): number => networks.reduce((all, sums) => all + of(sums), 0);
  const measured = sum(({ squares }) => squares[0]!) / sum(({ counts }) => counts[0]!);
  const p = S / d;
  const expected = p ** 2 + (p * (1 - p) * ((d - S) / (d - 1))) / S;
  expect(Math.abs(measured / expected - 1)).toBeLessThan(0.05);
});

test("inputs in superposition: errors fall with n to those of separate inputs", () => {
  const task = { ...small, m: 60, d: 300, p: 0.2, active: 2, samples: 20 };
  const square = (n: number | null): number => {
    const { squares } = measureUniversalAnd({ ...task, n });
    return squares.reduce((a, b) => a + b, 0);
  };
  const [few, some, many, exact] = [square(60), square(1000), square(20_000), square(null)];
  expect(few).toBeGreaterThan(2 * exact);
  expect(some).toBeLessThan(few);
  expect(Math.abs(many / exact - 1)).toBeLessThan(0.2);
});

test("counts by class, reproducible, with different networks by repeat", () => {
  const { counts } = measureUniversalAnd(small);
  expect(counts).toEqual([78 * 30 - 990, 900, 90]);
  expect(measureUniversalAnd(small)).toEqual(measureUniversalAnd(small));
  expect(measureUniversalAnd({ ...small, repeat: 1 })).not.toEqual(measureUniversalAnd(small));
});

test("impossible settings are refused by name", () => {
  const refused =
    (given: Partial<UniversalAndInput>): (() => void) =>
    () =>
      measureUniversalAnd({ ...small, ...given });
  expect(refused({ active: 14 })).toThrow("active = 14");
  expect(refused({ p: NaN })).toThrow("p = NaN");
  expect(refused({ code: "prime-step", S: 50 })).toThrow("S = 50: must be at most d/copies = 40");
  expect(refused({ code: "uniform", copies: 20, S: 3 })).toThrow("S = 3: must be at most d/copies = 2");
  expect(refused({ k: 14 })).toThrow("k = 14");
  expect(refused({ k: 3, output: "xor" })).toThrow("k = 3: must be 2 for xor");
  expect(refused({ gates: 79 })).toThrow("gates = 79");
  expect(refused({ m: 10_000 })).toThrow("there are 49995000 gates");
  expect(refused({ n: 1 })).toThrow("n = 1");
  expect(refused({ m: 4000, n: 100_000 })).toThrow("n·m must be at most 20,000,000");
});

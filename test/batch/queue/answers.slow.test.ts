import { beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../../src/base/errors.js";
import { RandomSequence } from "../../../src/base/random.js";
import { answered, parseMessage } from "../../../src/batch/queue/messages.js";
import { parseSweep, type SweepRun } from "../../../src/batch/sweep/plan.js";
import { fileRow, type FileRow } from "../../../src/results/file-rows.js";
import { rowsLike } from "../rows.js";

let run: SweepRun;
let rows: readonly FileRow[];
beforeAll(async () => {
  const sweep = await parseSweep({ base: { D: 40, T: 10, S: 2, L: 2, samples: 10, z: [1, 2] }, list: [{}] });
  run = sweep.runs[0]!;
  rows = rowsLike(run.spec).map(fileRow);
});

type Change = (row: FileRow) => object;
const withStatistic =
  (change: object): Change =>
  ({ errors, ...row }) => ({
    ...row,
    errors: { ...errors, xActive: { ...errors["xActive"]!, ...change } },
  });

describe("an answer is accepted if it is possible for the run", () => {
  test("as a worker returns it", () => {
    expect(answered(run, { hash: run.hash, rows })).toEqual(rowsLike(run.spec));
  });

  test.each<[string, Change, string]>([
    ["layer 99", (row) => ({ ...row, layer: 99 }), "row 0 is for z = 1, layer 99, not for z = 1, layer 0"],
    ["other z", (row) => ({ ...row, z: 3 }), "row 0 is for z = 3, layer 0, not for z = 1, layer 0"],
    ["other samples", (row) => ({ ...row, samples: 11 }), "z = 1, layer 0: wrong number of samples"],
    ["more inactive samples", (row) => ({ ...row, inactiveSamples: 11 }), "z = 1, layer 0: wrong number of samples"],
    ["other networks", (row) => ({ ...row, networks: 2 }), "z = 1, layer 0: 2 networks, not 1"],
    [
      "a readout less",
      ({ errors, ...row }) => ({
        ...row,
        errors: Object.fromEntries(Object.entries(errors).filter(([name]) => name.startsWith("alpha"))),
      }),
      "z = 1, layer 0: the readouts are not alpha, x",
    ],
    ["a negative mean square", withStatistic({ meanSquare: -1 }), "z = 1, layer 0: an impossible value"],
    ["a negative largest error", withStatistic({ worst: -1 }), "an impossible value"],
    ["a share above 1", withStatistic({ wrong: 1.5 }), "an impossible value"],
    ["a deviation of one network", withStatistic({ sd: 1 }), "an impossible value"],
    ["active shares above 1", (row) => ({ ...row, activeFraction: [2] }), "an impossible value"],
    ["a text for a number", withStatistic({ meanSquare: "1" }), "its rows do not come from a measurement"],
  ])("not with %s", (_, change, message) => {
    expect(answered(run, { hash: run.hash, rows: rows.map(change) })).toContain(message);
  });

  test("but not with a single row, rows in another order, or another hash", () => {
    expect(answered(run, { hash: run.hash, rows: rows.slice(0, 1) })).toBe("there are 1 rows; z and L require 6");
    expect(answered(run, { hash: run.hash, rows: rows.toReversed() })).toContain("not for z = 1, layer 0");
    expect(answered(run, { hash: run.hash.replace(/^./, "g"), rows })).toBe("its hash differs");
  });
});

/** A copy with a different value at the place given by the indices. */
function changed(from: unknown, [at, ...rest]: readonly number[], to: unknown): unknown {
  const keys = typeof from === "object" && from !== null ? Object.keys(from) : [];
  if (at === undefined || keys.length === 0) return to;
  const key = keys[at % keys.length]!;
  const inner = changed((from as Record<string, unknown>)[key], rest, to);
  return Array.isArray(from) ? from.with(Number(key), inner) : { ...(from as object), [key]: inner };
}
const others = [-1, 0.5, 1e308, "NaN", "Infinity", "", null, [], {}, [[]], { z: 1 }, true, "__proto__", 2 ** 53];

test("10,000 altered answers and 1,000 messages are accepted, or refused with a reason", async () => {
  const random = new RandomSequence(23, "user", 0);
  const whole = (below: number): number => Math.floor(random.uniform() * below);
  const place = (): number[] => Array.from({ length: 1 + whole(6) }, () => whole(30));
  const isLine = (text: string): boolean => text !== "" && !text.includes("\n");
  const { index, hash, spec } = run;
  for (let k = 0; k < 10_000; k++) {
    const answer = answered(run, changed({ hash, rows }, place(), others[whole(others.length)]));
    if (typeof answer === "string" ? !isLine(answer) : answer.length !== 6)
      throw new Error(`input ${k}: ${String(answer)}`);
  }
  for (let k = 0; k < 1000; k++) {
    try {
      const message = await parseMessage(
        changed({ sweep: hash, index, hash, spec }, place(), others[whole(others.length)]),
      );
      if (message.hash !== hash) throw new Error(`input ${k}`);
    } catch (error) {
      if (!(error instanceof InputError && isLine(error.message))) throw error;
    }
  }
});

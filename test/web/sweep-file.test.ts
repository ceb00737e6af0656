import { afterEach, describe, expect, test, vi } from "vitest";
import { runSpec } from "../../src/runs/run.js";
import { parseSweep } from "../../src/batch/sweep/plan.js";
import { resultLine } from "../../src/results/result-line.js";
import { sweepFromFiles } from "../../src/web/files/sweep-file.js";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("results of many runs", () => {
  test("are read in pieces of 12 ms, so that the page can handle other events", async () => {
    const sweep = await parseSweep({ base: { D: 40, T: 4, S: 2, L: 1, samples: 2 }, grid: { seed: [1] } });
    const { rows } = await runSpec(sweep.runs[0]!.spec);
    const lines = Array.from({ length: 300 }, (_, index) => resultLine({ ...sweep.runs[0]!, index, rows }));
    // A clock by which each line takes 5 ms, so that three lines fill one turn of 12 ms.
    let turns = 0;
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const later = globalThis.setTimeout;
    vi.spyOn(globalThis, "setTimeout").mockImplementation(((run: () => void) => {
      turns++;
      return later(run);
    }) as typeof setTimeout);
    const parse = JSON.parse;
    vi.spyOn(JSON, "parse").mockImplementation((text: string): unknown => {
      now += 5;
      return parse(text);
    });
    const { lines: read } = await sweepFromFiles([new File(lines, "results.jsonl")]);
    expect(read).toHaveLength(300);
    expect(turns).toBe(99);
  });
});

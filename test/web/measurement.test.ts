import { describe, expect, test } from "vitest";
import { runSpec } from "../../src/runs/run.js";
import { localExecutor } from "../../src/workers/local.js";
import { loadKernels } from "../../src/kernels/node.js";
import { measurementStages, measureInStages, type Measured } from "../../src/web/computation/measurement.js";
import { newestQuery } from "../../src/web/computation/query.js";
import { parseLabSpec } from "../../src/web/spec/lab-spec.js";

const never = new AbortController().signal;

describe("stages of a run", () => {
  test("grow from a few samples of one network to all, and cost at most a seventh of the run", () => {
    const spec = parseLabSpec({ samples: 50_000, networks: 3 });
    const stages = measurementStages(spec);
    expect(stages.map(({ samples }) => samples)).toEqual([64, 512, 4096, 32_768, 50_000]);
    expect(stages.at(-1)).toBe(spec);
    const full = measurementStages(parseLabSpec({ samples: 32_768 })).map(({ samples }) => samples);
    expect(full.slice(0, -1).reduce((a, b) => a + b)).toBeLessThan(full.at(-1)! / 7 + 1);
    expect(measurementStages(parseLabSpec({ samples: 10 }))).toHaveLength(1);
  });

  test("each is a separate run, bit for bit", async () => {
    const spec = parseLabSpec({ T: 300, z: [1, 3], samples: 700, networks: 2 });
    const seen: Measured[] = [];
    const progress: number[] = [];
    await measureInStages(localExecutor(loadKernels()), spec, {
      signal: never,
      onRows: (measured) => seen.push(measured),
      onProgress: (share) => progress.push(share),
    });
    expect(seen.map(({ samples, networks, isComplete }) => [samples, networks, isComplete])).toEqual([
      [64, 1, false],
      [512, 1, false],
      [700, 2, true],
    ]);
    for (const { samples, networks, rows } of seen) {
      expect(rows).toEqual((await runSpec({ ...spec, samples, networks })).rows);
    }
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
  });
});

describe("a question that changes", () => {
  /** A query whose questions are answered when the test decides. */
  function asked(patience?: number) {
    const log: string[] = [];
    const finish = new Map<string, () => void>();
    const query = newestQuery<string>(
      (question, signal, shown) =>
        new Promise((resolve, reject) => {
          log.push(`ask ${question}`);
          signal.addEventListener("abort", () => {
            log.push(`drop ${question}`);
            reject(signal.reason as Error);
          });
          finish.set(question, () => {
            shown();
            resolve();
          });
        }),
      (error) => log.push(`failed ${String(error)}`),
      patience,
    );
    return { query, log, finish };
  }
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

  test("the first is answered even if others follow, then the newest", async () => {
    const { query, log, finish } = asked();
    query.ask("a");
    query.ask("b");
    query.ask("c");
    expect(log).toEqual(["ask a"]);
    finish.get("a")!();
    await turn();
    expect(log).toEqual(["ask a", "drop a", "ask c"].filter((line) => log.includes(line)));
    expect(log.at(-1)).toBe("ask c");
  });

  test("one that shows nothing for too long gives way", async () => {
    const { query, log } = asked(10);
    query.ask("slow");
    query.ask("next");
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(log).toEqual(["ask slow", "drop slow", "ask next"]);
  });

  test("is idle once the last question is answered", async () => {
    const { query, log, finish } = asked();
    await query.idle();
    query.ask("a");
    void query.idle().then(() => log.push("idle"));
    query.ask("b");
    finish.get("a")!();
    await turn();
    expect(log.at(-1)).toBe("ask b");
    finish.get("b")!();
    await turn();
    expect(log.at(-1)).toBe("idle");
  });

  test("stopping is not a failure", async () => {
    const { query, log } = asked();
    query.ask("a");
    query.stop();
    await turn();
    query.ask("b");
    expect(log).toEqual(["ask a", "drop a", "ask b"]);
  });
});

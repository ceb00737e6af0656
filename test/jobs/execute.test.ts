import { expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { collect } from "../../src/jobs/execute.js";
import { localExecutor } from "../../src/workers/local.js";
import type { RandomVectorsTask } from "../../src/studies/random-vectors/measure.js";
import { loadKernels } from "../../src/kernels/node.js";
import { parseSpec } from "../../src/config/parse-spec.js";

const executor = localExecutor(loadKernels());

function* vectors(drawn: number[]): Generator<RandomVectorsTask> {
  for (let repeat = 0; ; repeat++) {
    drawn.push(repeat);
    yield { kind: "random-vectors", n: 4, m: 8, seed: 1, repeat };
  }
}

test("tasks are drawn one at a time as results are taken", async () => {
  const drawn: number[] = [];
  const done: number[] = [];
  for await (const { largest } of executor.results(vectors(drawn), { onDone: (count) => done.push(count) })) {
    expect(largest).toBeGreaterThan(0);
    expect(drawn).toHaveLength(done.length);
    if (done.length === 3) break;
  }
  expect({ drawn, done }).toEqual({ drawn: [0, 1, 2], done: [1, 2, 3] });
});

test("an aborted signal ends the work between two tasks with its reason", async () => {
  const stopper = new AbortController();
  const drawn: number[] = [];
  const onDone = (done: number): void => {
    if (done === 5) stopper.abort(new Error("enough"));
  };
  await expect(collect(executor.results(vectors(drawn), { onDone, signal: stopper.signal }))).rejects.toThrow("enough");
  expect(drawn).toHaveLength(5);
});

test("after a failing task the next job runs normally", async () => {
  const spec = parseSpec({ D: 40, T: 5, S: 2, L: 2, z: [1, 2], samples: 10 });
  const chunk = { kind: "chunk", spec, network: 0, z: 2, first: 0, count: 10 } as const;
  const [expected] = await collect(executor.results([chunk]));
  await expect(collect(executor.results([{ ...chunk, z: 6 }]))).rejects.toThrow(InputError);
  expect(await collect(executor.results([chunk]))).toEqual([expected]);
});

import { describe, expect, test } from "vitest";
import { finishAsync } from "../../src/base/steps-async.js";
import { InputError } from "../../src/base/errors.js";
import { anglesFromTurns, randomTurns, rotations } from "../../src/circuits/rotation.js";
import { primeSteps } from "../../src/assignment/prime-steps.js";
import { runInputs } from "../../src/engine/run-inputs.js";
import { searchWorst } from "../../src/engine/worst-case-search.js";
import { loadKernels } from "../../src/kernels/node.js";
import { permutedEmbedding } from "../../src/network/embedding.js";
import { denseModel } from "../../src/network/dense-model.js";
import { asMultiPart } from "../../src/network/multi-part.js";
import { buildNetwork } from "../../src/network/network.js";
import { buildNetworkAsync, measureAsync, searchWorstAsync } from "../../src/results/async.js";
import { measure } from "../../src/results/measure.js";
import { measureModel } from "../../src/runs/measure-model.js";

const shape = { D: 400, d: 4, T: 90, S: 5, L: 3 };
const circuits = rotations(anglesFromTurns(randomTurns(shape.T, 7)), shape.L);
const embedding = permutedEmbedding(primeSteps({ T: 90, P: 100, S: 5 }), shape.L, 7);
const options = { shape, circuits, embedding, construction: "capped" } as const;
const network = buildNetwork(options);
const kernels = loadKernels();
const search = { z: 2, seed: 3, samples: 40, steps: 30 };

const isMonotone = (done: readonly number[]): boolean =>
  done[0] === 0 && done.at(-1) === 1 && done.every((share, k) => k === 0 || share >= done[k - 1]!);

describe("the async form gives the same result as the sync form, and its progress rises from 0 to 1", () => {
  const input = { z: 2, samples: 2100, seed: 7 };
  test.each<[string, unknown, (onProgress: (done: number) => void) => Promise<unknown>]>([
    [
      "measure",
      measure(network, input, kernels),
      (onProgress) => measureAsync(network, input, kernels, { onProgress }),
    ],
    ["buildNetwork", network, (onProgress) => buildNetworkAsync(options, { onProgress })],
    [
      "searchWorst",
      searchWorst(asMultiPart(network), search, kernels),
      (onProgress) => searchWorstAsync(asMultiPart(network), search, kernels, { onProgress }),
    ],
  ])("%s", async (_name, expected, run) => {
    const done: number[] = [];
    expect(await run((share) => done.push(share))).toEqual(expected);
    expect(isMonotone(done), done.join(" ")).toBe(true);
  });
});

test("timers fire while a long measurement runs, and aborting ends it with the signal's reason", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const done: number[] = [];
  let turns = 0;
  const timer = setInterval(() => {
    turns++;
    if (turns === 3) controller.abort(reason);
  }, 0);
  const long = { z: 2, samples: 4_000_000_000, seed: 7 };
  const watch = { signal: controller.signal, onProgress: (share: number) => done.push(share) };
  await expect(measureAsync(network, long, kernels, watch)).rejects.toBe(reason);
  clearInterval(timer);
  expect(turns).toBeGreaterThanOrEqual(3);
  expect(done[0]).toBe(0);
  expect(done.at(-1)).toBeLessThan(1);
  // The core is free for the next call.
  expect(measure(network, { z: 2, samples: 100, seed: 7 }, kernels)).toHaveLength(4);
});

test("an aborted signal stops work before it begins; wrong input rejects", async () => {
  const controller = new AbortController();
  controller.abort();
  const watch = { signal: controller.signal };
  await expect(buildNetworkAsync(options, watch)).rejects.toBe(controller.signal.reason);
  await expect(searchWorstAsync(asMultiPart(network), search, kernels, watch)).rejects.toBe(controller.signal.reason);
  await expect(measureAsync(network, { z: 91, samples: 1, seed: 0 }, kernels)).rejects.toThrow(InputError);
  await expect(buildNetworkAsync({ ...options, shape: { ...shape, T: 91 } })).rejects.toThrow(InputError);
  await expect(searchWorstAsync(asMultiPart(network), { ...search, layer: 4 }, kernels)).rejects.toThrow("layer = 4");
});

test("the event loop runs between slices of work, and errors of a step reject", async () => {
  const events: string[] = [];
  function* work() {
    for (let step = 1; step <= 3; step++) {
      const until = performance.now() + 30;
      while (performance.now() < until);
      events.push("step");
      yield step / 4;
    }
    throw new Error("broken");
  }
  const turn = (): void => {
    events.push("turn");
    if (events.length < 20) setImmediate(turn);
  };
  setImmediate(turn);
  await expect(finishAsync(work())).rejects.toThrow("broken");
  expect(events.slice(0, 6)).toEqual(["step", "turn", "step", "turn", "step", "turn"]);
});

test("two simultaneous calls on one core: the second is refused, the first gives its rows, and then the core is free", async () => {
  const input = { z: 2, samples: 3000, seed: 1 };
  const seconds: Promise<unknown>[] = [];
  // Progress is reported while the first call waits, even if it is fast.
  const onProgress = (): void => {
    seconds.push(measureAsync(network, { ...input, seed: 2 }, kernels).catch((error: unknown) => error));
  };
  const first = await measureAsync(network, input, kernels, { onProgress });
  expect(seconds.length).toBeGreaterThanOrEqual(2);
  for (const second of await Promise.all(seconds)) {
    expect(second).toMatchObject({ name: "InputError", code: "conflict", argument: "kernels" });
  }
  expect(first).toEqual(measure(network, input, kernels));
  expect(await measureAsync(network, input, kernels)).toEqual(first);
});

test("a synchronous call while an asynchronous one waits is refused in the same words, and disturbs nothing", async () => {
  const input = { z: 2, samples: 3000, seed: 1 };
  const words = "kernels: in use by an unfinished call; give each call its own core from loadCore().";
  const own = { active: [[0]], inputs: [[[1, 1, 0.6, 0.8]]] };
  const calls = [
    () => measure(network, input, kernels),
    () => runInputs(network, own, kernels),
    () => searchWorst(asMultiPart(network), search, kernels),
  ];
  const refusals: unknown[] = [];
  const onProgress = (): void => {
    for (const call of calls) {
      try {
        refusals.push(call());
      } catch (error) {
        refusals.push(error);
      }
    }
  };
  const rows = await measureAsync(network, input, kernels, { onProgress });
  expect(refusals.length).toBeGreaterThanOrEqual(2 * calls.length);
  for (const refusal of refusals.slice(0, calls.length)) {
    expect(refusal).toBeInstanceOf(InputError);
    expect(refusal).toMatchObject({ message: words, code: "conflict", argument: "kernels" });
  }
  expect(rows).toEqual(measure(network, input, kernels));
});

test("measureModel reserves the core, too", async () => {
  const model = denseModel(network);
  const input = { z: [2], samples: 70, seed: 1, sampling: "random", gate: "relu", network: 0 } as const;
  const first = measureModel(model, input, kernels);
  expect(() => measure(network, { z: 2, samples: 10, seed: 1 }, kernels)).toThrow("an unfinished call");
  await expect(measureModel(model, input, kernels)).rejects.toThrow("an unfinished call");
  const rows = await first;
  expect(await measureModel(model, input, kernels)).toEqual(rows);
});

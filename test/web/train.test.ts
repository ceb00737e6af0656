import { expect, test } from "vitest";
import { createDocument } from "../../src/drawing/node-document.js";
import { svgText } from "../../src/drawing/svg.js";
import { figureStyles } from "../../src/drawing/theme.js";
import type { ExecuteOptions, Executor } from "../../src/jobs/execute.js";
import { SingleExecutor } from "../../src/jobs/execute.js";
import type { Task } from "../../src/jobs/task.js";
import { loadKernels } from "../../src/kernels/node.js";
import { jsonWithRows } from "../../src/results/table.js";
import { trainLayer } from "../../src/training/train.js";
import { compressedShape } from "../../src/training/compressed.js";
import { compareDecoder, measureTrained } from "../../src/training/evaluate.js";
import { parametersOfLayer } from "../../src/training/relu-layer.js";
import { parseTraining } from "../../src/training/settings.js";
import { labTasks } from "../../src/web/computation/lab-tasks.js";
import { trainingJson, trainingRun, trainSpec, type Training } from "../../src/web/computation/training-run.js";
import { trainingPicture } from "../../src/web/figures/training-picture.js";
import { parseLabSpec } from "../../src/web/spec/lab-spec.js";
import { labState } from "../../src/web/state/lab-state.js";
import {
  changedTraining,
  standardTraining,
  trainFile,
  type TrainSettings,
} from "../../src/web/state/train-settings.js";
import { stateFromUrl, urlOf } from "../../src/web/state/url.js";

const small: TrainSettings = { ...standardTraining, F: 8, N: 4, p: 0.1, steps: 100 };

/** The training.json that `superpose train` writes. */
async function fromLibrary(settings: TrainSettings, seed: number): Promise<string> {
  const kernels = loadKernels();
  const { start, K, swaps, samples, ...keys } = parseTraining(trainFile(settings, seed));
  const { layer, curve } = await trainLayer(keys, kernels);
  const spec = { ...keys, start, K, swaps, samples };
  const parameters = parametersOfLayer(compressedShape(spec), layer);
  const row = { ...measureTrained(kernels, spec, parameters, samples), ...compareDecoder(kernels, spec, parameters) };
  return jsonWithRows({ version: "v", settings: parseTraining(trainFile(settings, seed)), curve }, [row]);
}

/** Starts a training run in this thread; `result()` returns a promise of its next result. */
function running(executor: Executor) {
  let settle: { resolve: (done: Training) => void; reject: (error: unknown) => void } | null = null;
  const run = trainingRun(
    Promise.resolve(executor),
    () => {
      if (run.training !== null && run.training.row !== null && !run.isRunning) settle?.resolve(run.training);
    },
    (error) => settle?.reject(error),
  );
  const result = (): Promise<Training & { row: object }> =>
    new Promise<Training>((resolve, reject) => (settle = { resolve, reject })) as Promise<Training & { row: object }>;
  return { run, result };
}

const single = () => new SingleExecutor(labTasks, loadKernels());

test("a training run in the page, stopped and resumed, ends with the bytes of superpose train", async () => {
  const asked: number[] = [];
  const own = single();
  const executor: Executor = {
    ...{ overlapsJobs: false, release: () => own.release(), dispose: () => own.dispose() },
    results<T extends Task>(tasks: Iterable<T>, options?: ExecuteOptions) {
      asked.push(...[...tasks].map((task) => (task as unknown as { steps: number }).steps));
      if (asked.length === 2) run.stop();
      return own.results(tasks, options);
    },
  };
  const { run, result } = running(executor);
  run.show(small, 3);
  expect([run.training?.state.step, run.isTraining]).toEqual([0, false]);
  run.start();
  expect(run.isTraining).toBe(true);
  const stopped = await result();
  const { step } = stopped.state;
  expect([step, stopped.curve.means.length]).toEqual([asked[0]! + asked[1]!, step]);
  expect(step).toBeLessThan(small.steps);
  expect(asked.slice(2)).toEqual([0]);
  run.start();
  const done = await result();
  expect(done.state.step).toBe(small.steps);
  expect(trainingJson(done, "v")).toBe(await fromLibrary(small, 3));
});

test("new settings start again while training is on, and a diverged training says so", async () => {
  const { run, result } = running(single());
  run.show(small, 1);
  run.start();
  run.show({ ...small, mixing: "normal" }, 1);
  const done = await result();
  expect([done.spec.mixing, done.state.step]).toEqual(["normal", small.steps]);
  const failed = result();
  const wild: Executor = {
    ...{ overlapsJobs: false, release: () => Promise.resolve(), dispose: () => Promise.resolve() },
    async *results<T extends Task>(tasks: Iterable<T>) {
      const [{ state }] = [...tasks] as unknown as [{ state: object }];
      yield { losses: [NaN], state, row: null } as never;
    },
  };
  const other = running(wild);
  other.run.show(small, 1);
  const error = other.result();
  other.run.start();
  await expect(error).rejects.toThrow("Training diverged: at step 0 the loss is NaN.");
  expect(other.run.isTraining).toBe(false);
  void failed;
});

test("the picture says in plain words what was learned", async () => {
  const { run, result } = running(single());
  const title = (training: Training, isRunning = false): string => {
    const figure = trainingPicture(training, {
      ...{ document: createDocument(), id: "train", command: "c", width: 360, isRunning },
    });
    const svg = svgText(figure.svg);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    for (const colour of new Set(svg.replace(/<style>[^]*<\/style>/, "").match(/#[0-9a-f]{6}/g)))
      expect(figureStyles()).toContain(`"${colour}"`);
    return figure.title;
  };
  run.show({ ...small, q: 2 }, 1);
  expect(title(run.training!)).toBe("Not trained yet: 4 neurons to compute 8 ReLUs");
  run.start();
  const done = await result();
  expect(title(done, true)).toBe("Training 4 neurons to compute 8 ReLUs");
  const row = (part: object): Training => ({ ...done, row: { ...done.row, ...part } as Training["row"] });
  expect(title(row({ verdict: "dedicated" }))).toMatch(
    /^After 100 steps, the loss is [\d.]+ times the naive network’s: the network serves \d of 8 features and drops the others$/,
  );
  expect(title(row({ verdict: "superposed" }))).toMatch(/: 4 neurons serve all 8 features about equally$/);
  expect(title(row({ verdict: "dense" }))).toMatch(/: neurons are shared, but features are not served equally$/);
  expect(title(row({ mixing: "normal" }))).toMatch(
    / naive network’s on mixed labels, and [\d.]+ times on ReLU\(x\) alone$/,
  );
});

test("the page's training files have all keys of superpose train, with its defaults", () => {
  expect(JSON.stringify(trainSpec(small, 3))).toBe(JSON.stringify(parseTraining(trainFile(small, 3))));
});

test("a link holds the settings; values beyond the bounds are refused", () => {
  const training = { ...standardTraining, F: 60, N: 30, q: 2.5, mixing: "embedding", sigma: 0.1 } as const;
  const state = labState({ spec: parseLabSpec({}), view: "train", training });
  expect(urlOf(state)).toBe("view=train&F=60&N=30&q=2.5&mixing=embedding&sigma=0.1");
  expect(stateFromUrl(urlOf(state))).toEqual(state);
  for (const [link, message] of [
    ["F=1000", "F = 1000: must be a whole number from 4 to 100"],
    ["N=40", "N = 40: must be less than F = 40, because F neurons can compute all F ReLUs exactly."],
    ["p=x", 'p = "x": must be'],
    ["q=5", 'q = "5": must be one of 1, 1.5, 2'],
    ["mixing=loud", 'mixing = "loud": must be one of none, normal, embedding'],
  ] as const) {
    expect(() => stateFromUrl(link)).toThrow(message);
  }
  expect(changedTraining(training, { F: 20 })).toMatchObject({ F: 20, N: 19 });
});

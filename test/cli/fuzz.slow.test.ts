import { expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { RandomSequence } from "../../src/base/random.js";
import { parseSearch } from "../../src/batch/search/plan.js";
import { parseSweep } from "../../src/batch/sweep/plan.js";
import { parseAnyCircuits } from "../../src/circuits/custom/parse.js";
import { parseData } from "../../src/cli/read-data.js";
import { withAngles } from "../../src/cli/theta-file.js";
import { buildRunNetwork } from "../../src/config/build.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { exportModel } from "../../src/exchange/model.js";
import { importModelOrNetwork, type ImportedNetwork } from "../../src/exchange/multi-part-model.js";
import { multiPartTensors } from "../../src/exchange/multi-part-tensors.js";
import type { ImportedModel } from "../../src/exchange/model.js";
import { writeNpz } from "../../src/exchange/npz.js";
import { writeSafetensors } from "../../src/exchange/safetensors.js";
import type { Tensor } from "../../src/exchange/tensor.js";
import { loadKernels } from "../../src/kernels/node.js";
import { measureModel } from "../../src/runs/measure-model.js";
import { measureMultiPart } from "../../src/runs/measure-multi-part.js";
import { parseTraining } from "../../src/training/settings.js";
import { designNetwork } from "../support/multi-part-network.js";

// The readers of untrusted files. They accept a file, or refuse it with an InputError of one to three lines.

const random = new RandomSequence(23, "user", 10);
const whole = (below: number): number => Math.floor(random.uniform() * below);
const one = <Value>(of: readonly Value[]): Value => of[whole(of.length)]!;

/** The result of `read`; undefined if it refuses with an InputError. */
async function taken<Result>(read: () => Result | Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof InputError) || error.message.split("\n").length > 3) throw error;
    return undefined;
  }
}

const spec = "D: 80\nT: 12\nS: 2\nz: [1, 2]\nramp: [0.3, 0.6]\n";
const sweep = `base: {D: 80, T: 10, S: 2, L: 2, samples: 10}\ngrid: {seed: {from: 1, to: 2}}\nfigure: {x: S, y: xActive.meanSquare}\n`;
const drawn = `base: {D: 80, T: 10, S: 2, L: 2, samples: 10}\nrandom: {runs: 2, seed: 1, ranges: {gate: {among: [relu, oracle]}}}\n`;
const search = `base: {D: 80, T: 12}\nvary: {chiFactor: {from: 0.5, to: 2}}\nobjective: {minimise: error, readout: x, layer: 2, z: 1}\nbudget: 10\nscreen: {samples: 10, networks: 1}\nfinal: {best: 1, samples: 20, networks: 1}\n`;
const circuits = JSON.stringify({
  name: "mine",
  weights: [[[[1, 0.5], [0, -1]], [[0.25, 0], [1, 1]]]], // prettier-ignore
  biases: [[0, -0.5]],
  readouts: [{ name: "y", matrix: [[1, 0]] }],
  inputs: { kind: "byCircuit", distributions: [{ kind: "uniform", low: [0, 0], high: [1, 1] }], of: [0, 0] },
});
const training = "task: compressed\nF: 20\nN: 10\np: 0.02\nsteps: 10\n";

const texts: readonly (readonly [name: string, text: string, parse: (content: unknown) => unknown])[] = [
  ["spec.yaml", spec, parseSpec],
  [
    "theta.yaml",
    "D: 80\nS: 2\nramp: [0.3, 0.6]\ntheta: [0.1, -3, 2]\n",
    (content) => parseSpec(withAngles(content, "theta.yaml")),
  ],
  ["spec.json", '{"D": 100, "T": 10, "S": 2, "circuits": "rotation5", "L": 2, "z": [1]}', parseSpec],
  ["sweep.yaml", sweep, (content) => parseSweep(content)],
  ["drawn.yaml", drawn, (content) => parseSweep(content)],
  ["search.yaml", search, parseSearch],
  ["circuits.json", circuits, parseAnyCircuits],
  ["train.yaml", training, parseTraining],
];

const odd = "1e309 .nan -.inf -1 0.5 1e9 4294967296 '' [] {} null ~ true !!set !!omap !mine *a &a << __proto__ constructor - : , \" ' # | > ? @ ` % \t \u0000 \u0085 \u2028 🙂 {T: [[[1]]]} {from: 1, to: 1e9} 0x1F 1_000 2020-01-01 D T z base".split(" "); // prettier-ignore

/** The text with some words replaced, removed or doubled, odd words inserted, or the end cut off. */
function garbled(text: string): string {
  let result = text;
  for (let changes = 1 + whole(2); changes > 0; changes--) {
    const words = Array.from(result.matchAll(/[\w.]+|[^\w\s]/g), ({ index, 0: { length } }) => ({ index, length }));
    const { index = 0, length = 0 } = words.length === 0 ? {} : one(words);
    const [before, own, after] = [
      result.slice(0, index),
      result.slice(index, index + length),
      result.slice(index + length),
    ];
    const at = whole(result.length);
    result = one([
      () => before + one(odd) + after,
      () => before + after,
      () => before + own + own + after,
      () => result.slice(0, at) + one(odd) + result.slice(at),
      () => result.slice(0, at),
      () => before + one(odd) + own + after,
    ])();
  }
  return result;
}

test("10,000 garbled specs, sweeps, searches, trainings and circuits are read, or refused with a reason", async () => {
  const read = ([name, text, parse]: (typeof texts)[number]): Promise<unknown> =>
    taken(() => parse(parseData(name, new TextEncoder().encode(text))));
  expect((await Promise.all(texts.map(read))).map((value, k) => (value === undefined ? k : "read"))).toEqual(
    texts.map(() => "read"),
  );
  let refused = 0;
  for (let k = 0; k < 10_000; k++) {
    // YAML takes longer to read than JSON, and sweeps take longer than specs, so they are drawn less often.
    const [name, text, parse] = texts[one([0, 0, 0, 1, 2, 2, 2, 2, 3, 4, 5, 6, 6, 6, 6, 7])]!;
    if ((await read([name, garbled(text), parse])) === undefined) refused++;
  }
  expect(refused).toBeGreaterThan(5000);
  expect(refused).toBeLessThan(10_000);
});

type Tensors = ReadonlyMap<string, Tensor>;
const numbers = [NaN, Infinity, -Infinity, 1e300, -1, 0.5, 1e9, 2 ** 31, 0, 1e-300];

/** The file with one tensor's numbers, shape or type changed, or without this tensor. */
function changed(tensors: Tensors): Tensors {
  const [name, { shape, data }] = one([...tensors]);
  const doubles = Float64Array.from(data as ArrayLike<number>);
  const tensor = (dtype: "F64" | "F32" | "I32", own: readonly number[], values: Float64Array): Tensor => {
    if (dtype === "F64") return { dtype, shape: own, data: values };
    if (dtype === "F32") return { dtype, shape: own, data: Float32Array.from(values) };
    return { dtype, shape: own, data: Int32Array.from(values) };
  };
  const result = new Map(tensors);
  one([
    () => result.set(name, tensor(one(["F64", "F32"]), shape, doubles.with(whole(doubles.length), one(numbers)))),
    () => result.set(name, tensor("I32", shape, doubles.with(whole(doubles.length), whole(100) - 1))),
    () => result.set(name, tensor("F64", [doubles.length], doubles)),
    () => result.set(name, tensor("F64", [1, ...shape], doubles)),
    () => result.set(name, tensor("F64", [0], new Float64Array(0))),
    () => result.set(one([...tensors.keys()]), tensor("F64", shape, doubles)),
    () => result.delete(name),
  ])();
  return result;
}

/** The bytes with some of them changed and, in one case in eight, the end cut off. */
function damaged(good: Uint8Array): Uint8Array {
  const file = good.slice(0, whole(8) === 0 ? whole(good.length) : good.length);
  // Most of a file is numbers, so changes favour its beginning, which describes them.
  for (let changes = 1 + whole(3); changes > 0; changes--) file[whole(one([file.length, 2000]))] = whole(256);
  return file;
}

const kernels = loadKernels();

/** Lists every value in rows that should be a number but is not one. */
async function errorsOf(imported: ImportedModel | ImportedNetwork): Promise<string> {
  const input = { z: [1], samples: 2, sampling: "random", seed: 1, network: 0, gate: "relu" } as const;
  const rows = await ("model" in imported
    ? measureModel(imported.model, input, kernels)
    : measureMultiPart(imported.network, input, kernels));
  return JSON.stringify(rows, (_, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? "not finite" : value,
  );
}

test("10,000 altered model files are imported and run, or refused with a reason", async () => {
  const own = parseSpec({ D: 16, T: 4, S: 1, L: 2 });
  const { tensors, metadata } = await exportModel(buildRunNetwork(own, 0), own);
  const design = multiPartTensors(designNetwork({ design: "general", D: 40, T: 4, z: [1], L: 2 }).network, 2 ** 24);
  const about = { readouts: '["alpha","x"]', parts: '[{"name":"cells","d":1,"P":40}]' };
  const models = (
    [
      [tensors, metadata],
      [design, about],
    ] as const
  ).flatMap(([of, text]) =>
    // prettier-ignore
    [writeSafetensors, writeNpz].map((write) => ({ of, good: write(of, text) })),
  );
  let refused = 0;
  let ran = 0;
  for (let k = 0; k < 10_000; k++) {
    const { of, good } = models[one([0, 0, 0, 0, 0, 1, 1, 2, 3])]!;
    const file = k % 8 === 0 ? writeSafetensors(changed(of), { readouts: '["alpha","x"]' }) : damaged(good);
    const imported = await taken(() => importModelOrNetwork(file));
    if (imported === undefined) refused++;
    else if (ran < 60) {
      ran++;
      expect(await taken(() => errorsOf(imported)), `input ${k}`).not.toContain("not finite");
    }
  }
  expect(refused).toBeGreaterThan(5000);
  expect(ran).toBe(60);
});

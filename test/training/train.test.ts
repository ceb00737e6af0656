import { expect, test } from "vitest";
import { RandomSequence } from "../../src/base/random.js";
import { InputError } from "../../src/base/errors.js";
import { buildMultiPartNetwork, buildRunNetwork } from "../../src/config/build.js";
import { applyReadout } from "../../src/circuits/circuits.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { SparseEngine } from "../../src/engine/sparse.js";
import { searchWorst } from "../../src/engine/worst-case-search.js";
import { loadKernels } from "../../src/kernels/node.js";
import { measureCircuits } from "../../src/training/circuits-verdict.js";
import { compressedShape } from "../../src/training/compressed.js";
import { circuitsLines, trainedLines } from "../../src/training/describe.js";
import { layerOf } from "../../src/training/relu-layer.js";
import { parseTraining } from "../../src/training/settings.js";
import { trainCircuits, trainLayer } from "../../src/training/train.js";
import { initialParameters, trainToTheEnd } from "../../src/training/trainer.js";
import { pseudoInverseOf } from "../../src/training/verdict.js";
import { andVerdict, circuitsVerdict, compareNetworks, compressedVerdict } from "../../src/training/verdicts.js";

const kernels = loadKernels();
const settings = { task: "compressed", F: 12, N: 6, p: 0.1, q: 4, batch: 256, steps: 60, rate: 0.03 } as const;
const input = { p: 0.1, samples: 2000, seed: 1 };

test("trainLayer ends with the result of superpose train, and its verdict is that of the layer as arrays", async () => {
  const shares: number[] = [];
  const { layer, curve } = await trainLayer(settings, kernels, { onProgress: (done) => shares.push(done) });
  const spec = parseTraining(settings);
  const shape = compressedShape(spec);
  expect(layer).toEqual(layerOf(shape, trainToTheEnd(loadKernels(), spec, initialParameters(shape, spec))));
  expect([shares[0], shares.at(-1), curve.every, curve.means.length]).toEqual([0, 1, 1, 60]);
  const { encoder, decoder } = layer;
  const verdict = compressedVerdict(layer, input, kernels);
  expect(verdict.overNaive).toBeLessThan(1);
  const { bias, ...arrays } = { ...layer, encoder: Array.from(encoder), decoder: Array.from(decoder) };
  expect(compressedVerdict(arrays, input, kernels)).toEqual(verdict);
  expect([bias.length, verdict.pinvScale! > 1, verdict.overOwnDecoder! > 0.5]).toEqual([6, true, true]);
});

test("trainLayer transplants: it continues from a layer trained with other labels", async () => {
  const mixed = await trainLayer({ ...settings, mixing: "normal", sigma: 0.1 }, kernels);
  const { curve } = await trainLayer({ ...settings, steps: 5, rate: 0 }, kernels, { from: mixed.layer });
  const { loss } = compressedVerdict(mixed.layer, { ...input, samples: 20_000 }, kernels);
  for (const mean of curve.means) expect(mean / loss).toBeCloseTo(1, 0);
  const biased = { ...mixed.layer, bias: new Float32Array(6).fill(1) };
  await expect(trainLayer(settings, kernels, { from: biased })).rejects.toThrow("b is not 0; set biases = hidden.");
  const wide = { ...mixed.layer, N: 3, encoder: new Float32Array(36), decoder: new Float32Array(36), bias: [1, 1, 1] };
  await expect(trainLayer(settings, kernels, { from: wide })).rejects.toThrow("N = 3 in the network: must be 6.");
});

test("columns of zeros have no coherence, and dead neurons no features: the naive network is dedicated", () => {
  const encoder = new Float32Array(72);
  const decoder = new Float32Array(72);
  for (let n = 0; n < 6; n++) encoder[n * 12 + n] = decoder[n * 6 + n] = 1;
  const naive = { F: 12, N: 6, encoder, decoder };
  const verdict = compressedVerdict(naive, input, kernels);
  expect([verdict.coherence, verdict.featuresPerNeuron, verdict.verdict]).toEqual([0, 1, "dedicated"]);
  expect(verdict.overNaive).toBeCloseTo(1, 0);
  const dead = { ...naive, encoder: encoder.slice() };
  dead.encoder[5 * 12 + 5] = 0;
  const other = compressedVerdict(dead, input, kernels);
  expect([other.featuresPerNeuron, other.verdict]).toEqual([1, "dedicated"]);
  const silent = compressedVerdict({ ...naive, encoder: new Float32Array(72) }, input, kernels);
  expect([silent.coherence, silent.featuresPerNeuron]).toEqual([0, 0]);
  // In a single input, every feature can be off; then all errors are equal.
  expect(compressedVerdict(naive, { p: 1e-6, samples: 1 }, kernels).variation).toBe(0);
});

test("the best multiple of the pseudo-inverse is found where it is far above 1", () => {
  const [F, N] = [60, 4];
  const random = new RandomSequence(7, "user");
  const encoder = Float32Array.from({ length: N * F }, () => random.uniform() - 0.5);
  const columns = Float32Array.from({ length: F * N }, (_, k) => encoder[(k % N) * F + Math.floor(k / N)]!);
  const pinv = pseudoInverseOf(columns, { F, N })!;
  const loss = { p: 0.02, q: 8, samples: 8192, seed: 1 };
  const own = (scale: number): ReturnType<typeof compressedVerdict> =>
    compressedVerdict({ F, N, encoder, decoder: pinv.map((weight) => scale * weight) }, loss, kernels);
  const { pinvScale } = own(1);
  expect(pinvScale).toBeGreaterThan(4);
  // The network that has this decoder cannot be improved.
  expect(own(pinvScale!).overOwnDecoder).toBeCloseTo(1, 3);
});

test("the decoder is not compared with a pseudo-inverse that float32 cannot hold, and the output says why", () => {
  const decoder = new Float32Array(72).fill(0.1);
  const row = (weight: number): ReturnType<typeof compressedVerdict> => {
    const encoder = new Float32Array(72);
    for (let n = 0; n < 6; n++) encoder[n * 12 + n] = weight;
    return compressedVerdict({ F: 12, N: 6, encoder, decoder }, input, kernels);
  };
  const reason = expect.stringContaining("because neurons are linearly dependent or their weights are too close") as string; // prettier-ignore
  for (const weight of [0, 1e-44]) {
    const own = row(weight);
    expect([own.pinvScale, own.overOwnDecoder]).toEqual([null, null]);
    expect(trainedLines(own).at(-1)).toEqual(reason);
    expect(trainedLines(own).join()).not.toContain("NaN");
  }
  expect(trainedLines(row(1)).at(-1)).toMatch(/^With W_out replaced by [\d.]+·pinv\(W_in\), the loss is [\d.]+ times/);
  expect(trainedLines({ ...row(0), N: 401 }).at(-1)).toContain("because there are more than 400 neurons.");
});

test("trainLayer stops when aborted, and when the loss diverges", async () => {
  const controller = new AbortController();
  const stopped = trainLayer({ ...settings, steps: 1_000_000 }, kernels, {
    signal: controller.signal,
    onProgress: (done) => {
      if (done > 0) controller.abort(new Error("enough"));
    },
  });
  await expect(stopped).rejects.toThrow("enough");
  const wild = { ...settings, rate: 100, optimiser: "momentum", scale: 1000 } as const;
  await expect(trainLayer(wild, kernels)).rejects.toThrow(/^Training diverged: at step \d+ the loss is .*warmUp\.$/);
});

test("all ANDs of a trained layer are measured, and its neurons are classified", async () => {
  const { layer } = await trainLayer({ task: "universal-and", m: 6, d: 6, l: 2, on: 10, batch: 64, steps: 100, rate: 0.02 }, kernels); // prettier-ignore
  const { overZero, classes, dense } = andVerdict(layer, { l: 2, on: 10, samples: 500 }, kernels);
  expect(overZero).toBeLessThan(0.5);
  expect(classes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10);
  expect(dense).toBeGreaterThan(0.3);
});

test("trainCircuits improves a construction, and its verdict and distance are reported", async () => {
  const network = buildMultiPartNetwork(parseSpec({ D: 24, T: 8, S: 2, L: 3 }), 0);
  const keys = { z: 2, start: "constructed", batch: 32, steps: 30, rate: 0.002 } as const;
  const { network: trained, curve } = await trainCircuits(network, keys, kernels);
  const own = { z: 2, samples: 48, seed: 1 };
  const before = measureCircuits(kernels, network, { ...own, network: 0 });
  const after = circuitsVerdict(trained, own, kernels);
  expect(after.overNaive[2]!).toBeLessThan(before.overNaive[2]!);
  expect([after.numbers.layer, after.numbers.worstBySearch >= after.numbers.worst]).toEqual([3, true]);
  expect(curve.means.length).toBe(30);
  const { moved, stayed } = compareNetworks(network, trained, kernels);
  expect([moved.length, stayed.length, moved.every((share) => share > 0 && share < 0.5)]).toEqual([2, 3, true]);
  const other = buildMultiPartNetwork(parseSpec({ D: 28, T: 8, S: 2, L: 3 }), 0);
  expect(() => compareNetworks(network, other, kernels)).toThrow("D = 28");
  await expect(trainCircuits(network, { z: 2, layers: [4] }, kernels)).rejects.toThrow(
    "layers = 4: must be from 1 to L = 3",
  );
  await expect(trainCircuits(network, { z: 2, spec: {} } as never, kernels)).rejects.toThrow(InputError);
  await expect(trainCircuits(network, { z: 2, start: "nosuch.npz" } as never, kernels)).rejects.toMatchObject({
    ...{ name: "InputError", code: "choice", argument: "start" },
    message: 'start: must be "random" or "constructed"; pass the network as an argument, not as a file.',
  });
  const { circuits } = network;
  for (const [wrong, message] of [
    [buildRunNetwork(parseSpec({ D: 24, T: 8, S: 2, L: 3 }), 0), "network.reads is missing: must be made by"],
    [{ ...network, parts: undefined }, "network.parts is missing"],
    [{ ...network, circuits: { ...circuits, d: undefined } }, "network.circuits.d is missing: must be circuits"],
  ] as const)
    await expect(trainCircuits(wrong as never, { z: 2 }, kernels)).rejects.toThrow(message);
});

test("circuits without x: the search looks at the last readout, as the other numbers do, and finds no less than the samples", () => {
  const network = buildMultiPartNetwork(parseSpec({ circuits: { kind: "mlp" }, D: 60, T: 12, S: 2, L: 3 }), 0);
  const { numbers, rows } = circuitsVerdict(network, { z: 1, samples: 100, seed: 1 }, kernels);
  const [, last] = network.circuits.readouts.map(({ name }) => name);
  const { worst } = rows[3]!.readouts[last!]!.active;
  expect([last, numbers.worst]).toEqual(["y", worst]);
  expect(numbers.worstBySearch).toBeGreaterThanOrEqual(worst);
  const { error, circuits, inputs } = searchWorst(network, { z: 1, seed: 1, samples: 100, steps: 30 }, kernels);
  expect(error).toBeGreaterThanOrEqual(worst * 0.9999);
  // The reported set has this error when it is read by the last readout.
  const engine = new SparseEngine(kernels, network, { z: 1 });
  engine.setInputs([circuits], [inputs]);
  engine.runTile(1, 1, { measure: false });
  const read = engine.lastReadouts(1, 1)[0]!.at(-1)!;
  const truth = applyReadout(network.circuits.readouts[1]!, engine.truth(3, 1)[0]!)[0]!;
  expect(Math.abs(read - truth)).toBeCloseTo(error, 5);
});

test("where all circuits fit side by side, the output says that the naive network is exact", () => {
  const lines = (D: number): string => {
    const network = buildMultiPartNetwork(parseSpec({ D, T: 8, S: 2, L: 3 }), 0);
    const { numbers, ...after } = circuitsVerdict(network, { z: 1, samples: 16, seed: 1 }, kernels);
    const moved = compareNetworks(network, network, kernels);
    return circuitsLines({ z: 1, steps: [2, 3], before: after, after, numbers, ...moved }, "x").join(" ");
  };
  expect(lines(32)).toContain("The naive network is exact here, because all circuits fit side by side (T·d ≤ D)");
  expect(lines(32)).not.toContain("–");
  expect(lines(28)).toMatch(/naive network's, by step: [\d.]+, [\d.]+, [\d.]+;/);
});

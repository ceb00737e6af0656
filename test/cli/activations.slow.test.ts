import { mkdtempSync, readFileSync, rmSync, existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { splitSeed } from "../../src/engine/splits.js";
import { DenseEngine } from "../../src/engine/dense.js";
import { importModel } from "../../src/exchange/model.js";
import { readNpz } from "../../src/exchange/npz.js";
import { readSafetensors } from "../../src/exchange/safetensors.js";
import { storedZip } from "../../src/exchange/stored-zip.js";
import type { Tensor } from "../../src/exchange/tensor.js";
import { loadKernels } from "../../src/kernels/node.js";
import { importNetwork } from "../../src/exchange/multi-part-model.js";
import { readoutMatrix } from "../../src/network/multi-part.js";
import { superpose } from "../support/in-process.js";
import { denseForward } from "../support/multi-part-network.js";

const folder = mkdtempSync(join(tmpdir(), "superpose-activations-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const model = join(folder, "model");
const [N, z] = [1100, 2];

beforeAll(async () => {
  const spec = join(folder, "spec.json");
  writeFileSync(spec, JSON.stringify({ D: 80, T: 20, S: 3, L: 3, z: [2, 1], construction: "balanced", seed: 5 }));
  expect(await superpose("export", spec, "--out", model)).toMatchObject({ code: 0 });
});

async function activations(name: string, ...flags: readonly string[]): Promise<Buffer> {
  const out = join(folder, name);
  expect(await superpose("activations", model, "--out", out, "--samples", `${N}`, ...flags)).toMatchObject({ code: 0 });
  return readFileSync(out);
}

const numbers = (tensor: Tensor | undefined): number[] => Array.from(tensor!.data as Float32Array);

/** Compares like toEqual, which is slow for long lists. */
function expectSame(ours: readonly number[], theirs: readonly number[]): void {
  expect([ours.length, ours.findIndex((value, at) => value !== theirs[at])]).toEqual([theirs.length, -1]);
}

test("writes circuits, inputs, truth and activations of the engine's samples, equal in all formats, with reproducible bytes", async () => {
  const file = await activations("a.safetensors", "--split", "test", "--seed", "9");
  const { tensors, metadata } = readSafetensors(file);
  expect(
    Object.fromEntries([...tensors].map(([name, { dtype, shape }]) => [name, `${dtype} ${shape.join()}`])),
  ).toEqual({
    circuits: `I32 ${N},${z}`,
    inputs: `F32 ${N},${z},4`,
    ...Object.fromEntries([1, 2, 3].map((l) => [`truth.${l}`, `F32 ${N},${z},4`])),
    ...Object.fromEntries([0, 1, 2, 3].map((l) => [`activations.${l}`, `F32 ${N},80`])),
  });
  expect(metadata).toMatchObject({ split: "test", seed: "9", z: "2", samples: "1100" });

  const imported = importModel(readFileSync(join(model, "model.safetensors"))).model;
  const engine = new DenseEngine(loadKernels(), imported, { gate: "relu", z });
  engine.runBatch({ z, sampling: "random", seed: splitSeed(9, "test"), network: 0 }, N - 1, 1);
  expect(numbers(tensors.get("circuits")).slice(-z)).toEqual(engine.activeCircuits(1, z)[0]);
  expect(numbers(tensors.get("activations.3")).slice(-80)).toEqual(Array.from(engine.activations(3, 0)));
  expect(numbers(tensors.get("truth.2")).slice(-4 * z)).toEqual(engine.truth(2, z).flat().map(Math.fround));

  expect((await activations("again.safetensors", "--split", "test", "--seed", "9")).equals(file)).toBe(true);
  const npz = readNpz(await activations("a.npz", "--split", "test", "--seed", "9"), 1e9);
  expect(npz.metadata).toEqual(metadata);
  for (const [name, tensor] of tensors) expectSame(numbers(npz.tensors.get(name)), numbers(tensor));

  const parquet = await activations("a.parquet", "--split", "test", "--seed", "9");
  const bytes = parquet.buffer.slice(parquet.byteOffset, parquet.byteOffset + parquet.length) as ArrayBuffer;
  const rows = await parquetReadObjects({ file: bytes });
  expect(parquetMetadata(bytes).row_groups.length).toBe(2);
  expect(rows.length).toBe(N);
  for (const [name, tensor] of tensors) {
    const lists = rows.flatMap((row) => row[name] as number[]);
    expectSame(lists, numbers(tensor));
  }
});

test("sample k does not depend on the number of samples; splits and seeds have different samples", async () => {
  const inputs = async (name: string, ...flags: readonly string[]): Promise<number[]> => {
    const out = join(folder, name);
    expect(await superpose("activations", model, "--out", out, ...flags)).toMatchObject({ code: 0 });
    return numbers(readSafetensors(readFileSync(out)).tensors.get("inputs"));
  };
  const train = await inputs("train.safetensors", "--samples", "300");
  expect(await inputs("few.safetensors", "--samples", "20")).toEqual(train.slice(0, 20 * z * 4));
  const others = await inputs("test.safetensors", "--samples", "300", "--split", "test");
  const seed = await inputs("seed.safetensors", "--samples", "300", "--seed", "2");
  // Components 0 and 1 of an input hold the indicator; the angle of x is drawn with a resolution of 32 bits.
  const xs = (of: readonly number[]): number[] => of.filter((_, at) => at % 4 === 2);
  expect(new Set([...xs(train), ...xs(others), ...xs(seed)]).size).toBeGreaterThan(3 * 600 - 5);
});

test("of a design: all layers of the network, the truth of every step, and the layers that complete the steps", async () => {
  const spec = join(folder, "switched.json");
  writeFileSync(spec, JSON.stringify({ design: "switched", D: 420, T: 60, L: 2, z: [2], samples: 20 }));
  const [exported, out] = [join(folder, "switched"), join(folder, "switched.safetensors")];
  expect(await superpose("export", spec, "--out", exported)).toMatchObject({ code: 0 });
  expect(await superpose("activations", exported, "--out", out, "--samples", "20")).toMatchObject({ code: 0 });
  const { network } = importNetwork(readFileSync(join(exported, "model.safetensors")));
  const { tensors, metadata } = readSafetensors(readFileSync(out));
  expect(metadata["steps"]).toBe(JSON.stringify(network.steps));
  const N = network.layers.length;
  expect(N).toBeGreaterThan(3);
  expect(tensors.get(`activations.${N}`)!.shape).toEqual([20, 419]);
  expect(tensors.has(`activations.${N + 1}`) || tensors.has("truth.3")).toBe(false);

  // Computes the last sample of the second tile from the network's dense weights alone.
  const row = (name: string, size: number): Float32Array => (tensors.get(name)!.data as Float32Array).slice(-size);
  const dense = denseForward(network, row("activations.0", 419));
  for (let n = 1; n <= N; n++) {
    const own = row(`activations.${n}`, 419);
    const far = own.findIndex((value, at) => Math.abs(value - dense[n]![at]!) > 1e-3);
    expect([n, far]).toEqual([n, -1]);
  }
  // The active circuits' readouts at each step's layer equal the truth at that step.
  const circuits = numbers(tensors.get("circuits")).slice(-z);
  network.steps.forEach((n, k) => {
    const { rows, starts, columns, values } = readoutMatrix(network, network.reads[k]!);
    const own = row(`activations.${n}`, 419);
    const truth = row(`truth.${k + 1}`, 4 * z);
    const perCircuit = rows / 60;
    circuits.forEach((t, slot) => {
      const wanted = network.circuits.readouts.flatMap(({ matrix }) =>
        matrix.map((weights) => weights.reduce((sum, weight, j) => sum + weight * truth[4 * slot + j]!, 0)),
      );
      wanted.forEach((value, r) => {
        let read = network.constants[k]![r]!;
        for (let e = starts[t * perCircuit + r]!; e < starts[t * perCircuit + r + 1]!; e++) {
          read += values[e]! * own[columns[e]!]!;
        }
        expect(Math.abs(read - value)).toBeLessThan(0.05);
      });
    });
  });
});

test("an archive beyond 4 GiB has zip64's sizes and places", () => {
  const size = 5 * 2 ** 30;
  const pieces: { readonly bytes: Uint8Array; readonly position: number }[] = [];
  const zip = storedZip(
    new Map([
      ["a", size],
      ["b", 2],
    ]),
    (bytes, position) => pieces.push({ bytes: bytes.slice(), position }),
  );
  zip.append("b", Uint8Array.of(1));
  zip.append("b", Uint8Array.of(2));
  zip.finish();
  const [first, second, localA, localB, centralA, centralB, end] = pieces.map(({ bytes, position }) => ({
    position,
    view: new DataView(bytes.buffer),
  }));
  expect(second!.position).toBe(first!.position + 1);
  expect(localA!.view.getBigUint64(30 + 1 + 4, true)).toBe(BigInt(size));
  expect(localB!.position).toBe(51 + size);
  expect(first!.position).toBe(localB!.position + 51);
  expect(localB!.view.getUint32(14, true)).toBe(0xb6cc4292); // Python: zlib.crc32(b"\1\2")
  expect(centralA!.position).toBe(first!.position + 2);
  expect(centralB!.view.getBigUint64(46 + 1 + 20, true)).toBe(BigInt(localB!.position));
  expect(end!.view.getBigUint64(48, true)).toBe(BigInt(centralA!.position));
  expect(end!.view.getBigUint64(64, true)).toBe(BigInt(end!.position));
});

describe("reports errors in one line, and writes nothing", () => {
  test.each<[string, string[], string]>([
    ["another ending", ["--out", "x.csv"], "x.csv: must end in .safetensors or .npz or .parquet."],
    ["the model's own file", ["--out", join(model, "model.safetensors")], ".safetensors: this is the model itself"],
    ["another split", ["--split", "all"], "argument 'all' is invalid"],
    ["no samples", ["--samples", "0"], "samples = 0: must be a whole number from 1"],
    ["z above T", ["--z", "21"], "z = 21: must be a whole number from 1 to 20."],
    ["an invalid seed", ["--seed", "-1"], "seed = -1"],
    ["workers", ["--workers", "2"], "unknown option '--workers'"],
  ])("%s", async (_, flags, message) => {
    const out = join(folder, "none.npz");
    const { code, err } = await superpose(
      "activations",
      model,
      ...(flags[0] === "--out" ? [] : ["--out", out]),
      ...flags,
    );
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(existsSync(out)).toBe(false);
  });
});

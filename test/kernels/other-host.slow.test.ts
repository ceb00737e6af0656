import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { primeSteps } from "../../src/assignment/prime-steps.js";
import { anglesFromTurns, randomTurns, rotations } from "../../src/circuits/rotation.js";
import { DenseEngine } from "../../src/engine/dense.js";
import { FactoredEngine } from "../../src/engine/factored.js";
import { SparseEngine } from "../../src/engine/sparse.js";
import { factoredConstructions } from "../../src/network/construction.js";
import { measureEmbeddingMatrix } from "../../src/studies/embedding-matrix/measure.js";
import { ABI } from "../../src/kernels/abi.js";
import { writeDescriptor } from "../../src/kernels/descriptors.js";
import * as fields from "../../src/kernels/fields.js";
import type { Kernels } from "../../src/kernels/kernels.js";
import { Arena } from "../../src/kernels/memory.js";
import { coreModule, loadKernels } from "../../src/kernels/node.js";
import { denseModel } from "../../src/network/dense-model.js";
import { permutedEmbedding } from "../../src/network/embedding.js";
import { asMultiPart } from "../../src/network/multi-part.js";
import { buildNetwork } from "../../src/network/network.js";
import { functionTypes } from "../support/binary-types.js";
import { testFolder } from "../support/folder.js";
import { moduleOf, record } from "../support/recorded-module.js";
import { needTools } from "../support/tools.js";

// A host without JavaScript: wabt's interpreter, from Debian. Each program runs on the core here, in V8, and its writes and calls are recorded.
// A second WebAssembly module imports the core and repeats them; the interpreter links the two and runs them.

const binary = readFileSync(new URL("../../build/core.wasm", import.meta.url));
const types = functionTypes(binary);
const folder = testFolder("other-host");
const file = (name: string): string => join(folder, name);
const shape = { D: 80, d: 4, T: 25, S: 3, L: 2 };
const parts = {
  shape,
  circuits: rotations(anglesFromTurns(randomTurns(shape.T, 1)), shape.L),
  embedding: permutedEmbedding(primeSteps({ T: shape.T, P: shape.D / shape.d, S: shape.S }), shape.L, 1),
};
const network = buildNetwork({ ...parts, construction: "balanced" });
const input = { z: 2, sampling: "random", seed: 5, network: 0 } as const;

const programs: Readonly<Record<string, (kernels: Kernels) => void>> = {
  ...Object.fromEntries(
    factoredConstructions.map((construction, k) => [
      `the factored engine, ${construction}`,
      (kernels: Kernels) => {
        const options = { gate: "relu", z: 2, lanes: ([4, 8, 16] as const)[k]! } as const;
        new FactoredEngine(kernels, buildNetwork({ ...parts, construction }), options).runChunk(input, 0, 11);
      },
    ]),
  ),
  "the oracle gate": (kernels) =>
    void new FactoredEngine(kernels, network, { gate: "oracle", z: 2, lanes: 4 }).runChunk(input, 0, 4),
  "the sparse engine with noise": (kernels) =>
    void new SparseEngine(kernels, asMultiPart(network), {
      z: 2,
      lanes: 4,
      noise: { noise: 0.01, noiseAt: "pre-activation" },
    }).runChunk(input, 0, 4),
  "dense layers": (kernels) =>
    void new DenseEngine(kernels, denseModel(network), { gate: "relu", z: 2, batch: 5 }).runChunk(input, 0, 5),
  "the check of the embedding matrix": (kernels) =>
    void measureEmbeddingMatrix(kernels, { P: 20, T: shape.T, S: shape.S, seed: 1, network: 0 }),
  "what only larger networks call": (kernels) => {
    const arena = new Arena(kernels.memory, kernels.heapBase());
    kernels.philox(arena.bytes(16), 1, 2, 3, 4, 5, 6);
    // Circuits of two neurons each: 0 and 1, 1 and 2, 3 and 0. The second circuit is active.
    const [reached, ids, neurons] = [arena.bytes(3), arena.u32([1]), arena.u32([0, 1, 1, 2, 3, 0])];
    const [starts, positions] = [arena.u32([0, 2, 4, 5, 6]), arena.u32([0, 2, 0, 1, 1, 2])];
    kernels.markReached(reached, 3, ids, 1, neurons, 2, starts, positions);
  },
  "a step of training": (kernels) => {
    const arena = new Arena(kernels.memory, kernels.heapBase());
    const [F, N, count] = [20, 6, 5];
    const some = (length: number, scale = 1): number =>
      arena.f32(Array.from({ length }, (_, i) => (scale * (((7 * i) % 11) - 5)) / 5));
    const rows = (width: number): { starts: number; columns: number; values: number } => {
      return { starts: arena.bytes(4 * count + 4), columns: arena.bytes(4 * count * width), values: arena.bytes(4 * count * width) }; // prettier-ignore
    };
    const [inputs, hidden] = [rows(F), rows(N)];
    const draw = writeDescriptor(arena, fields.drawSparse, { logOff: -0.1, ...inputs, F, stream: 8 });
    const first = writeDescriptor(arena, fields.rowsLayer, { ...inputs, weights: some(F * N), bias: some(N), N, K: F });
    const last = writeDescriptor(arena, fields.rowsLayer, { ...hidden, weights: some(N * F), bias: 0, N: F, K: N });
    const labels = writeDescriptor(arena, fields.rowsLayer, { ...inputs, weights: some(F * F), bias: 0, N: F, K: F });
    const loss = writeDescriptor(arena, fields.powerLoss, { gradient: 1, out: arena.f64([0]), N: F, halves: 5 });
    const [A, E, G, sums] = [arena.bytes(4 * count * N), arena.bytes(4 * count * F), some(F * N, 0), some(F, 0)];
    kernels.drawSparse(draw, 3, 0, 1, 2, count);
    kernels.rowsLayer(first, A, count);
    kernels.listPositive(last, A, count);
    kernels.rowsLayer(last, E, count);
    kernels.subtractLabels(labels, E, count);
    kernels.powerLoss(loss, E, count);
    kernels.rowsGradient(last, G, E, count);
    kernels.rowsBackward(last, A, E, count);
    kernels.addRows(sums, E, F, count);
    kernels.maskGradient(sums, E, F);
    const packed = arena.bytes(32 * F);
    kernels.packColumns(packed, G, N, F);
    const workspace = arena.bytes(kernels.transposedWorkspace(N));
    const product = writeDescriptor(arena, fields.transposedProduct, { workspace, M: F, N });
    kernels.transposedProduct(product, arena.bytes(4 * F * N), E, A, count, false);
    const [m, v] = [some(F * N), arena.f32(new Float32Array(F * N).fill(0.5))];
    const shares = { firstKept: 0.9, secondKept: 0.99, rate: 0.1, root: 1.1, epsilon: 1e-8, shrink: 0.9 };
    kernels.adamStep(writeDescriptor(arena, fields.adamStep, { ...shares, first: m, second: v }), G, m, F * N);
    const momentum = { kept: 0.9, rate: 0.1, shrink: 1, moving: m };
    kernels.momentumStep(writeDescriptor(arena, fields.momentumStep, momentum), G, v, F * N);
  },
  "random vectors": (kernels) => {
    const arena = new Arena(kernels.memory, kernels.heapBase());
    const [n, all] = [300, 2];
    const vectors = arena.bytes(4 * 8 * all * 512);
    const scratch = arena.bytes(8 * (n + 15));
    for (let u = 0; u < 8 * all; u++) kernels.unitVector(vectors + 4 * u, 32 * all, n, scratch, 7, 0, u, 0);
    const values = { vectors, n, all, scratch: arena.bytes(4 * all * all * 64), result: arena.f64([0, 0]) };
    kernels.dotProducts(writeDescriptor(arena, fields.dotProducts, values), 0, all, 0, all);
  },
};

/** A command for the interpreter, which reads the fields in this order. */
interface Command {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Runs commands in the interpreter that wabt uses for WebAssembly's specification tests. */
function interpret(
  script: string,
  commands: readonly Command[],
): { readonly status: number | null; readonly output: string } {
  const lines = commands.map(({ type, ...rest }, k) => ({ type, line: k + 1, ...rest }));
  writeFileSync(file(script), JSON.stringify({ source_filename: script, commands: lines }));
  const { status, stdout, stderr } = spawnSync("spectest-interp", [file(script)], { encoding: "utf8" });
  return { status, output: stdout + stderr };
}

const invoke = (field: string): object => ({ type: "invoke", field, args: [] });
const returns = (field: string, ...expected: readonly object[]): Command => ({
  type: "assert_return",
  action: invoke(field),
  expected,
});

test.each(Object.keys(programs))("wabt's interpreter runs the core as V8 does, bit for bit: %s", async (name) => {
  await needTools("wabt");
  writeFileSync(file("core.wasm"), binary);
  const kernels = loadKernels();
  const steps = record(kernels, programs[name]!);
  writeFileSync(file("guest.wat"), moduleOf(steps, types));
  execFileSync("wat2wasm", [file("guest.wat"), "-o", file("guest.wasm")]);

  const core = new WebAssembly.Instance(coreModule());
  const guest = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file("guest.wasm"))), {
    core: core.exports,
  });
  const { run, digest } = guest.exports as { readonly run: () => void; readonly digest: () => bigint };
  run();
  const memory = Buffer.from((core.exports["memory"] as WebAssembly.Memory).buffer);
  expect(memory.equals(Buffer.from(kernels.memory.buffer))).toBe(true);
  const value = BigInt.asUintN(64, digest());

  const script = (wanted: bigint): Command[] => [
    { type: "module", filename: "core.wasm" },
    { type: "register", as: "core" },
    { type: "module", filename: "guest.wasm" },
    returns("abiVersion", { type: "i32", value: String(ABI) }),
    { type: "action", action: invoke("run"), expected: [] },
    returns("digest", { type: "i64", value: String(wanted) }),
  ];
  expect(interpret("same.json", script(value))).toEqual({ status: 0, output: "run() =>\n5/5 tests passed.\n" });
  const { status, output } = interpret("other.json", script(value ^ 1n));
  expect(output).toContain("4/5 tests passed.");
  expect(status).toBe(1);
});

test("the programs call every function of the core except abiVersion", () => {
  const steps = Object.values(programs).flatMap((program) => record(loadKernels(), program));
  const called = new Set(steps.flatMap((step) => (step.kind === "call" ? [step.name] : [])));
  expect([...types.keys()].filter((name) => !called.has(name))).toEqual(["abiVersion"]);
});

test("the single-file build holds the same binary, including its section of versions", () => {
  const single = readFileSync(new URL("../../dist/single.js", import.meta.url), "utf8");
  expect(single).toContain(binary.toString("base64"));
});

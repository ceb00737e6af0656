import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { primeSteps } from "../../src/assignment/prime-steps.js";
import { InputError } from "../../src/base/errors.js";
import { anglesFromTurns, randomTurns, rotations } from "../../src/circuits/rotation.js";
import { loadCore, loadKernels, type CoreSource } from "../../src/kernels/load.js";
import { loadKernels as loadNodeKernels } from "../../src/kernels/node.js";
import { referenceKernels } from "../../src/kernels/twin/kernels.js";
import { wasmKernels } from "../../src/kernels/wasm.js";
import { permutedEmbedding } from "../../src/network/embedding.js";
import { buildNetwork } from "../../src/network/network.js";
import { measure } from "../../src/results/measure.js";

afterEach(() => void vi.restoreAllMocks());

const core = new URL("../../build/core.wasm", import.meta.url);
const bytes = new Uint8Array(readFileSync(core));
const garbage = Uint8Array.of(1, 2, 3);

/** The error with which a promise is rejected. */
const reason = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

test("without SIMD the error names the twin, which measures the same", async () => {
  const shape = { D: 80, d: 4, T: 12, S: 3, L: 2 };
  const circuits = rotations(anglesFromTurns(randomTurns(shape.T, 1)), shape.L);
  const embedding = permutedEmbedding(primeSteps({ T: shape.T, P: 20, S: shape.S }), shape.L, 1);
  const network = buildNetwork({ shape, circuits, embedding, construction: "capped" });
  const input = { z: 2, samples: 20, seed: 1 };
  const twin = measure(network, input, referenceKernels());
  vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
  expect(() => loadKernels()).toThrow("No WebAssembly SIMD: use referenceKernels().");
  await expect(loadCore()).rejects.toThrow("referenceKernels()");
  vi.restoreAllMocks();
  expect(twin).toEqual(measure(network, input, await loadCore()));
});

test("an address, a response, a promise of one, bytes and a module give the core", async () => {
  const response = (): Response => new Response(bytes);
  const sources = [core, core.href, response(), Promise.resolve(response()), bytes, bytes.buffer];
  for (const source of [...sources, new WebAssembly.Module(bytes)]) {
    expect((await loadCore(source)).abiVersion()).toBe(1);
  }
});

const missing = pathToFileURL("/no/such/core.wasm");
test.each<[string, unknown, string, string, boolean]>([
  ["a file that does not exist", missing, "file", "source = file:///no/such/core.wasm: cannot be loaded (ENOENT", true],
  ["its address as a text", missing.href, "file", "cannot be loaded (ENOENT: no such file", true],
  ["no address", "core.wasm", "file", "source = core.wasm: cannot be loaded (", true],
  [
    "a host that refuses",
    "http://127.0.0.1:1/core.wasm",
    "file",
    "source = http://127.0.0.1:1/core.wasm: cannot be",
    true,
  ],
  ["an answer that says no", new Response("", { status: 404 }), "file", "cannot be loaded (status 404)", true],
  ["a promise that fails", () => Promise.reject(new Error("offline")), "file", "cannot be loaded (offline)", true],
  ["null", null, "type", "source = null: is not the core.", true],
  ["a number", 5, "type", "source = 5: is not the core.", true],
  ["an object", {}, "type", "source = [object Object]: is not the core.", true],
  ["other bytes", garbage, "invalid", "source = 1,2,3: is not the core.", false],
  ["a page in place of the core", new Response("<html>"), "invalid", "is not the core.", false],
])("loadCore refuses %s", async (_what, source, code, message, hasCause) => {
  const error = await reason(loadCore((typeof source === "function" ? source() : source) as CoreSource));
  expect(error).toBeInstanceOf(InputError);
  expect(error).toMatchObject({ code, argument: "source" });
  const { message: text, cause } = error as InputError;
  expect(text).toContain(message);
  expect(text).toMatch(/Omit it, or give core\.wasm's URL, response, bytes or module\.$/);
  expect(cause instanceof Error).toBe(hasCause);
});

test.each<[unknown, string]>([
  [garbage, "invalid"],
  [undefined, "type"],
  [null, "type"],
  ["core.wasm", "type"],
])("wasmKernels refuses %s", (source, code) => {
  const refused = expect.objectContaining({ code, argument: "source" }) as Error;
  expect(() => wasmKernels(source as Uint8Array<ArrayBuffer>)).toThrow(refused);
  expect(() => wasmKernels(source as Uint8Array<ArrayBuffer>)).toThrow(InputError);
});

test("the relaxed core is refused where it cannot be loaded, and values other than true and false always are", () => {
  const load = loadKernels as (options?: unknown) => unknown;
  expect(load({ relaxed: false })).toBeDefined();
  expect(() => load({ relaxed: true })).toThrow(
    expect.objectContaining({ code: "unknown", argument: "relaxed" }) as Error,
  );
  expect(() => load({ relaxed: true })).toThrow("circuits-in-superposition/node");
  for (const loader of [load, loadNodeKernels as (options?: unknown) => unknown]) {
    expect(() => loader({ relaxed: "no" })).toThrow('relaxed = "no": must be');
    expect(() => loader(null)).toThrow(expect.objectContaining({ code: "type", argument: "options" }) as Error);
  }
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { readCheckpoint, writeCheckpoint } from "../../src/cli/checkpoint.js";
import { readSafetensors, writeSafetensors } from "../../src/exchange/safetensors.js";
import { testFolder } from "../support/folder.js";

const folder = testFolder("checkpoint");
const path = join(folder, "checkpoint.safetensors");
const numbers = (from: number) => Float32Array.from({ length: 14 }, (_, k) => from + k / 7);
const state = { step: 17, parameters: numbers(1), memory: [numbers(2), numbers(3)] };
// A run of 8000 steps has a point of the curve every 16 steps.
const head = { hash: "abc", version: "1.2.3", curve: [0.5, 0.25, 1, 0.4] };
const run = { hash: "abc", steps: 8000, count: 14, memories: 2 };

test("a state is read as it was written; without a file there is no state", () => {
  expect(readCheckpoint(path, run)).toBeNull();
  writeFileSync(path, writeCheckpoint(state, head));
  expect(readCheckpoint(path, run)).toEqual({ state, curve: head.curve });
});

test.each([
  ["before the first step, without memory or curve", { ...state, step: 0, memory: [] }, [], run],
  ["after the last step", { ...state, step: 17 }, [0.5, 0, 0, ...numbers(0), 1, 1, 1], { ...run, steps: 17 }],
  ["of momentum", { ...state, memory: [numbers(2)] }, head.curve, { ...run, memories: 1 }],
  ["whose squared gradients overflowed", { ...state, memory: [numbers(2), numbers(3).fill(Infinity, 2)] }, head.curve, run], // prettier-ignore
])("a state %s is read", (_, given, curve, own) => {
  writeFileSync(path, writeCheckpoint(given, { ...head, curve: Array.from(curve) }));
  expect(readCheckpoint(path, own)).toEqual({ state: given, curve: Array.from(curve) });
});

test.each([
  [
    "of another training",
    writeCheckpoint(state, { ...head, hash: "abd" }),
    "belongs to another training run; choose another folder",
  ],
  ["of another program", writeSafetensors(new Map(), { format: "pt" }), "this is not a training checkpoint"],
  [
    "with parameters missing",
    writeCheckpoint({ ...state, parameters: numbers(1).slice(1) }, head),
    "parameters does not have 14 numbers",
  ],
  [
    "that is cut off",
    writeCheckpoint(state, head).slice(0, 300),
    "checkpoint.safetensors: Not a valid safetensors file",
  ],
])("a file %s is refused", (_, bytes, message) => {
  writeFileSync(path, bytes);
  expect(() => readCheckpoint(path, run)).toThrow(message);
});

test.each(["-5", "-0", "1.5", "abc", "", " 17", "1e300", "8001", "NaN"])("step %j is refused", (step) => {
  const { tensors, metadata } = readSafetensors(writeCheckpoint(state, head));
  writeFileSync(path, writeSafetensors(tensors, { ...metadata, step }));
  expect(() => readCheckpoint(path, run)).toThrow(
    new InputError(
      `${path}: step = ${JSON.stringify(step)}: must be a whole number from 0 to 8000; remove the file to start again.`,
    ),
  );
});

const withNumber = (at: number, value: number) => numbers(1).with(at, value);

test.each([
  ["one memory of Adam", { memory: [numbers(2)] }, {}, "memory has 1 tensor: must have 2 at step 17"],
  ["no memory", { memory: [] }, {}, "memory has 0 tensors: must have 2 at step 17"],
  ["memory before the first step", { step: 0 }, { curve: [] }, "memory has 2 tensors: must have 0 at step 0"],
  [
    "a short memory",
    { memory: [numbers(2), numbers(3).slice(2)] },
    {},
    "tensor memory.1 does not have 14 numbers in F32",
  ],
  [
    "a curve without its last mean",
    {},
    { curve: head.curve.slice(0, 3) },
    "tensor curve does not have 4 numbers in F64",
  ],
  ["no curve", {}, { curve: [] }, "tensor curve does not have 4 numbers in F64"],
  [
    "a curve that is not finite",
    {},
    { curve: [0.5, Infinity, 1, 0.4] },
    "curve[1] = Infinity: must be a finite number",
  ],
  ["a parameter NaN", { parameters: withNumber(3, NaN) }, {}, "parameters[3] = NaN: must be a finite number"],
  [
    "a parameter −∞",
    { parameters: withNumber(0, -Infinity) },
    {},
    "parameters[0] = -Infinity: must be a finite number",
  ],
  ["an infinite mean", { memory: [withNumber(13, Infinity), numbers(3)] }, {}, "memory.0[13] = Infinity: must be"],
  [
    "a squared mean NaN",
    { memory: [numbers(2), withNumber(2, NaN)] },
    {},
    "memory.1[2] = NaN: must be a finite number",
  ],
])("a file with %s is refused, and the message says how to start again", (_, inState, inHead, message) => {
  writeFileSync(path, writeCheckpoint({ ...state, ...inState }, { ...head, ...inHead }));
  let error: unknown;
  try {
    readCheckpoint(path, run);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).toContain(`${path}: ${message}`);
  expect((error as Error).message).toMatch(/; remove the file to start again\.$/);
});

test("a file with a curve of another type, or with a memory of another name, is refused", () => {
  const { tensors, metadata } = readSafetensors(writeCheckpoint(state, head));
  const curve = { dtype: "F32", shape: [4], data: Float32Array.from(head.curve) } as const;
  writeFileSync(path, writeSafetensors(new Map([...tensors, ["curve", curve]]), metadata));
  expect(() => readCheckpoint(path, run)).toThrow("tensor curve does not have 4 numbers in F64; remove the file");
  const renamed = [...tensors].map(([name, tensor]) => [name.replace("ry.1", "ry.2"), tensor] as const);
  writeFileSync(path, writeSafetensors(new Map(renamed), metadata));
  expect(() => readCheckpoint(path, run)).toThrow("tensor memory.1 does not have 14 numbers in F32; remove the file");
});

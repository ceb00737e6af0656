import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readCheckpoint, writeCheckpoint } from "../../src/cli/checkpoint.js";
import { writeSafetensors } from "../../src/exchange/safetensors.js";
import { testFolder } from "../support/folder.js";

const folder = testFolder("checkpoint");
const path = join(folder, "checkpoint.safetensors");
const numbers = (from: number) => Float32Array.from({ length: 14 }, (_, k) => from + k / 7);
const state = { step: 17, parameters: numbers(1), memory: [numbers(2), numbers(3)] };
const head = { hash: "abc", version: "1.2.3", curve: [0.5, 0.25, 1, 0.4] };

test("a state is read as it was written; without a file there is no state", () => {
  expect(readCheckpoint(path, "abc", 14)).toBeNull();
  writeFileSync(path, writeCheckpoint(state, head));
  expect(readCheckpoint(path, "abc", 14)).toEqual({ state, curve: head.curve });
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
  expect(() => readCheckpoint(path, "abc", 14)).toThrow(message);
});

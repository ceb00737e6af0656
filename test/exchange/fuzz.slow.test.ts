import { beforeAll, expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { RandomSequence } from "../../src/base/random.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { specHash } from "../../src/config/hash.js";
import { readNpz, writeNpz } from "../../src/exchange/npz.js";
import { readSafetensors, writeSafetensors } from "../../src/exchange/safetensors.js";
import type { Tensor } from "../../src/exchange/tensor.js";
import { parseLine, resultLine } from "../../src/results/result-line.js";
import { rowsLike } from "../batch/rows.js";

const tensors = new Map<string, Tensor>([["w", { dtype: "F32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]);
let line: Uint8Array;
beforeAll(async () => {
  const spec = parseSpec({ D: 40, T: 10, S: 2, L: 1, samples: 10 });
  const text = resultLine({ index: 0, hash: await specHash(spec), spec, rows: rowsLike(spec) });
  line = new TextEncoder().encode(text.trimEnd());
});

/** The bytes with some of them changed, removed or inserted, or with the end cut off. */
function damaged(good: Uint8Array, random: RandomSequence): Uint8Array {
  const whole = (below: number): number => Math.floor(random.uniform() * below);
  let file = good.slice();
  for (let changes = 1 + whole(3); changes > 0; changes--) {
    const at = whole(file.length);
    const kind = whole(8);
    if (kind === 0) file = file.slice(0, at);
    else if (kind === 1) file = Uint8Array.from([...file.subarray(0, at), ...file.subarray(at + 1 + whole(9))]);
    else if (kind === 2) file = Uint8Array.from([...file.subarray(0, at), whole(256), ...file.subarray(at)]);
    else file[at] = kind < 6 ? whole(256) : (file[at] ?? 0) ^ (1 << whole(8));
  }
  return file;
}

test.each<[string, () => Uint8Array, (bytes: Uint8Array) => unknown]>([
  ["npz", () => writeNpz(tensors, { a: "b" }), (bytes) => readNpz(bytes, 1e6)],
  ["safetensors", () => writeSafetensors(tensors, { a: "b" }), (bytes) => readSafetensors(bytes)],
  ["results", () => line, (bytes) => parseLine(new TextDecoder().decode(bytes))],
])("10,000 damaged inputs of %s are read, or refused in a line", (name, make, read) => {
  const good = make();
  const random = new RandomSequence(23, "user", name.length);
  let refused = 0;
  for (let k = 0; k < 10_000; k++) {
    const file = damaged(good, random);
    try {
      const result = read(file);
      if (result === null) refused++;
    } catch (error) {
      if (!(error instanceof InputError) || error.message.includes("\n")) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(7000);
});

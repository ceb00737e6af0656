import { mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { LARGEST_YAML, readData } from "../../src/cli/read-data.js";
import { testFolder } from "../support/folder.js";

const root = testFolder("read-data");

let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, "t-"));
});
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

test("JSON and YAML", () => {
  expect(readData(file("a.json", '{"D": 8, "z": [1, 2]}'))).toEqual({ D: 8, z: [1, 2] });
  expect(readData(file("a.yaml", "D: 8 # neurons\nz: [1, 2]\n"))).toEqual({ D: 8, z: [1, 2] });
  expect(readData(file("b.YML", "- 1\n- .nan\n"))).toEqual([1, NaN]);
});

test.each<[string, string, string | Uint8Array, string]>([
  ["malformed JSON", "a.json", '{\n  "D": 8,\n  "T" 5\n}', "line 3, column 7: malformed JSON."],
  ["YAML in a JSON file", "a.json", "\nD: 8\n", "line 2, column 1: malformed JSON."],
  ["JSON that is cut in a word", "a.json", '{"D": tru', "line 1, column 10: the text ends too early."],
  ["an invalid word", "a.json", '{"D": trux}', "line 1, column 10: malformed JSON."],
  ["a stray end", "a.json", '{"D": 8}\n}', "line 2, column 1: malformed JSON."],
  ["JSON that ends early", "a.json", '{"D": 8,\n', "line 2, column 1: the text ends too early."],
  ["an empty file", "a.json", "", "line 1, column 1: the text ends too early."],
  ["a JSON key twice", "a.json", '{"z": {"T": 8,\n"\\u0054": 9}}', 'the key "T" occurs twice.'],
  ["JSON in JSON in JSON", "a.json", "[".repeat(101) + "]".repeat(101), "nested more than 100 levels deep."],
  ["an empty YAML file", "a.yaml", "# nothing yet\n", "this file is empty."],
  [
    "malformed YAML",
    "a.yaml",
    "D: 8\nz: [1, 2\nT: 3\n",
    "line 3, column 1: malformed YAML: inconsistent indentation, or an earlier bracket is not closed.",
  ],
  ["a YAML key twice", "a.yaml", "D: 8\nD: 9\n", "line 2, column 1: malformed YAML: duplicate key."],
  [
    "a YAML key twice, spelled unlike",
    "a.yaml",
    '{"1": {}, 1: {}}',
    "line 1, column 11: malformed YAML: duplicate key.",
  ],
  [
    "an ordered map",
    "a.yaml",
    "!!omap\n- D: 8\n",
    "line 2, column 1: malformed YAML: the tag !!omap is not supported; leave it out.",
  ],
  [
    "a set",
    "a.yaml",
    "base: !!set {T, D}\n",
    "line 1, column 13: malformed YAML: the tag !!set is not supported; leave it out.",
  ],
  [
    "a time",
    "a.yaml",
    "seed: !!timestamp 2020-01-01\n",
    "line 1, column 19: malformed YAML: the tag !!timestamp is not supported; leave it out.",
  ],
  [
    "bytes",
    "a.yaml",
    "z: [1, !!binary AAAA]\n",
    "line 1, column 17: malformed YAML: the tag !!binary is not supported; leave it out.",
  ],
  [
    "pairs",
    "a.yaml",
    "!!pairs [a: 1]\n",
    "line 1, column 9: malformed YAML: the tag !!pairs is not supported; leave it out.",
  ],
  [
    "a custom tag",
    "a.yaml",
    "D: !mine 8\n",
    "line 1, column 10: malformed YAML: the tag !mine is not supported; leave it out.",
  ],
  [
    "two documents",
    "a.yaml",
    "T: 5\n---\nT: 6\n",
    "line 2, column 1: malformed YAML: a second document begins; a file must contain only one.",
  ],
  [
    "a tab for spaces",
    "a.yaml",
    "random:\n\truns: 5\n",
    "line 2, column 1: malformed YAML: indented with a tab; use spaces.",
  ],
  ["two anchors", "a.yaml", "D: &a &b 8\n", "line 1, column 7: malformed YAML."],
  ["an alias of nothing", "a.yaml", "D: *base\n", "*base refers to &base, which is not defined before it."],
  ["bytes that are no text", "a.json", Uint8Array.of(0xff, 0xfe, 0), "this is not UTF-8 text."],
  ["another kind of file", "a.txt", "D: 8", "must end in .json, .yaml or .yml."],
])("refuses %s", (_, name, content, message) => {
  const path = file(name, content);
  expect(() => readData(path)).toThrow(InputError);
  expect(() => readData(path)).toThrow(`${path}: ${message}`);
});

test("refuses unreadable files", () => {
  const missing = join(folder, "none.json");
  expect(() => readData(missing)).toThrow(new InputError(`${missing}: cannot be read: no such file or folder.`));
  expect(() => readData(folder)).toThrow(new InputError(`${folder}: cannot be read: it is a folder.`));
  const big = file("big.json", "[1,2,3,4,5,6,7,8]");
  expect(() => readData(big, 10)).toThrow(
    new InputError(`${big}: the file is too large: 17 bytes; at most 10 are read.`),
  );
  symlinkSync("loop.json", join(folder, "loop.json"));
  expect(() => readData(join(folder, "loop.json"))).toThrow(InputError);
  expect(() => readData("/dev/zero")).toThrow(new InputError("/dev/zero: cannot be read: it is not a regular file."));
});

test("accepts redundant tags, and many keys", () => {
  expect(readData(file("t.yaml", "!!map\nD: !!int 8\nz: !!seq [!!float 1.5]\n"))).toEqual({ D: 8, z: [1.5] });
  const keys = Array.from({ length: 5000 }, (_, k) => `k${k}: ${k}`);
  expect(Object.keys(readData(file("many.yaml", keys.join("\n"))) as object)).toHaveLength(5000);
});

test("refuses YAML of more than 4 MiB before it is parsed", () => {
  const path = file("large.yaml", `[${"0,".repeat(LARGEST_YAML / 2)}]`);
  const most = "YAML files may have at most 4194304; use .json instead.";
  expect(() => readData(path)).toThrow(new InputError(`${path}: the file is too large: 4194306 bytes; ${most}`));
});

test("refuses YAML that expands or nests without limit", () => {
  const bomb = ["a0: &a0 [1, 1]"];
  for (let k = 1; k < 30; k++) bomb.push(`a${k}: &a${k} [*a${k - 1}, *a${k - 1}]`);
  const tooMuch = "the content is nested too deeply or refers to itself too often.";
  const path = file("bomb.yaml", bomb.join("\n"));
  expect(() => readData(path)).toThrow(new InputError(`${path}: ${tooMuch}`));
  const deep = file("deep.yaml", "[".repeat(100_000));
  expect(() => readData(deep)).toThrow(new InputError(`${deep}: ${tooMuch}`));
});

test("keeps __proto__ as a plain key", () => {
  const value = readData(file("p.yaml", "__proto__: {D: 8}\n")) as Record<string, unknown>;
  expect(Object.keys(value)).toEqual(["__proto__"]);
  expect(({} as Record<string, unknown>)["D"]).toBeUndefined();
});

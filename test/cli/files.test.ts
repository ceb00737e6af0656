import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { checkWritable, fillFolder, readData, writeWhole } from "../../src/cli/files.js";
import { InputError } from "../../src/base/errors.js";
import { testFolder } from "../support/folder.js";

const root = testFolder("files");

let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, "t-"));
});
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const isRoot = process.getuid?.() === 0;

describe("reading", () => {
  test("JSON and YAML", () => {
    expect(readData(file("a.json", '{"D": 8, "z": [1, 2]}'))).toEqual({ D: 8, z: [1, 2] });
    expect(readData(file("a.yaml", "D: 8 # neurons\nz: [1, 2]\n"))).toEqual({ D: 8, z: [1, 2] });
    expect(readData(file("b.YML", "- 1\n- .nan\n"))).toEqual([1, NaN]);
  });

  test.each<[string, string, string | Uint8Array, string]>([
    ["malformed JSON", "a.json", '{\n  "D": 8,\n  "T" 5\n}', "line 3, column 7: malformed JSON."],
    ["YAML in a JSON file", "a.json", "\nD: 8\n", "line 2, column 1: malformed JSON."],
    ["JSON that is cut in a word", "a.json", '{"D": tru', "line 1, column 10: the text ends too early."],
    ["a word that is none", "a.json", '{"D": trux}', "line 1, column 10: malformed JSON."],
    ["a stray end", "a.json", '{"D": 8}\n}', "line 2, column 1: malformed JSON."],
    ["JSON that ends early", "a.json", '{"D": 8,\n', "line 2, column 1: the text ends too early."],
    ["an empty file", "a.json", "", "line 1, column 1: the text ends too early."],
    ["a JSON key twice", "a.json", '{"z": {"T": 8,\n"\\u0054": 9}}', 'the key "T" is there twice.'],
    ["JSON in JSON in JSON", "a.json", "[".repeat(101) + "]".repeat(101), "nested more than 100 levels deep."],
    ["an empty YAML file", "a.yaml", "# nothing yet\n", "has nothing in it."],
    [
      "malformed YAML",
      "a.yaml",
      "D: 8\nz: [1, 2\nT: 3\n",
      "line 3, column 1: malformed YAML: indented unlike its surroundings, or a bracket before it is not closed.",
    ],
    ["a YAML key twice", "a.yaml", "D: 8\nD: 9\n", "line 2, column 1: malformed YAML: the key is there already."],
    [
      "two documents",
      "a.yaml",
      "T: 5\n---\nT: 6\n",
      "line 2, column 1: malformed YAML: a second document begins; a file must have one.",
    ],
    [
      "a tab for spaces",
      "a.yaml",
      "random:\n\truns: 5\n",
      "line 2, column 1: malformed YAML: a tab indents; use spaces.",
    ],
    ["two anchors", "a.yaml", "D: &a &b 8\n", "line 1, column 7: malformed YAML."],
    ["an alias of nothing", "a.yaml", "D: *base\n", "*base refers to &base, which does not come before it."],
    ["bytes that are no text", "a.json", Uint8Array.of(0xff, 0xfe, 0), "is not UTF-8 text."],
    ["another kind of file", "a.txt", "D: 8", "must end in .json, .yaml or .yml."],
  ])("refuses %s", (_, name, content, message) => {
    const path = file(name, content);
    expect(() => readData(path)).toThrow(InputError);
    expect(() => readData(path)).toThrow(`${path}: ${message}`);
  });

  test("refuses what is not a readable file", () => {
    const missing = join(folder, "none.json");
    expect(() => readData(missing)).toThrow(new InputError(`${missing}: cannot be read: no such file or folder.`));
    expect(() => readData(folder)).toThrow(new InputError(`${folder}: cannot be read: is a folder.`));
    const big = file("big.json", "[1,2,3,4,5,6,7,8]");
    expect(() => readData(big, 10)).toThrow(new InputError(`${big}: is too large: 17 bytes; at most 10 are read.`));
    symlinkSync("loop.json", join(folder, "loop.json"));
    expect(() => readData(join(folder, "loop.json"))).toThrow(InputError);
    expect(() => readData("/dev/zero")).toThrow(new InputError("/dev/zero: cannot be read: is not a regular file."));
  });

  test("refuses YAML that expands or nests without end", () => {
    const bomb = ["a0: &a0 [1, 1]"];
    for (let k = 1; k < 30; k++) bomb.push(`a${k}: &a${k} [*a${k - 1}, *a${k - 1}]`);
    const tooMuch = "is nested too deeply or refers to itself too often.";
    const path = file("bomb.yaml", bomb.join("\n"));
    expect(() => readData(path)).toThrow(new InputError(`${path}: ${tooMuch}`));
    const deep = file("deep.yaml", "[".repeat(100_000));
    expect(() => readData(deep)).toThrow(new InputError(`${deep}: ${tooMuch}`));
  });

  test("keeps a key named __proto__ a plain key", () => {
    const value = readData(file("p.yaml", "__proto__: {D: 8}\n")) as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["D"]).toBeUndefined();
  });
});

describe("writing a file", () => {
  test("replaces what was there and leaves nothing else", () => {
    const path = file("out.json", "old");
    writeWhole(path, "new");
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(readdirSync(folder)).toEqual(["out.json"]);
  });

  test("that fails leaves nothing", () => {
    mkdirSync(join(folder, "out.json"));
    expect(() => writeWhole(join(folder, "out.json"), "new")).toThrow("out.json: cannot be written: is a folder.");
    expect(readdirSync(folder)).toEqual(["out.json"]);
  });

  test("is refused before the work starts where it would fail", () => {
    const name = join(folder, "none", "out.json");
    expect(() => checkWritable(name, [".json"])).toThrow(
      new InputError(`${name}: cannot be written: ${join(folder, "none")}: no such file or folder.`),
    );
    mkdirSync(join(folder, "dir.json"));
    expect(() => checkWritable(join(folder, "dir.json"), [".json"])).toThrow("cannot be written: is a folder.");
    expect(() => checkWritable("out.txt", [".json", ".csv"])).toThrow(
      new InputError("out.txt: must end in .json or .csv."),
    );
    expect(() => checkWritable(join(folder, "new.json"), [".json"])).not.toThrow();
  });

  test("is refused in a folder that nobody may write to", () => {
    chmodSync(folder, 0o500);
    // Permissions do not hold root back; the kernel's own folder does.
    const closed = isRoot ? "/proc/self" : folder;
    expect(() => checkWritable(join(closed, "a.json"), [".json"])).toThrow("cannot be written");
    chmodSync(folder, 0o700);
  });
});

describe("filling a folder", () => {
  test("makes it with all that was written, folders included", async () => {
    const target = join(folder, "deep", "out");
    const result = await fillFolder(target, async (temporary) => {
      writeFileSync(join(temporary, "a.txt"), "a");
      mkdirSync(join(temporary, "figures"));
      writeFileSync(join(temporary, "figures", "R5.svg"), "svg");
      expect(readdirSync(join(folder, "deep")).filter((name) => name === "out")).toEqual([]);
      return 7;
    });
    expect(result).toBe(7);
    expect(readdirSync(target).sort()).toEqual(["a.txt", "figures"]);
    expect(readFileSync(join(target, "figures", "R5.svg"), "utf8")).toBe("svg");
    expect(readdirSync(join(folder, "deep"))).toEqual(["out"]);
  });

  test("into a folder whose own parent is not to be written to, and into one of another disk", async () => {
    const target = join(folder, "out");
    mkdirSync(target);
    if (!isRoot) chmodSync(folder, 0o555);
    const others = existsSync("/dev/shm") ? mkdtempSync("/dev/shm/superpose-files-") : null;
    if (others !== null) symlinkSync(others, join(root, "link"));
    try {
      for (const path of [target, ...(others === null ? [] : [join(root, "link")])]) {
        await fillFolder(path, async (temporary) => writeFileSync(join(temporary, "a.txt"), "new"));
        expect(readdirSync(path)).toEqual(["a.txt"]);
      }
    } finally {
      chmodSync(folder, 0o755);
      if (others !== null) rmSync(others, { recursive: true });
    }
  });

  test("with a name as long as names can be", () => {
    const path = join(folder, `${"a".repeat(250)}.json`);
    checkWritable(path, [".json"]);
    writeWhole(path, "{}");
    expect(readdirSync(folder)).toEqual([`${"a".repeat(250)}.json`]);
    const longer = join(folder, `${"a".repeat(251)}.json`);
    expect(() => checkWritable(longer, [".json"])).toThrow(`${longer}: cannot be written: the name is too long.`);
  });

  test("replaces files of the same name and keeps the others", async () => {
    const target = join(folder, "out");
    mkdirSync(join(target, "figures"), { recursive: true });
    writeFileSync(join(target, "a.txt"), "old");
    writeFileSync(join(target, "figures", "mine.txt"), "mine");
    await fillFolder(target, async (temporary) => {
      writeFileSync(join(temporary, "a.txt"), "new");
      mkdirSync(join(temporary, "figures"));
      writeFileSync(join(temporary, "figures", "R5.svg"), "svg");
    });
    expect(readFileSync(join(target, "a.txt"), "utf8")).toBe("new");
    expect(readdirSync(join(target, "figures")).sort()).toEqual(["R5.svg", "mine.txt"]);
  });

  test("that fails half-way leaves everything as it was", async () => {
    const target = join(folder, "out");
    mkdirSync(target);
    writeFileSync(join(target, "a.txt"), "old");
    const failing = fillFolder(target, async (temporary) => {
      writeFileSync(join(temporary, "a.txt"), "new");
      throw new Error("half-way");
    });
    await expect(failing).rejects.toThrow("half-way");
    expect(readFileSync(join(target, "a.txt"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  test("is refused where a file has the name", async () => {
    const path = file("out", "");
    await expect(fillFolder(path, async () => {})).rejects.toThrow(
      new InputError(`${path}: cannot be written: is not a folder.`),
    );
    await expect(fillFolder(join(path, "sub"), async () => {})).rejects.toThrow(InputError);
  });
});

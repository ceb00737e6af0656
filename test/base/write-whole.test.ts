import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { ownProcess } from "../../src/base/processes.js";
import { checkWritable, fillFolder, writeInPlaces, writeWhole } from "../../src/base/write-whole.js";
import { testFolder } from "../support/folder.js";

const root = testFolder("write-whole");

let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, "t-"));
});
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const isRoot = process.getuid?.() === 0;

describe("writing a file", () => {
  test("replaces the old file and leaves nothing else behind", () => {
    const path = file("out.json", "old");
    writeWhole(path, "new");
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(readdirSync(folder)).toEqual(["out.json"]);
  });

  test("keeps the mode of the file that it replaces, and a link to it", () => {
    const path = file("out.json", "old");
    chmodSync(path, 0o640);
    symlinkSync(path, join(folder, "link.json"));
    checkWritable(join(folder, "link.json"), [".json"]);
    writeWhole(join(folder, "link.json"), "new");
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(folder, "link.json")).isSymbolicLink()).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(["link.json", "out.json"]);
  });

  test.each([
    ["a link to nothing", "nowhere", "it is a broken link"],
    ["a device, through a link", "/dev/null", "it is not a regular file"],
  ])("is refused over %s, which is kept", (_, to, reason) => {
    const path = join(folder, "out.json");
    symlinkSync(to, path);
    const message = `${path}: cannot be written: ${reason}.`;
    expect(() => checkWritable(path, [".json"])).toThrow(new InputError(message));
    expect(() => writeWhole(path, "new")).toThrow(message);
    expect(readdirSync(folder)).toEqual(["out.json"]);
    expect(existsSync("/dev/null")).toBe(true);
  });

  test("first goes to an unpredictable new name, and follows no link there", async () => {
    const names = new Set<string>();
    for (let k = 0; k < 20; k++) {
      await writeInPlaces(join(folder, "out.json"), async (write) => {
        write(new Uint8Array(3), 0);
        names.add(readdirSync(folder).find((name) => name.endsWith(".partial"))!);
      });
    }
    expect(names.size).toBe(20);
    // If a link already has the next name, another name is used and the link's target stays unchanged.
    const target = file("target", "mine");
    for (const name of names) symlinkSync(target, join(folder, name));
    writeWhole(join(folder, "out.json"), "new");
    expect(readFileSync(target, "utf8")).toBe("mine");
  });

  test("removes half-written files of killed processes, and nothing else", () => {
    const ended = ownProcess().replace(/\d+\.[^.]+$/, "4194305.77");
    const elsewhere = `elsewhere.${ownProcess().split(".").slice(1).join(".")}`;
    const left = [`.a.json.${ended}.0123abcd.partial`, `.superpose.${ended}.0123abce.partial`];
    const kept = [`.a.json.${ownProcess()}.0123abcd.partial`, `.b.${elsewhere}.0123abcd.partial`, ".mine.partial"];
    mkdirSync(join(folder, left[1]!));
    writeFileSync(join(folder, left[1]!, "R5.svg"), "");
    for (const name of [left[0]!, ...kept]) file(name, "");
    checkWritable(join(folder, "a.json"), [".json"]);
    expect(readdirSync(folder).sort()).toEqual([...kept].sort());
  });

  test("that fails leaves nothing", () => {
    mkdirSync(join(folder, "out.json"));
    expect(() => writeWhole(join(folder, "out.json"), "new")).toThrow("out.json: cannot be written: it is a folder.");
    expect(readdirSync(folder)).toEqual(["out.json"]);
  });

  test("is refused before the work starts if it would fail", () => {
    const name = join(folder, "none", "out.json");
    expect(() => checkWritable(name, [".json"])).toThrow(
      new InputError(`${name}: cannot be written: ${join(folder, "none")}: no such file or folder.`),
    );
    mkdirSync(join(folder, "dir.json"));
    expect(() => checkWritable(join(folder, "dir.json"), [".json"])).toThrow("cannot be written: it is a folder.");
    expect(() => checkWritable("out.txt", [".json", ".csv"])).toThrow(
      new InputError("out.txt: must end in .json or .csv."),
    );
    expect(() => checkWritable(join(folder, "new.json"), [".json"])).not.toThrow();
  });

  test("is refused in a folder without write permission", () => {
    chmodSync(folder, 0o500);
    // Permissions do not stop root, but root cannot write to /proc either.
    const closed = isRoot ? "/proc/self" : folder;
    expect(() => checkWritable(join(closed, "a.json"), [".json"])).toThrow("cannot be written");
    chmodSync(folder, 0o700);
  });
});

describe("filling a folder", () => {
  test("creates it with everything that was written, including folders", async () => {
    const target = join(folder, "deep", "out");
    const result = await fillFolder(target, async (write) => {
      write("a.txt", "a");
      write("figures/R5.svg", "svg");
      expect(readdirSync(join(folder, "deep")).filter((name) => name === "out")).toEqual([]);
      return 7;
    });
    expect(result).toBe(7);
    expect(readdirSync(target).sort()).toEqual(["a.txt", "figures"]);
    expect(readFileSync(join(target, "figures", "R5.svg"), "utf8")).toBe("svg");
    expect(readdirSync(join(folder, "deep"))).toEqual(["out"]);
  });

  test("works if the folder's parent is read-only or on another disk", async () => {
    const target = join(folder, "out");
    mkdirSync(target);
    if (!isRoot) chmodSync(folder, 0o555);
    const others = existsSync("/dev/shm") ? mkdtempSync("/dev/shm/superpose-files-") : null;
    if (others !== null) symlinkSync(others, join(root, "link"));
    try {
      for (const path of [target, ...(others === null ? [] : [join(root, "link")])]) {
        await fillFolder(path, async (write) => write("a.txt", "new"));
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
    await fillFolder(target, async (write) => {
      write("a.txt", "new");
      write("figures/R5.svg", "svg");
    });
    expect(readFileSync(join(target, "a.txt"), "utf8")).toBe("new");
    expect(readdirSync(join(target, "figures")).sort()).toEqual(["R5.svg", "mine.txt"]);
  });

  test("that fails half-way leaves everything as it was", async () => {
    const target = join(folder, "out");
    mkdirSync(target);
    writeFileSync(join(target, "a.txt"), "old");
    const failing = fillFolder(target, async (write) => {
      write("a.txt", "new");
      throw new Error("half-way");
    });
    await expect(failing).rejects.toThrow("half-way");
    expect(readFileSync(join(target, "a.txt"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  test("names the file that the system rejects", async () => {
    const target = join(folder, "out");
    const failing = fillFolder(target, async (write) => {
      write("a.txt", "new");
      write(`${"b".repeat(256)}.txt`, "new");
    });
    await expect(failing).rejects.toThrow(
      `${join(target, `${"b".repeat(256)}.txt`)}: cannot be written: the name is too long.`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is refused if a file has that name", async () => {
    const path = file("out", "");
    await expect(fillFolder(path, async () => {})).rejects.toThrow(
      new InputError(`${path}: cannot be written: it is not a folder.`),
    );
    await expect(fillFolder(join(path, "sub"), async () => {})).rejects.toThrow(InputError);
  });
});

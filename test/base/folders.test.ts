import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { checkFolder, makeFolder } from "../../src/base/folders.js";
import { testFolder } from "../support/folder.js";

const root = testFolder("folders");

let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, "t-"));
});
const isLinux = process.platform === "linux";

describe("a folder", () => {
  test("is made with its parents, and may already exist", () => {
    const path = join(folder, "a", "b", "c");
    checkFolder(path);
    expect(readdirSync(folder)).toEqual([]);
    makeFolder(path);
    makeFolder(path);
    checkFolder(path);
    expect(existsSync(path)).toBe(true);
    expect(readdirSync(path)).toEqual([]);
  });

  test.runIf(isLinux)("that cannot be created is refused, also below /proc, where Node alone would try forever", () => {
    const path = "/proc/superpose/x";
    const refused = (verb: string): InputError => new InputError(`${path}: cannot be ${verb}: no such file or folder.`);
    expect(() => makeFolder(path)).toThrow(refused("created"));
    expect(() => checkFolder(path)).toThrow(refused("written"));
  });

  test("is refused in place of a file or a broken link", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    symlinkSync(join(folder, "nothing"), join(folder, "link"));
    for (const use of [makeFolder, checkFolder]) {
      expect(() => use(file)).toThrow(/: cannot be (created|written): it is not a folder\.$/);
      expect(() => use(join(file, "x"))).toThrow(/: part of the path is not a folder\.$/);
      expect(() => use(join(folder, "link"))).toThrow(/: it is a broken link\.$/);
      expect(() => use(join(folder, "link", "x"))).toThrow(/: it is a broken link\.$/);
    }
  });

  test("without write permission is refused", () => {
    const path = join(folder, "closed");
    mkdirSync(path, { mode: 0o555 });
    // Root can write anywhere, so the error that other users would get is simulated.
    if (process.getuid?.() === 0) {
      const refuse = (): never => {
        throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
      };
      vi.spyOn(fs, "mkdirSync").mockImplementation(refuse);
      vi.spyOn(fs, "mkdtempSync").mockImplementation(refuse);
      syncBuiltinESMExports();
      onTestFinished(() => {
        vi.restoreAllMocks();
        syncBuiltinESMExports();
      });
    }
    expect(() => checkFolder(path)).toThrow(new InputError(`${path}: cannot be written: permission denied.`));
    expect(() => makeFolder(join(path, "x"))).toThrow(`${join(path, "x")}: cannot be created: permission denied.`);
  });

  test("for a file must exist", () => {
    const path = join(folder, "missing");
    const file = join(path, "a.json");
    expect(() => checkFolder(path, file)).toThrow(
      new InputError(`${file}: cannot be written: ${path}: no such file or folder.`),
    );
  });
});

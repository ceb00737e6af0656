import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(join(root, "docs/compile-your-own.md"), "utf8");

interface Block {
  readonly language: string;
  readonly code: string;
  /** The `text` block that follows: what it prints. */
  readonly prints: string | null;
}

const fences = Array.from(page.matchAll(/^```(\w+)\n(.*?)^```$/gms), ([, language, code]) => ({ language, code }));
const blocks = fences.flatMap(({ language, code }, k): Block[] => {
  const next = fences[k + 1];
  if (language === "text") return [];
  return [{ language: language!, code: code!, prints: next?.language === "text" ? next.code! : null }];
});
const of = (language: string): Block[] => blocks.filter((block) => block.language === language);

const folder = mkdtempSync(join(tmpdir(), "superpose-docs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The page's files, as a reader would save them. */
beforeAll(() => {
  for (const { code } of of("yaml")) writeFileSync(join(folder, fileName(code)), code);
});

function fileName(yaml: string): string {
  const name = /^# (\S+\.yaml)\n/.exec(yaml)?.[1];
  if (!name) throw new Error(`a block of YAML has no name in its first line:\n${yaml}`);
  return name;
}

describe("docs/compile-your-own.md", () => {
  test("its code, run from top to bottom, prints what the page says", { timeout: 600_000 }, () => {
    const scripts = of("js");
    expect(scripts.length).toBeGreaterThan(4);
    // Started in the package's folder, where its name resolves to itself; then moved to where the page's files are.
    const separator = "\u241e";
    const imports = scripts.flatMap(({ code }) => code.match(/^import .*;$/gm) ?? []);
    const bodies = scripts.map(({ code }) => code.replace(/^import .*;\n/gm, "") + `console.log("${separator}");\n`);
    const change = `process.chdir(${JSON.stringify(folder)});\n`;
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module"], {
      ...{ cwd: root, encoding: "utf8", timeout: 590_000 },
      input: imports.join("\n") + "\n" + change + bodies.join(""),
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const printed = stdout.split(`${separator}\n`);
    scripts.forEach(({ code, prints }, k) => expect(printed[k], code).toBe(prints));
  });

  test("its commands print what the page says", () => {
    const commands = of("sh");
    expect(commands.length).toBeGreaterThan(1);
    for (const { code, prints } of commands) {
      const words = code.trim().split(" ");
      expect(words.slice(0, 2)).toEqual(["npx", "superpose"]);
      const args = [join(root, "dist/superpose.js"), ...words.slice(2)];
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
      expect({ stdout, stderr, status }, code).toEqual({ stdout: prints, stderr: "", status: 0 });
    }
  });

  test("an idea becomes an exported network in under a page of code", () => {
    const upTo = of("js").findIndex(({ code }) => code.includes("writeSafetensors"));
    const lines = of("js").slice(0, upTo + 1).flatMap(({ code }) => code.trim().split("\n")); // prettier-ignore
    expect(lines.length).toBeLessThan(40);
  });
});

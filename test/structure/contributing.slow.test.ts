import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");

/**
 * A file that a recipe touches: a block marked `new` contains the whole file; in other blocks, lines with + are added
 * among existing ones.
 */
interface Block {
  readonly path: string;
  readonly isNew: boolean;
  readonly lines: readonly string[];
}

interface Recipe {
  readonly title: string;
  readonly blocks: readonly Block[];
}

function recipesOf(markdown: string): Recipe[] {
  const [, ...sections] = markdown.slice(markdown.indexOf("## Recipes")).split(/^### /m);
  return sections.map((section) => ({
    title: section.split("\n")[0]!,
    blocks: Array.from(section.matchAll(/^```\w+ (new )?(\S+)\n([\s\S]*?)^```$/gm), ([, isNew, path, text]) => ({
      path: path!,
      isNew: isNew !== undefined,
      lines: text!.trimEnd().split("\n"),
    })),
  }));
}

/**
 * The file after a block's lines have been added. The other lines must occur in the file, in order; "..." means any
 * lines.
 */
function withAdded(text: string, { path, lines }: Block): string {
  const result = text.split("\n");
  let at = 0;
  let added: string[] = [];
  for (const line of lines) {
    if (line.startsWith("+")) {
      added.push(line.slice(1));
      continue;
    }
    if (line === "...") {
      result.splice(at, 0, ...added);
      at += added.length;
      added = [];
      continue;
    }
    const found = result.indexOf(line.slice(1), at);
    if (found === -1) throw new Error(`${path} has no line "${line.slice(1)}" from line ${at + 1} on.`);
    result.splice(found, 0, ...added);
    at = found + added.length + 1;
    added = [];
  }
  result.splice(at, 0, ...added);
  return result.join("\n");
}

const recipes = recipesOf(page);
const most: Readonly<Record<string, number>> = {
  "A figure with a new measurement": 7,
  "A design": 8,
  "A kind of circuit": 5,
  "A command": 4,
};

test.each(Object.entries(most))("%s touches %i files at most", (title, files) => {
  const blocks = recipes.find((recipe) => recipe.title === title)!.blocks;
  const touched = new Set(blocks.map(({ path }) => path));
  expect(touched.size).toBeGreaterThan(2);
  expect(touched.size).toBeLessThanOrEqual(files);
  expect([...touched].some((path) => path.startsWith("test/"))).toBe(true);
  expect([...touched].some((path) => path.endsWith(".md"))).toBe(true);
});

describe("the recipes, applied to a copy", () => {
  const copy = mkdtempSync(join(tmpdir(), "superpose-recipes-"));
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  const run = (...args: string[]): { status: number | null; output: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: "utf8" });
    return { status, output: stdout + stderr };
  };
  const superpose = (...args: string[]): { status: number | null; output: string } => run("dist/superpose.js", ...args);

  beforeAll(() => {
    const folders = ["assembly", "build", "designs", "docs", "examples", "scripts", "src", "test"];
    const settings = ["asconfig.json", "tsconfig.json", "tsconfig.build.json", "vite.config.ts", "vitest.config.ts"];
    const style = ["eslint.config.js", ".prettierrc.json"];
    const others = ["package.json", "package-lock.json", "README.md", "CHANGELOG.md"];
    for (const part of [...folders, ...settings, ...style, ...others])
      cpSync(join(root, part), join(copy, part), {
        recursive: true,
        filter: (path) => path !== join(root, "build/tools"),
      });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    for (const block of recipes.flatMap(({ blocks }) => blocks)) {
      const path = join(copy, block.path);
      mkdirSync(dirname(path), { recursive: true });
      const text = block.isNew ? `${block.lines.join("\n")}\n` : withAdded(readFileSync(path, "utf8"), block);
      writeFileSync(path, text);
    }
    expect(run("node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json")).toEqual({ status: 0, output: "" });
    expect(run("scripts/bundle.mjs", copy, join(copy, "dist"))).toEqual({ status: 0, output: "" });
  }, 300_000);

  test("the figure is drawn", () => {
    const { status, output } = superpose("reproduce", "--figures", "LOADS", "--out", join(copy, "out"));
    expect(status, output).toBe(0);
    expect(readFileSync(join(copy, "out/LOADS.svg"), "utf8")).toContain("The busiest neurons carry");
    expect(JSON.parse(readFileSync(join(copy, "out/LOADS.json"), "utf8"))).not.toEqual([]);
  });

  test("the design runs, and is in the help", () => {
    const { status, output } = superpose("run", "designs/separate-z2.yaml", "--L", "3", "--samples", "16", "--json");
    expect(status, output).toBe(0);
    expect(output).toContain('"design":"separate"');
    expect(superpose("run", "--help").output).toContain("separate");
  });

  test("the circuits run", () => {
    const { status, output } = superpose("run", "--circuits", "hold", "--T", "300", "--samples", "16", "--json");
    expect(status, output).toBe(0);
    expect(output).toContain('"onActive"');
  });

  test("the command answers, and is in the help", () => {
    expect(superpose("--help").output).toContain("overlap");
    expect(superpose("overlap", "557")).toEqual({ status: 0, output: `${((557 * 6) / 250 - 1) / 556}\n` });
  });

  test("the recipes' new files pass format and lint", () => {
    const files = recipes.flatMap(({ blocks }) =>
      blocks.filter(({ isNew, path }) => isNew && path.endsWith(".ts")).map(({ path }) => path),
    );
    const prettier = run("node_modules/prettier/bin/prettier.cjs", "--check", "--log-level=warn", ...files);
    expect(prettier).toEqual({ status: 0, output: "" });
    expect(run("node_modules/eslint/bin/eslint.js", ...files)).toEqual({ status: 0, output: "" });
  });

  test("the recipes' own tests pass, and the figure's snapshot is written", () => {
    const files = recipes
      .flatMap(({ blocks }) => blocks.map(({ path }) => path))
      .filter((path) => path.endsWith(".test.ts"));
    const vitest = (...args: string[]) =>
      run("node_modules/vitest/vitest.mjs", "run", "test/studies/figures.test.ts", ...files, ...args);
    vitest("-u");
    const { status, output } = vitest();
    expect(status, output).toBe(0);
    expect(readFileSync(join(copy, "test/studies/neuron-loads/snapshots/LOADS.svg"), "utf8")).toContain("<svg");
  });
});

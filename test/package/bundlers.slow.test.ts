import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchChromium, serveFolder } from "../examples/site.js";

const slim = inject("slim");
const tools = inject("tools");
const sources = join(slim, "pages");

/** Builds a network and measures it. Prints to the page if there is one. */
const program = (load: string): string => `
import { anglesFromTurns, buildNetwork, loadCore, measure, permutedEmbedding, primeSteps, randomTurns, rotations } from "circuits-in-superposition";
${load}
const shape = { D: 400, d: 4, T: 200, S: 4, L: 4 };
const circuits = rotations(anglesFromTurns(randomTurns(shape.T, 7)), shape.L);
const embedding = permutedEmbedding(primeSteps({ T: shape.T, P: shape.D / shape.d, S: shape.S }), shape.L, 7);
const network = buildNetwork({ shape, circuits, embedding, construction: "capped" });
const text = JSON.stringify(measure(network, { z: 2, samples: 500, seed: 7 }, core));
if (globalThis.document) document.querySelector("output").textContent = text;
else console.log(text);
`;

const pages: Readonly<Record<string, string>> = {
  "page.js": program("const core = await loadCore();"),
  // esbuild does not follow `new URL(…, import.meta.url)`, so the binary is imported with --loader:.wasm=file.
  "page-url.js": program('import url from "circuits-in-superposition/core.wasm";\nconst core = await loadCore(url);'),
  "empty.js": "",
  "nothing.js": 'import "circuits-in-superposition";',
  "unused.js": 'import { InputError } from "circuits-in-superposition";',
};

const bundlers = [
  { bundler: "esbuild", page: "page-url.js" },
  { bundler: "rollup", page: "page.js" },
  { bundler: "webpack", page: "page.js" },
  { bundler: "vite", page: "page.js" },
] as const;

let browser: Browser;
/** Node's output. */
let expected: string;

beforeAll(async () => {
  mkdirSync(sources);
  for (const [name, content] of Object.entries(pages)) writeFileSync(join(sources, name), content);
  const { status, stdout, stderr } = spawnSync(process.execPath, ["page.js"], { cwd: sources, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  expected = stdout.trim();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(sources, { recursive: true });
});

/** A bundle's folder, and the text of all its scripts. */
function bundle(bundler: string, page: string): { folder: string; scripts: string } {
  const folder = join(slim, "bundles", `${bundler}-${page}`);
  mkdirSync(folder, { recursive: true });
  const args = [join(tools, "bundle.mjs"), bundler, join(sources, page), folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: slim, encoding: "utf8" });
  expect(status, stdout + stderr).toBe(0);
  expect(stdout + stderr).not.toMatch(/warn|externalized/i);
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
  return { folder, scripts: names.map((name) => readFileSync(join(folder, name), "utf8")).join("") };
}

/**
 * The text of a page's <output> in Chromium, under a policy that allows WebAssembly but not the evaluation of strings.
 */
async function outputOf(folder: string): Promise<string> {
  const policy = { "content-security-policy": "script-src 'self' 'wasm-unsafe-eval'" };
  const site = await serveFolder(folder, policy);
  const page = await browser.newPage();
  try {
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("requestfailed", (request) => problems.push(request.url()));
    page.on("console", (message) => void (message.type() === "error" && problems.push(message.text())));
    await page.goto(`${site.url}/index.html`);
    const hasEnded = (): Promise<boolean> => page.$eval("output", ({ textContent }) => textContent !== "");
    await expect.poll(async () => problems.length > 0 || (await hasEnded()), { timeout: 60_000 }).toBe(true);
    expect(problems).toEqual([]);
    return await page.$eval("output", ({ textContent }) => textContent!);
  } finally {
    await page.close();
    await site.close();
  }
}

describe.each(bundlers)("$bundler", ({ bundler, page }) => {
  let built: ReturnType<typeof bundle>;
  beforeAll(() => {
    built = bundle(bundler, page);
  });

  test("the smallest page that measures a network prints Node's numbers", async () => {
    expect(await outputOf(built.folder)).toBe(expected);
  });

  // Measured: 15.6 KB (Vite) to 16.4 KB (webpack).
  test("its JavaScript is at most 16 KiB, gzip", () => {
    expect(gzipSync(built.scripts, { level: 9 }).length).toBeLessThanOrEqual(16_384);
  });

  test("importing nothing, or something unused, costs nothing", () => {
    const empty = bundle(bundler, "empty.js").scripts;
    expect(bundle(bundler, "nothing.js").scripts).toBe(empty);
    expect(bundle(bundler, "unused.js").scripts).toBe(empty);
  });
});

test("the single file needs no bundler and no other file", async () => {
  const folder = join(slim, "bundles/single");
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(slim, "node_modules/circuits-in-superposition/dist/single.js"), join(folder, "single.js"));
  writeFileSync(join(folder, "page.js"), pages["page.js"]!.replace('"circuits-in-superposition"', '"./single.js"'));
  writeFileSync(
    join(folder, "index.html"),
    '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><output></output><script type="module" src="page.js"></script>',
  );
  expect(await outputOf(folder)).toBe(expected);
});

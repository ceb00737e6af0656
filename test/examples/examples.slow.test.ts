import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportModel } from "../../src/exchange/model.js";
import { writeSafetensors } from "../../src/exchange/safetensors.js";
import { buildRunNetwork } from "../../src/config/build.js";
import { runSpec } from "../../src/runs/run.js";
import { loadKernels } from "../../src/kernels/node.js";
import { measureRandomVectors } from "../../src/studies/random-vectors/measure.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { largestDot } from "../../src/theory/storage.js";
import { launchChromium, serveFolder, type Site } from "./site.js";

// Runs the examples as a reader would, on the built package.
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "superpose-examples-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("node-plain: an exported model without packages or TypeScript", () => {
  test.each([
    { circuits: "rotation", D: 120, T: 24, S: 4, L: 3 },
    { circuits: "gates", D: 240, T: 24, S: 4, L: 2 },
    { circuits: "step", D: 80, T: 30, S: 3, L: 3, construction: "balanced" },
  ])("$circuits: errors are those of run (1e-4 relative, or 1e-8)", async (fields) => {
    const spec = parseSpec({ ...fields, z: 2, samples: 64, seed: 5 });
    const { tensors, metadata } = await exportModel(buildRunNetwork(spec, 0), spec);
    const path = join(folder, `${fields.circuits}.safetensors`);
    writeFileSync(path, writeSafetensors(tensors, metadata));
    const args = [join(root, "examples/node-plain/main.mjs"), path, "2", "64", "5"];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    const printed = JSON.parse(stdout) as Record<string, number>[];
    const { rows } = await runSpec(spec);
    expect(printed.length).toBe(spec.L);
    for (const { layer, ...errors } of printed) {
      const wanted = rows.find((row) => row.layer === layer)!.readouts;
      expect(Object.keys(errors).length).toBe(Object.keys(wanted).length);
      for (const [name, value] of Object.entries(errors)) {
        const { meanSquare } = wanted[name]!.active;
        expect(Math.abs(value - meanSquare)).toBeLessThanOrEqual(1e-8 + 1e-4 * meanSquare);
      }
    }
  });
});

describe("in a browser", () => {
  let browser: Browser;
  const sites: Site[] = [];
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    for (const site of sites) await site.close();
  });

  /** Opens the page at a path of a folder; an error in the page fails the test. */
  async function open(served: string, path: string): Promise<{ page: Page; problems: string[] }> {
    const site = await serveFolder(served);
    sites.push(site);
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("requestfailed", (request) => problems.push(request.url()));
    // The core arrives late, as over a slow connection; requests made before it arrives are still answered.
    await page.context().route("**/core*.wasm", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await route.continue();
    });
    await page.goto(`${site.url}/${path}`);
    return { page, problems };
  }

  test("web-worker: the core measures vectors off the page's thread", async () => {
    const { page, problems } = await open(root, "examples/web-worker/index.html");
    await page.fill("[name=n]", "40");
    await page.fill("[name=m]", "1003");
    await page.click("button");
    const text = await page.waitForFunction(() => document.querySelector("output")!.value, null, { timeout: 60_000 });
    const numbers = /dot\| ([\d.]+), .* = ([\d.]+); mean square ([\d.e-]+),/.exec(await text.jsonValue())!;
    const [largest, expected, meanSquare] = numbers.slice(1).map(Number);
    expect(problems).toEqual([]);
    expect(expected).toBeCloseTo(largestDot({ m: 1003, n: 40 }), 3);
    // The vectors are functions of (seed, number) alone.
    const ours = measureRandomVectors(loadKernels(), { n: 40, m: 1003, seed: 1, repeat: 0 });
    expect(largest).toBe(Number(ours.largest.toFixed(3)));
    expect(meanSquare).toBe(Number(ours.meanSquare.toExponential(2)));
    expect(await page.evaluate(() => document.querySelector("progress")!.value)).toBe(1);
  });

  test("vite-app: builds with the package as a dependency, and measures in the page what Node measures", async () => {
    const app = join(folder, "vite-app");
    cpSync(join(root, "examples/vite-app"), app, { recursive: true, filter: (path) => !path.includes("node_modules") });
    // This has the same result as `npm install` with the dependency "file:../..".
    mkdirSync(join(app, "node_modules"));
    symlinkSync(root, join(app, "node_modules/circuits-in-superposition"), "junction");
    symlinkSync(join(root, "node_modules/vite"), join(app, "node_modules/vite"), "junction");
    const vite = join(root, "node_modules/vite/bin/vite.js");
    const { status, stdout, stderr } = spawnSync(process.execPath, [vite, "build"], { cwd: app, encoding: "utf8" });
    expect(status, stdout + stderr).toBe(0);
    expect(stdout + stderr).not.toMatch(/externalized|warn/i);

    const { page, problems } = await open(join(app, "dist"), "index.html");
    await page.waitForSelector("tbody tr", { timeout: 60_000 });
    const cells = await page.$$eval("tbody tr", (rows) =>
      rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent)),
    );
    expect(problems).toEqual([]);
    expect(cells.length).toBe(5);
    expect(cells[0]).toEqual(["0", "0.0000", "0.0000", "0.00"]);

    const program = `
      globalThis.document = undefined;
      import { anglesFromTurns, buildNetwork, loadKernels, measure, permutedEmbedding, primeSteps, randomTurns, rotations } from "circuits-in-superposition";
      const shape = { D: 400, d: 4, T: 200, S: 4, L: 4 };
      const embedding = permutedEmbedding(primeSteps({ T: 200, P: 100, S: 4 }), 4, 7);
      const network = buildNetwork({ shape, circuits: rotations(anglesFromTurns(randomTurns(200, 7)), 4), embedding, construction: "capped" });
      console.log(JSON.stringify(measure(network, { z: 1, samples: 2000, seed: 7 }, loadKernels()).map(({ readouts }) => readouts.x.active.meanSquare.toFixed(4))));
    `;
    const node = spawnSync(process.execPath, ["--input-type=module", "-e", program], { cwd: app, encoding: "utf8" });
    expect(node.status, node.stderr).toBe(0);
    expect(cells.map((row) => row[1])).toEqual(JSON.parse(node.stdout));
  });
});

import { createHash } from "node:crypto";
import { expect, describe, test } from "vitest";
import type { Page } from "playwright-core";
import { specHash, specText } from "../../src/config/hash.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { rowsLike } from "../batch/rows.js";
import { runSpec } from "../../src/runs/run.js";
import { createDocument } from "../../src/drawing/node-document.js";
import { drawSweep } from "../../src/batch/sweep/figure.js";
import { manifestOf } from "../../src/batch/sweep/folder.js";
import { parseSweep, type Sweep } from "../../src/batch/sweep/plan.js";
import { parseLine, resultLine } from "../../src/results/result-line.js";
import { axeViolations, overflow } from "./axe.js";
import {
  addressOf,
  goToFragment,
  kept,
  messageOf,
  openLab,
  openOwnLab,
  waitForFrame,
  waitForRun,
  type LabBrowser,
} from "./lab-page.js";

const SWEEP = {
  base: { D: 200, S: 3, L: 3, samples: 40, z: [1, 2] },
  grid: { T: [20, 40, 60], construction: ["capped", "balanced"], seed: [1, 2] },
  figure: { kind: "errors-by-load", readout: "x", circuits: "active" },
};

interface GivenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const given = (name: string, content: string | Buffer): GivenFile => ({
  name,
  mimeType: "",
  buffer: Buffer.from(content),
});

/** A small sweep and its files, as `superpose sweep` writes them. */
async function results(): Promise<{ sweep: Sweep; lines: string[]; manifest: string }> {
  const sweep = await parseSweep(SWEEP);
  const lines: string[] = [];
  for (const run of sweep.runs) lines.push(resultLine({ ...run, rows: (await runSpec(run.spec)).rows }));
  return { sweep, lines, manifest: JSON.stringify(manifestOf(sweep, "0.0.0"), null, 2) };
}

/** Opens files in the sweep view, and waits until the page reports the first of them and draws the figure. */
async function openFiles(page: Page, ...files: GivenFile[]): Promise<void> {
  await page.setInputFiles("#open-sweep", files);
  // A figure alone proves nothing: the example, or the figure of the previous files, may still be on screen.
  await page.getByText(new RegExp(`^${files[0]!.name}( and \\d+ more)?: `)).waitFor();
  await page.waitForSelector(".sweep-figure svg");
}

async function choose(page: Page, label: string, value: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).selectOption(value);
  await waitForFrame(page);
}

/** Tests that the lab shows the results of a sweep. */
export function sweepTests(lab: () => LabBrowser): void {
  describe("a sweep's results", () => {
    test("are shown as the sweep file asks, then as the reader chooses; a dot opens its run, and back returns", async () => {
      const { lines, manifest } = await results();
      const { page, watch } = await openLab(lab(), "view=sweep");
      await openFiles(page, given("results.jsonl", lines.join("")), given("sweep.json", manifest));
      const view = page.locator("#view");
      const text = await view.innerText();
      expect(text).toContain("results.jsonl and 1 more: 12 runs. Swept: T (20, 40, 60), seed (1, 2)");
      expect(text).toContain("construction (capped, balanced)");
      // The figure that `superpose collect` draws from the same rows.
      const drawn = drawSweep(
        { kind: "errors-by-load", readout: "x", circuits: "active" },
        lines.map((line) => parseLine(line)!),
        { document: createDocument(), id: "sweep", command: "", width: 860 },
      );
      expect(await page.locator("#sweep title").first().textContent()).toBe(drawn.title);
      expect(await page.locator("#sweep circle title, #sweep path title").count()).toBe(12 * 2 * 3);

      await choose(page, "draw", "points");
      await choose(page, "x", "T");
      await choose(page, "y", "xActive.worst");
      await choose(page, "colours", "construction");
      await choose(page, "at layer", "2");
      expect(await page.locator("#sweep title").first().textContent()).toBe("largest |δx|, active circuits, against T");
      const dots = page.locator("#sweep circle:has(title)");
      expect(await dots.count()).toBe(12 * 2);
      const seventh = parseLine(lines[6]!)!;
      const row = seventh.rows.find(({ z, layer }) => z === 1 && layer === 2)!;
      const dot = dots.filter({ hasText: /^run 6: .*z = 1, / }).first();
      await dot.hover({ force: true });
      const told = await view.innerText();
      expect(told).toContain(
        "run 6: T = 40, seed = 1, construction = balanced, z = 1, layer 2: largest |δx|, active circuits = ",
      );
      expect(Number(/circuits = ([\d.e-]+)/.exec(told)![1])).toBeCloseTo(row.readouts["x"]!.active.worst, 2);
      await dot.click({ force: true });
      await waitForRun(page);
      const { T, construction, seed } = seventh.spec;
      expect(await page.getByLabel("command line").innerText()).toContain(`--T ${T} `);
      expect(await page.getByLabel("command line").innerText()).toContain(`--construction ${construction}`);
      expect(await page.getByLabel("command line").innerText()).toContain(`--seed ${seed}`);
      expect(await addressOf(page)).toContain("view=errors");
      await page.goBack();
      await page.waitForSelector(".sweep-figure svg");
      // By keyboard, a run is chosen by its number.
      await page.getByLabel("run", { exact: true }).fill("9");
      await page.getByLabel("run", { exact: true }).press("Enter");
      await waitForFrame(page);
      expect(await view.innerText()).toContain("Run 9: T = 60, seed = 2, construction = capped; z = 1, 2.");
      await page.getByRole("button", { name: "Open this run's network" }).click();
      expect(await addressOf(page)).toContain("T=60");
      expect(watch.problems).toEqual([]);
    });

    test("of shards, with a cut-off line, with words on an axis and without a figure, are described as such", async () => {
      const { lines } = await results();
      const { page, watch } = await openLab(lab(), "view=errors&samples=50");
      const odd = lines.filter((_, k) => k % 2 === 0);
      const even = lines.filter((_, k) => k % 2 === 1);
      const torn = even.join("").slice(0, -200);
      await page.setInputFiles("#open-spec", [
        given("results-1-of-2.jsonl", odd.join("")),
        given("results-2-of-2.jsonl", torn),
      ]);
      await page.waitForSelector(".sweep-figure svg");
      const text = await page.locator("#view").innerText();
      expect(text).toContain("results-1-of-2.jsonl and 1 more: 11 runs.");
      expect(text).toContain("The last line is cut off");
      await choose(page, "x", "construction");
      expect(await page.locator("#sweep").textContent()).toContain("balanced");
      await choose(page, "draw", "errors-by-layer");
      expect(await page.locator("#view").innerText()).toContain(
        "differ in construction: only runs that differ in nothing but the seed are averaged",
      );
      expect(watch.problems).toEqual([]);
    });

    test("of a thousand runs are drawn, or a part of them if there is no room for all", async () => {
      const { lines } = await results();
      const one = parseLine(lines[0]!)!;
      const specs = Array.from({ length: 1000 }, (_, index) => ({ ...one.spec, seed: index + 1 }));
      const hashes = await Promise.all(specs.map(specHash));
      const many = specs.map((spec, index) => resultLine({ ...one, index, hash: hashes[index]!, spec }));
      const { page, watch } = await openLab(lab(), "view=sweep&samples=50");
      await openFiles(page, given("many.jsonl", many.join("")));
      expect(await page.locator("#view").innerText()).toContain("many.jsonl: 1,000 runs. Swept: seed (1000 values");
      await choose(page, "draw", "errors-by-load");
      await page.waitForSelector('.sweep-figure:has-text("T(d/D)²") svg');
      expect(await page.locator("#view").innerText()).toMatch(/One run in \d+ is drawn here/);
      expect(watch.problems).toEqual([]);
    });

    test.each([
      ["light", 1280],
      ["dark", 390],
    ] as const)(
      "axe finds nothing in them, %s, at %i px; nothing is wider than the screen",
      async (colorScheme, width) => {
        const { lines, manifest } = await results();
        const viewport = { width, height: 844 };
        const { page } = await openLab(lab(), "view=sweep", { colorScheme, viewport, bypassCSP: true });
        await openFiles(page, given("results.jsonl", lines.join("")), given("sweep.json", manifest));
        await choose(page, "draw", "points");
        expect(await axeViolations(page)).toEqual([]);
        expect(await overflow(page)).toBe(0);
      },
    );

    const statistic = `{"meanSquare":1,"sd":null,"worst":1,"theory":1}`;
    const rows = `[{"z":1,"layer":1,"samples":1,"networks":1,"errors":{"xActive":${statistic},"xInactive":${statistic}},"activeFraction":[0.1],"activeFractionSd":null,"expectedActiveFraction":0.1}]`;
    const hash = "0".repeat(64);
    const line = (change: object): string =>
      JSON.stringify({
        index: 0,
        hash,
        spec: { D: 40, T: 4, S: 2, L: 1 },
        rows: JSON.parse(rows) as unknown,
        ...change,
      });
    const wholeLine = (D: number, given?: string): string => {
      const spec = parseSpec({ D, T: 4, S: 2, L: 1, samples: 1 });
      const own = createHash("sha256").update(specText(spec)).digest("hex");
      return resultLine({ index: 0, hash: given ?? own, spec, rows: rowsLike(spec) });
    };
    // All cases use one page, so each also tests that the page still works after the previous ones.
    let open: Awaited<ReturnType<typeof openLab>> | undefined;
    let turn = 0;
    test.each([
      ["no JSON", "hello\nworld\n", /line 1: not JSON/],
      ["one cut line", '{"index": 0, "ha', /line 1: cut off/],
      ["nothing", "", /The opened files contain no results/],
      ["another file's lines", '{"a": 1}\n', /line 1: the line: unknown key "a"/],
      ["no run", line({ index: -1 }) + "\n", /line 1: index = -1: must be a whole number/],
      ["10^9 runs", line({ index: 1e9 }) + "\n", /index = 1000000000: must be/],
      ["10^9 circuits", line({ spec: { D: 40, T: 1e9 } }) + "\n", /T = 1000000000: must be/],
      ["a script for a hash", line({ hash: "<script>window.hacked=1</script>" }) + "\n", /hash = .*64 hexadecimal/],
      [
        "scripts in rows",
        line({}).replace('"xActive"', '"<img src=x onerror=window.hacked=1>"') + "\n",
        /rows: these are not rows of/,
      ],
      [
        "text for numbers",
        line({}).replace('"meanSquare":1', '"meanSquare":"1"') + "\n",
        /rows: these are not rows of/,
      ],
      ["a prototype", line({}).replace('"index"', '"__proto__":{"x":1},"index"') + "\n", /unknown key "__proto__"/],
      [
        "deep JSON",
        `${line({}).replace(rows, "[".repeat(10_000) + "]".repeat(10_000))}\n`,
        /nested more than 12 levels/,
      ],
      ["a line without end", Buffer.alloc(6 * 2 ** 20, "1"), /is longer than 4194304 characters/],
      ["one run twice", wholeLine(40) + wholeLine(44), /run 0 occurs twice/],
      ["a changed digit", wholeLine(40).replace('"D":40', '"D":44'), /line 1: its checksum differs/],
      ["another hash", wholeLine(40, hash), /line 1: its hash does not match its spec/],
      ["too much", Buffer.alloc(65 * 2 ** 20, 10), /reads at most 67108864/],
      ["not UTF-8", Buffer.from([0xff, 0xfe, 10]), /is not text/],
    ])("with %s: one clear message, and the page works", async (_name, content, message) => {
      const { page, watch } = (open ??= await openOwnLab(lab(), "view=sweep"));
      kept.add(page.context());
      await goToFragment(page, `view=sweep&samples=${50 + turn++}`);
      // The tool that passes files to the page accepts at most 50 MB.
      const size = content.length;
      const name = '"><img src=x onerror=window.hacked=1>.jsonl';
      if (size < 50e6) await page.setInputFiles("#open-sweep", given(name, content));
      else await giveLarge(page, name, size);
      await page.waitForFunction(() => document.querySelector("#message")?.textContent !== "");
      const said = await messageOf(page);
      expect(said).toMatch(message);
      expect(said.length).toBeLessThan(400);
      expect(await page.evaluate(() => "hacked" in window)).toBe(false);
      expect(await page.locator("script:not([src]), img").count()).toBe(0);
      await page.waitForSelector(".sweep-figure svg");
      expect(await page.locator("#view").innerText()).toContain("computed here: 7 runs");
      await waitForRun(page);
      expect(watch.problems).toEqual([]);
    });
  });
}

/** A large file made in the page itself. */
async function giveLarge(page: Page, name: string, size: number): Promise<void> {
  await page.waitForSelector("#open-sweep", { state: "attached" });
  await page.evaluate(
    ({ name, size }) => {
      const input = document.querySelector<HTMLInputElement>("#open-sweep")!;
      const files = new DataTransfer();
      files.items.add(new File([new Uint8Array(size).fill(10)], name));
      input.files = files.files;
      input.dispatchEvent(new Event("change"));
    },
    { name, size },
  );
}

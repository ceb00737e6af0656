import { fileURLToPath } from "node:url";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parseSpec, runSpec } from "#internal";
import type { Browser, Page } from "playwright-core";
import { median } from "./rounds.js";
import type { Section } from "./section.js";

interface LabBrowser {
  readonly browser: Browser;
  readonly site: { readonly url: string };
  readonly folder: string;
  close(): Promise<void>;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** CPU time, in microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** CPU times, in ms, of the tasks that a page's threads run. */
interface Tasks {
  readonly main: readonly number[];
  readonly workers: readonly number[];
}

/**
 * The CPU times of the tasks that the page's threads run during `action`. On an idle machine, these equal elapsed
 * times. The long tasks that PerformanceObserver reports would include the time spent waiting for a core.
 */
async function tasksDuring(browser: Browser, page: Page, action: () => Promise<void>): Promise<Tasks> {
  await browser.startTracing(page, { categories: ["toplevel", "disabled-by-default-devtools.timeline", "__metadata"] });
  await action();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString("utf8")) as { traceEvents: TraceEvent[] };
  const timesOf = (thread: string): number[] => {
    const named = traceEvents.filter(({ name, args }) => name === "thread_name" && args?.name === thread);
    const ids = new Set(named.map(({ pid, tid }) => `${pid} ${tid}`));
    return traceEvents
      .filter(({ name, pid, tid, tdur }) => name === "RunTask" && tdur !== undefined && ids.has(`${pid} ${tid}`))
      .map(({ tdur }) => tdur! / 1000);
  };
  const tasks = { main: timesOf("CrRendererMain"), workers: timesOf("DedicatedWorker thread") };
  if (tasks.main.length === 0) throw new Error("The browser's trace has no task of the page's thread.");
  return tasks;
}

/** All files of a folder and its subfolders. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

const waitForRun = (page: Page): Promise<unknown> =>
  page.waitForSelector('.status[data-state="done"]', { timeout: 60_000, state: "attached" });

async function pressSlider(page: Page, times: number): Promise<void> {
  const slider = page.locator('[data-field="T"] input[type=range]');
  await slider.focus();
  for (let k = 0; k < times; k++) await slider.press("ArrowLeft");
}

/** Writes the results of 4,000 runs to a file, because content passed directly would go through the page's thread. */
async function manyRuns(folder: string): Promise<string> {
  const spec = parseSpec({ D: 200, T: 20, S: 3, L: 3, samples: 40, z: [1, 2] });
  const { rows } = await runSpec(spec);
  const lines = Array.from({ length: 4000 }, (_, index) =>
    JSON.stringify({ index, hash: "0".repeat(64), spec: { ...spec, seed: index + 1 }, rows }),
  );
  const path = join(folder, "many.jsonl");
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

/** Number of timed inputs (pointer movements or key presses). */
const STEPS = 200;

/**
 * For each of many inputs in a newly opened page, the time in ms from the input to the resulting picture. Between an
 * input and the resulting picture, the driver sends no requests to the page, because they would take up time on the
 * page's thread.
 *
 * @param watched selector of the element that changes with the picture
 * @param act triggers one input; it is called again once the resulting picture has been painted
 */
async function timesToPaint(page: Page, watched: string, act: (step: number) => Promise<unknown>): Promise<number[]> {
  await page.evaluate((selector) => {
    const times: number[] = [];
    let began: number | null = null;
    let painted = (): void => {};
    for (const type of ["pointermove", "keydown"]) addEventListener(type, (event) => (began ??= event.timeStamp), true);
    new MutationObserver(() => {
      if (began === null) return;
      const from = began;
      began = null;
      // The picture may change before a frame begins, so the clock stops at the first message after the frame.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          times.push(performance.now() - from);
          painted();
        };
        port2.postMessage(null);
      });
    }).observe(document.querySelector(selector)!, { subtree: true, childList: true, attributes: true });
    const next = (): Promise<void> => new Promise((resolve) => (painted = resolve));
    Object.assign(window, { times, next });
  }, watched);
  for (let step = 0; step < STEPS; step++) {
    const painted = page.evaluate(() => (Reflect.get(window, "next") as () => Promise<void>)());
    await act(step);
    await painted;
  }
  return page.evaluate(() => Reflect.get(window, "times") as number[]);
}

/** A percentile: the smallest value such that at least the given share of the values are no larger than it. */
function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** Time in ms that a fixed loop takes in a page; it shows how fast this machine currently is. */
function loopTime(page: Page): Promise<number> {
  return page.evaluate(() => {
    const began = performance.now();
    let sum = 0;
    for (let k = 0; k < 50_000_000; k++) sum = (sum + k * 3) | 0;
    return sum === 1 ? 0 : performance.now() - began;
  });
}

const ROUNDS = 7;
/** The number of pointer movements over which the time per step of dragging is averaged. */
const DRAG_STEPS = 60;

/**
 * How fast the page is in a headless Chromium: how long a person waits, and the longest time for which the page's
 * thread is blocked.
 */
export async function benchPage(): Promise<Section | null> {
  const script = fileURLToPath(new URL("../../../scripts/lab-browser.mjs", import.meta.url));
  const { openBrowser } = (await import(script)) as { openBrowser: () => Promise<LabBrowser> };
  let lab: LabBrowser;
  try {
    lab = await openBrowser();
  } catch (error) {
    console.log(`left out: page: ${(error as Error).message}`);
    return null;
  }
  const { browser, site, folder: folderOfLab } = lab;
  const folder = mkdtempSync(join(tmpdir(), "superpose-bench-"));
  const rows: [string, string, string][] = [];
  const add = (what: string, clock: string, times: readonly number[]): void => {
    const [low, high] = [Math.min(...times), Math.max(...times)].map(Math.round);
    rows.push([what, `${Math.round(median(times))} (${low}–${high})`, clock]);
  };
  /** Opens a new page for each round, so that nothing is cached from the previous one. */
  const measure = async (fragment: string, time: (page: Page) => Promise<number>): Promise<number[]> => {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      await page.goto(`${site.url}#${fragment}`);
      times.push(await time(page));
      await context.close();
    }
    return times;
  };
  try {
    add(
      "opening the page → the first figure",
      "time of day",
      await measure("", async (page) => {
        const drawn = await page.waitForFunction(
          () => document.querySelector(".start-count strong") && performance.now(),
        );
        return Number(await drawn.jsonValue());
      }),
    );
    for (const view of ["trajectories", "errors", "neurons"]) {
      // With 64 samples, the first stage is also the last, so this covers all work until the picture has changed. The
      // tasks do not run in parallel, and the waits between them add up to at most one frame. Tasks shorter than 2 ms
      // are left out, because most of them are caused by the tracing itself.
      const chain = async (page: Page): Promise<number> => {
        await waitForRun(page);
        const { main, workers } = await tasksDuring(browser, page, async () => {
          await pressSlider(page, 1);
          await page.waitForTimeout(300);
          await waitForRun(page);
        });
        if (workers.length === 0) throw new Error("The browser's trace has no task of a worker.");
        const tasks = [...main, ...workers].filter((time) => time >= 2);
        return tasks.reduce((sum, time) => sum + time, 1000 / 60);
      };
      add(`a slider's step → the picture: ${view}`, "CPU + a frame", await measure(`view=${view}&samples=64`, chain));
    }
    add(
      "a step of dragging x → its arrows at every layer",
      "CPU",
      await measure("z=3&samples=64", async (page) => {
        await waitForRun(page);
        const dial = await page.locator(".dial-input svg").boundingBox();
        if (dial === null) throw new Error("The page shows no dial to drag.");
        const [x, y] = [dial.x + dial.width / 2, dial.y + dial.height / 2];
        const to = (step: number): Promise<void> =>
          page.mouse.move(x + 40 * Math.cos(step / 9), y + 40 * Math.sin(step / 9));
        await to(0);
        await page.mouse.down();
        const { main, workers } = await tasksDuring(browser, page, async () => {
          for (let step = 1; step <= DRAG_STEPS; step++) await to(step);
        });
        return [...main, ...workers].reduce((sum, time) => sum + time, 0) / DRAG_STEPS;
      }),
    );
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
    const page = await context.newPage();
    const steps = async (
      what: string,
      [fragment, watched]: readonly [fragment: string, watched: string],
      prepare: () => Promise<void>,
      act: (step: number) => Promise<unknown>,
    ): Promise<void> => {
      await page.goto("about:blank");
      await page.goto(`${site.url}#${fragment}`);
      await waitForRun(page);
      await page.waitForSelector(watched);
      await prepare();
      const times = await timesToPaint(page, watched, act);
      const [half, most] = [0.5, 0.95].map((share) => Math.round(percentile(times, share)));
      rows.push([`${what}: half of ${STEPS} steps; 95%`, `${half}; ${most}`, "time of day"]);
    };
    const input = await context.newCDPSession(page);
    let [x, y] = [0, 0];
    const press = async (): Promise<void> => {
      const dial = page.locator(".dial-input svg");
      await dial.hover();
      const box = (await dial.boundingBox())!;
      [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.mouse.down();
    };
    await steps("dragging x → its arrows", ["z=3&samples=64", ".slot .dials"], press, (step) => {
      const at = (step + 1) / 9;
      const to = { x: x + 40 * Math.cos(at), y: y + 40 * Math.sin(at) };
      // While a button is pressed, Playwright's own mouse runs scripts in the page before and after each movement.
      return input.send("Input.dispatchMouseEvent", { type: "mouseMoved", ...to, button: "left", buttons: 1 });
    });
    for (const field of ["z", "T"]) {
      const focus = (): Promise<void> => page.locator(`[data-field="${field}"] input[type=range]`).focus();
      await steps(`moving ${field} → its paths`, ["samples=64", ".slot .figure"], focus, (step) =>
        page.keyboard.press(step % 8 < 4 === (field === "z") ? "ArrowRight" : "ArrowLeft"),
      );
    }
    rows.push(["a fixed loop of 50 million additions", `${Math.round(await loopTime(page))}`, "time of day"]);
    await context.close();
    /** The duration in ms of the page's longest task during an action that follows the first run. */
    const longest = (fragment: string, action: (page: Page) => Promise<void>): Promise<number[]> =>
      measure(fragment, async (page) => {
        await waitForRun(page);
        const { main } = await tasksDuring(browser, page, () => action(page));
        return Math.max(...main);
      });
    add(
      "longest task while the post's network runs and a slider moves",
      "CPU",
      await longest("view=errors&samples=500", async (page) => {
        await page.selectOption("#preset", "R5");
        await waitForRun(page);
        await pressSlider(page, 10);
        await waitForRun(page);
      }),
    );
    const path = await manyRuns(folder);
    add(
      "longest task while a sweep of 4,000 runs is read and drawn",
      "CPU",
      await longest("view=sweep&samples=50", async (page) => {
        await page.setInputFiles("#open-sweep", path);
        await page.waitForSelector(".sweep-figure svg");
      }),
    );
  } finally {
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const size = filesIn(folderOfLab).reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0);
  rows.push(["all files, compressed", `${Math.round(size / 1000)} KB`, ""]);
  return { title: `The page, in Chromium ${browser.version()}`, columns: ["what", "ms", "clock"], rows };
}

import { spawnSync } from "node:child_process";
import type { Browser, Page } from "playwright-core";

const SPIN = `
  const start = performance.now(), before = process.cpuUsage();
  while (performance.now() - start < 250);
  const { user, system } = process.cpuUsage(before);
  console.log((performance.now() - start) / ((user + system) / 1000));
`;

/**
 * How many times longer things take on this machine now than on an idle one: the wall time of a busy loop in CPU times.
 * Bounds in wall time are meant for a machine that does nothing else, and are stretched by it.
 */
export function slowdown(): number {
  const { stdout } = spawnSync(process.execPath, ["-e", SPIN], { encoding: "utf8" });
  return Math.max(1, Number(stdout));
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Wall and CPU time, in microseconds. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** CPU times, in ms, of the tasks of a page's threads. */
export interface Tasks {
  readonly main: readonly number[];
  readonly workers: readonly number[];
}

/**
 * What the page's threads did during `action`, in CPU time: what tasks take on an idle machine. PerformanceObserver's long
 * tasks count the waiting for a core as well.
 */
export async function tasksDuring(browser: Browser, page: Page, action: () => Promise<void>): Promise<Tasks> {
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
  return { main: timesOf("CrRendererMain"), workers: timesOf("DedicatedWorker thread") };
}

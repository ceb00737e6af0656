import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { takeLock } from "../../src/batch/lock.js";
import { testFolder } from "../support/folder.js";

const root = testFolder("lock");
let path = "";
let locks: () => string[];
beforeEach(() => {
  const folder = mkdtempSync(join(root, "t-"));
  path = join(folder, "results.jsonl");
  locks = () => readdirSync(folder);
});

/** The parts of the name of this process's lock. */
interface Holder {
  readonly host: string;
  readonly namespace: string;
  readonly pid: string;
  readonly start: string;
}

let own: Holder;
beforeEach(() => {
  const lock = takeLock(path);
  const [host, namespace, pid, start] = locks()[0]!.slice("results.jsonl.lock.".length).split(".");
  lock.release();
  own = { host: host!, namespace: namespace!, pid: pid!, start: start! };
});

/** Creates another process's lock, last touched `age` seconds ago. */
function leave(other: Partial<Holder>, age: number): string {
  const { host, namespace, pid, start } = { ...own, ...other };
  const name = `results.jsonl.lock.${host}.${namespace}.${pid}.${start}`;
  const then = Date.now() / 1000 - age;
  writeFileSync(join(path, "..", name), "");
  utimesSync(join(path, "..", name), then, then);
  return name;
}

test("one lock at a time, and none after its release", () => {
  const lock = takeLock(path);
  expect(locks()).toHaveLength(1);
  expect(() => takeLock(path)).toThrow(new RegExp(`process ${process.pid} on \\S+ is working on it`));
  lock.release();
  expect(locks()).toEqual([]);
  takeLock(path).release();
});

test.each([
  ["a process that is no more", { pid: "4194305", start: "77" }],
  ["an earlier process with the number of one that runs", { start: "1" }],
])("the lock of %s is taken over at once, even if it is fresh", (_, parts) => {
  leave(parts, 0);
  const lock = takeLock(path);
  expect(locks()).toHaveLength(1);
  lock.release();
});

test.each([
  ["another machine", { host: "elsewhere", pid: "4194305" }],
  ["another container on this machine", { namespace: "4026539999", pid: "4194305" }],
  ["a virtual machine of the same name", { namespace: "4026531836-01234567", pid: "4194305" }],
])("the lock of %s is held while it is touched, and for two more minutes", (_, parts) => {
  const name = leave(parts, 100);
  expect(() => takeLock(path)).toThrow(InputError);
  expect(locks()).toEqual([name]);
  leave(parts, 130);
  const lock = takeLock(path);
  expect(locks()).not.toContain(name);
  lock.release();
});

test("a holder that lost its lock while it was suspended notices before it writes", () => {
  const lock = takeLock(path);
  expect(() => lock.check()).not.toThrow();
  rmSync(join(path, "..", locks()[0]!));
  expect(() => lock.check()).toThrow("another process took over the work while this one was suspended.");
});

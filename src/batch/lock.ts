import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { InputError, systemReason } from "../base/errors.js";

/**
 * One process at a time on a file, held by an empty file beside it whose name says who:
 *
 *   results.jsonl.lock.HOST.NAMESPACE.PID.START
 *
 * Whoever wants it makes a lock first and then looks for those of others, so of two that come at once at least one sees
 * the other. Locks of processes that ended, by kill −9 say, are removed: START tells a process from a later one with its
 * number. Numbers mean something on the same machine and in the same container only. Whether a process elsewhere runs
 * nobody here can tell, so a holder touches its lock, and one left alone is taken for dead.
 */
export interface Lock {
  release(): void;
}

/** How often a lock is touched, and how old one from elsewhere must be to be taken for dead, in milliseconds. */
const TOUCH = 10_000;
const STALE = 120_000;

/**
 * @param path of the file to hold
 * @throws InputError naming the process that holds it
 */
export function takeLock(path: string): Lock {
  const host = hostname().replace(/[^A-Za-z0-9-]/g, "_") || "unknown";
  const namespace = processNamespace();
  const prefix = `${basename(path)}.lock.`;
  const own = join(dirname(path), `${prefix}${host}.${namespace}.${process.pid}.${startOf(process.pid)}`);
  try {
    closeSync(openSync(own, "wx"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw inUse(path, process.pid, host, own);
    throw new InputError(`${path}: cannot be written: ${systemReason(error)}.`);
  }
  const release = (): void => {
    clearInterval(timer);
    process.removeListener("exit", release);
    rmSync(own, { force: true });
  };
  const timer = setInterval(() => touch(own), TOUCH);
  timer.unref();
  process.once("exit", release);
  try {
    for (const name of readdirSync(dirname(path))) {
      if (!name.startsWith(prefix) || name === basename(own)) continue;
      const other = join(dirname(path), name);
      const [theirHost, theirNamespace, pid, start] = name.slice(prefix.length).split(".");
      const isNear = theirHost === host && theirNamespace === namespace;
      const isAlive = isNear ? startOf(Number(pid)) === start : isFresh(other, own);
      if (isAlive) throw inUse(path, Number(pid), theirHost, other);
      rmSync(other, { force: true });
    }
  } catch (error) {
    release();
    throw error;
  }
  return { release };
}

function inUse(path: string, pid: number, host: string, lock: string): InputError {
  return new InputError(
    `${path}: process ${pid} on ${host} is at work on it. Wait for it, stop it, or choose another folder` +
      ` (if it is surely gone, remove ${basename(lock)}).`,
  );
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Somebody removed it: the next to come decides.
  }
}

/** By the clock of the file system, which both machines see. */
function isFresh(other: string, own: string): boolean {
  try {
    writeFileSync(own, "");
    return statSync(own).mtimeMs - statSync(other).mtimeMs < STALE;
  } catch {
    return false;
  }
}

/** The number of Linux's namespace in which this process has its number: containers have their own. 0 elsewhere. */
function processNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0";
  }
}

/** When a process started, in a form of the system's; "none" when there is no such process. */
function startOf(pid: number): string {
  if (!Number.isSafeInteger(pid) || pid <= 0) return "none";
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in parentheses may hold spaces: fields are counted from behind it. Field 3 is the state, 22 the start.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "none" : fields[19];
  } catch {
    // Not Linux, or no such process.
  }
  try {
    process.kill(pid, 0);
    return "0";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? "0" : "none";
  }
}

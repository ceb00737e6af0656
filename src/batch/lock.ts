import { closeSync, existsSync, openSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError, systemReason } from "../base/errors.js";
import { hasEnded, ownProcess } from "../base/processes.js";

/**
 * Lets only one process at a time use a file. The lock is an empty file beside it, named after this process:
 *
 *   results.jsonl.lock.HOST.NAMESPACE.PID.START
 *
 * A process first creates its lock and then looks for other locks, so if two processes arrive at once, at least one
 * sees the other. Locks of processes that have ended (killed with −9, for example) are removed. Processes on another
 * host cannot be checked, so each holder touches its lock regularly, and a lock that has not been touched for a while
 * counts as abandoned. A holder may itself have been suspended for that long, so before each write, it checks that it
 * still holds the file.
 */
export interface Lock {
  /** The path of the lock file. */
  readonly own: string;
  /** @throws Error when another process has taken over the file in the meantime */
  check(): void;
  release(): void;
}

/** The interval at which a lock is touched, and the age at which another host's lock counts as abandoned, in ms. */
const TOUCH = 10_000;
const STALE = 120_000;

/**
 * @param path the file to lock
 * @throws InputError naming the process that holds the lock
 */
export function takeLock(path: string): Lock {
  const prefix = `${basename(path)}.lock.`;
  const own = join(dirname(path), prefix + ownProcess());
  try {
    closeSync(openSync(own, "wx"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw inUse(path, own);
    throw new InputError(`${path}: cannot be written: ${systemReason(error)}.`, "file");
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
    refuseHolders(path, own);
  } catch (error) {
    release();
    throw error;
  }
  return {
    own,
    check() {
      if (!existsSync(own))
        throw new Error(`${path}: another process took over the work while this one was suspended.`);
    },
    release,
  };
}

/**
 * Rejects a file that another process holds, and removes the locks of processes that have ended.
 *
 * @param own this process's lock in the same folder
 * @throws InputError naming the process that holds the lock
 */
export function refuseHolders(path: string, own: string): void {
  const prefix = `${basename(path)}.lock.`;
  for (const name of readdirSync(dirname(path))) {
    const other = join(dirname(path), name);
    if (!name.startsWith(prefix) || other === own) continue;
    const ended = hasEnded(name.slice(prefix.length)) ?? !isFresh(other, own);
    if (!ended) throw inUse(path, other);
    rmSync(other, { force: true });
  }
}

function inUse(path: string, lock: string): InputError {
  const holder = basename(lock).slice(`${basename(path)}.lock.`.length);
  const [host, , pid] = holder.split(".");
  const orWait = hasEnded(holder) === null ? ", or wait two minutes" : "";
  return new InputError(
    `${path}: process ${pid} on ${host} is working on it. Wait for it, stop it, or choose another folder` +
      ` (if you are sure that it has ended, remove ${basename(lock)}${orWait}).`,
    "file",
  );
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Another process removed the lock; `check` notices this before the next write.
  }
}

/** Compares times given by the file system's clock, which is the same for both machines. */
function isFresh(other: string, own: string): boolean {
  try {
    utimesSync(own, new Date(), new Date());
    return statSync(own).mtimeMs - statSync(other).mtimeMs < STALE;
  } catch {
    return false;
  }
}

import { closeSync, openSync, readSync } from "node:fs";
import { wallClock, type Clock } from "./clock.js";

/**
 * CPU time of the calling thread, unaffected by other load on the machine. It is read with `process.threadCpuUsage` if
 * Node has this function (since version 23.9), otherwise from /proc on Linux, with a resolution of a few milliseconds.
 * On other systems, wall-clock time is used.
 */
export function threadClock(): Clock {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
  if (threadCpuUsage !== undefined) {
    return () => {
      const { user, system } = threadCpuUsage.call(process);
      return (user + system) / 1e6;
    };
  }
  return process.platform === "linux" && nanosecondsOfLinux() !== null
    ? () => (nanosecondsOfLinux() ?? 0) / 1e9
    : wallClock;
}

const buffer = Buffer.alloc(128);

/**
 * The thread's processor time in nanoseconds, the first number in its schedstat; null if the kernel does not record it.
 */
function nanosecondsOfLinux(): number | null {
  try {
    // A thread that opens this path reads its own statistics.
    const file = openSync("/proc/thread-self/schedstat", "r");
    const length = readSync(file, buffer);
    closeSync(file);
    const taken = Number.parseInt(buffer.toString("latin1", 0, length), 10);
    return taken > 0 ? taken : null;
  } catch {
    return null;
  }
}

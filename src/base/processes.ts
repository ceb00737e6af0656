// Which process something in a folder belongs to, for Node: names of locks and of files that are being written say it.

import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * A process by name, `HOST.NAMESPACE.PID.START`: START tells a process from a later one with its number. Numbers mean
 * something on the same machine and in the same container only.
 */
export function ownProcess(): string {
  return `${ownPlace()}.${process.pid}.${startOf(process.pid)}`;
}

/** Whether a process, by name, has ended; null where nobody here can tell: of another machine or container. */
export function hasEnded(name: string): boolean | null {
  const [host, namespace, pid, start] = name.split(".");
  return `${host}.${namespace}` === ownPlace() ? startOf(Number(pid)) !== start : null;
}

function ownPlace(): string {
  const host = hostname()
    .replace(/[^A-Za-z0-9-]/g, "_")
    .slice(0, 64);
  return `${host || "unknown"}.${processNamespace()}`;
}

/**
 * The number of Linux's namespace in which this process has its number, since containers have their own, and which start of the
 * kernel it is: the first namespace has the same number in every virtual machine, and those may have the same name. 0 elsewhere.
 */
function processNamespace(): string {
  try {
    const [boot] = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").split("-");
    return `${/\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0"}-${boot}`;
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

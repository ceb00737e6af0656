// Names of processes, used in the names of locks and partial files (Node only).

import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * This process's name, `HOST.NAMESPACE.PID.START`. START distinguishes a process from a later one with the same PID.
 * PIDs are meaningful only on the same machine and in the same container.
 */
export function ownProcess(): string {
  return `${ownPlace()}.${process.pid}.${startOf(process.pid)}`;
}

/** Whether the named process has ended; null if it belongs to another machine or container. */
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
 * The Linux PID namespace together with the kernel's boot id; 0 on other systems. Each container has its own namespace,
 * and the boot id is needed because the initial namespace has the same number on every machine.
 */
function processNamespace(): string {
  try {
    const [boot] = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").split("-");
    return `${/\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0"}-${boot}`;
  } catch {
    return "0";
  }
}

/** When a process started, in the system's format; "none" if there is no such process. */
function startOf(pid: number): string {
  if (!Number.isSafeInteger(pid) || pid <= 0) return "none";
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in parentheses may contain spaces, so fields are counted from the end of the name. Field 3 is the
    // process's state, and field 22 its start time.
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

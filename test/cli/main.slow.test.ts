import { spawn, spawnSync } from "node:child_process";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

// Tests of the built program that need a process. The output of commands is tested in program.test.ts.
const root = fileURLToPath(new URL("../..", import.meta.url));
const program = join(root, "dist/superpose.js");
const folder = mkdtempSync(join(tmpdir(), "superpose-main-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function superpose(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8", cwd: folder });
  return { code: status, out: stdout, err: stderr };
}

test("the program can be run by name", () => {
  expect(() => accessSync(program, constants.X_OK)).not.toThrow();
});

test("--version is the package's", () => {
  const { code, out } = superpose("--version");
  expect({ code, out }).toEqual({ code: 0, out: "0.1.0\n" });
});

describe("exit codes", () => {
  test("2 for bad arguments, in one line without a stack, nothing written", () => {
    const args = ["run", "--T", "558", "--out", "rows.json"];
    expect(superpose(...args)).toEqual({
      code: 2,
      out: "",
      err: "error: T = 558: at most 557 circuits fit with P = D/d = 250, S = 6 (prime-step). Use T ≤ 557, or a larger D. Or use assignment = transversal, which holds 1681 circuits.\n",
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("0 when done: the same seed prints the same bytes", () => {
    const args = ["run", "--D", "200", "--T", "20", "--S", "3", "--L", "2", "--z", "1,2", "--samples", "50", "--json"];
    const first = superpose(...args);
    expect(first.code, first.err).toBe(0);
    const { rows } = JSON.parse(first.out) as { rows: { z: number; layer: number }[] };
    expect(rows.map(({ z, layer }) => [z, layer])).toContainEqual([2, 2]);
    expect(superpose(...args).out).toBe(first.out);
    expect(superpose(...args, "--seed", "2").out).not.toBe(first.out);
  });

  test("0 when done: any number of workers prints the same bytes", () => {
    const args = ["run", "--T", "200", "--z", "1,2", "--samples", "9000", "--networks", "2", "--json", "--workers"];
    const first = superpose(...args, "1");
    expect(first.code, first.err).toBe(0);
    for (const workers of ["2", "3"]) expect(superpose(...args, workers).out).toBe(first.out);
  });
});

test("a reader that stops early, as head does, is not an error", async () => {
  const child = spawn(process.execPath, [program, "forward", join(root, "test/reference/cases/rotation-capped.json")]);
  let err = "";
  child.stderr.on("data", (text) => (err += String(text)));
  child.stdout.once("data", () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.once("exit", resolve));
  expect(code).toBe(0);
  expect(err).not.toContain("EPIPE");
});

test.each(["stdout", "stderr"] as const)(
  "if nobody reads %s, work continues and determines the exit code",
  async (name) => {
    const end = async (...args: string[]): Promise<unknown> => {
      const child = spawn(process.execPath, [program, ...args], { cwd: folder });
      child[name].destroy();
      return new Promise((resolve) => child.once("exit", resolve));
    };
    writeFileSync(
      join(folder, "few.yaml"),
      "base: {D: 40, T: 10, S: 2, L: 2, samples: 10}\ngrid: {seed: {from: 1, to: 40}}\n",
    );
    expect(await end("sweep", "few.yaml", "--out", name)).toBe(0);
    expect(readFileSync(join(folder, name, "results.jsonl"), "utf8").split("\n")).toHaveLength(41);
    writeFileSync(join(folder, "bad.json"), '{"weights": [[[[-1]]]], "biases": [[1]]}');
    expect(await end("check", "bad.json")).toBe(1);
    rmSync(join(folder, name), { recursive: true });
    rmSync(join(folder, "bad.json"));
    rmSync(join(folder, "few.yaml"));
  },
);

test.runIf(existsSync("/dev/full"))("a device without room for the results is named", () => {
  const full = openSync("/dev/full", "w");
  const args = [program, "forward", join(root, "test/reference/cases/rotation-capped.json")];
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ["ignore", full, "pipe"], encoding: "utf8" });
  closeSync(full);
  expect(stderr).toContain("error: standard output: no space left on the device.\n");
  expect(status).toBe(1);
});

test("a run that its design is not made for says so with the results", () => {
  const args = [program, "run", "--design", "grid", "--T", "20", "--L", "1", "--samples", "2", "--z", "2"];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(stderr).toMatch(
    /^note: z = 2: the grid design is intended for 1 active circuit at a time; errors will be larger\.\n/,
  );
  expect(status).toBe(0);
});

test.each([
  ["SIGINT", 130],
  ["SIGHUP", 129],
] as const)("%s ends a run with code %i and leaves nothing half-written", async (signal, wanted) => {
  const spec = join(folder, "long.json");
  writeFileSync(spec, JSON.stringify({ samples: 50_000_000 }));
  const out = join(folder, "rows.csv");
  const child = spawn(process.execPath, [program, "run", spec, "--out", out]);
  const progress = await new Promise((resolve) => child.stderr.once("data", resolve));
  expect(String(progress)).toMatch(/^running: \d+%, (about )?\d+ (s|min|h) left\n$/);
  child.kill(signal);
  const code = await new Promise((resolve) => child.once("exit", resolve));
  expect(code).toBe(wanted);
  expect(readdirSync(folder)).toEqual(["long.json"]);
});

test("while a network is built, even with one worker, progress is shown and Ctrl-C works", async () => {
  const args = ["run", "--design", "rows", "--z", "3", "--L", "400", "--samples", "1", "--workers", "1", "--json"];
  const child = spawn(process.execPath, [program, ...args]);
  let out = "";
  child.stdout.on("data", (text) => (out += String(text)));
  // The network is built first. If this thread built the network, it would print nothing until the network is complete.
  const progress = await new Promise((resolve) => child.stderr.once("data", resolve));
  expect(String(progress)).toMatch(/^running: 0%, about \d+ s left\n$/);
  child.kill("SIGINT");
  const code = await new Promise((resolve) => child.once("exit", resolve));
  expect({ code, out }).toEqual({ code: 130, out: "" });
});

/**
 * The peak memory of a Node process, in MB. It is started from a shell, because a child's count starts with its
 * parent's memory.
 */
function peakMemory(...args: string[]): number {
  const report = `process.on("exit", () => process.stderr.write("peak " + process.resourceUsage().maxRSS + " KiB"))`;
  const own = ["--import", `data:text/javascript,${encodeURIComponent(report)}`, ...args];
  const command = 'node=$1; shift; "$node" "$@"; exit $?';
  const { status, stderr } = spawnSync("sh", ["-c", command, "sh", process.execPath, ...own], {
    encoding: "utf8",
    cwd: folder,
  });
  expect(status, stderr).toBe(0);
  return (Number(/peak (\d+) KiB/.exec(stderr)![1]) * 1024) / 1e6;
}

test("R5 to R7 on two cores take at most 150 MB above Node's own memory, in Node 24 and later 170", () => {
  // In newer Node versions, V8 keeps more memory: the same run takes 118 MB in Node 20, 125 MB in 22 and 155 MB in 24.
  const most = Number(process.versions.node.split(".")[0]) < 24 ? 150 : 170;
  const alone = peakMemory("--eval", "0");
  expect(alone).toBeGreaterThan(10);
  const own = peakMemory(program, "reproduce", "--figures", "R5,R6,R7", "--workers", "2", "--out", "figures");
  expect(own - alone).toBeGreaterThan(20);
  expect(own - alone).toBeLessThan(most);
});

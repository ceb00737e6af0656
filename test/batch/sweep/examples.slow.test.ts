import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseSweep } from "../../../src/batch/sweep/plan.js";
import { program, superpose } from "../../support/program.js";

// Runs the scripts as a cluster would, with the variables that it sets, but without a cluster.
const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "superpose-cluster-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const sweep = join(folder, "sweep.yaml");
const whole = join(folder, "whole");

beforeAll(() => {
  writeFileSync(sweep, "base: {D: 200, S: 3, L: 1, samples: 20}\ngrid: {T: [5, 10, 15], seed: [1, 2]}\n");
  writeFileSync(join(folder, "superpose"), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(join(folder, "superpose"), 0o755);
  expect(superpose("sweep", sweep, "--out", whole).code).toBe(0);
});

function sh(args: readonly string[], env: Record<string, string>): void {
  const { status, stderr } = spawnSync("/bin/sh", args, {
    encoding: "utf8",
    env: { ...process.env, PATH: `${folder}:${process.env["PATH"]}`, ...env },
  });
  expect(status, stderr).toBe(0);
}

function expectMerged(out: string): void {
  const { code, err } = superpose("collect", out);
  expect(code, err).toBe(0);
  expect(readFileSync(join(out, "merged.jsonl"), "utf8")).toBe(readFileSync(join(whole, "results.jsonl"), "utf8"));
}

test("the Slurm array", () => {
  const out = join(folder, "slurm");
  for (const task of ["1", "2", "3"]) {
    const variables = { SLURM_ARRAY_TASK_ID: task, SLURM_ARRAY_TASK_COUNT: "3", SLURM_CPUS_PER_TASK: "1" };
    sh([join(root, "examples/slurm/sweep.sh"), sweep, out], variables);
  }
  expectMerged(out);
});

test("the Kubernetes Job's command, with its indices", () => {
  interface Job {
    spec: { completions: number; template: { spec: { containers: { command: string[]; args: string[] }[] } } };
  }
  const job = parse(readFileSync(join(root, "examples/kubernetes/sweep.yaml"), "utf8")) as Job;
  const { command, args } = job.spec.template.spec.containers[0]!;
  expect(command).toEqual(["/bin/sh", "-c"]);
  expect(args[0]).toContain(`/${job.spec.completions}"`);
  const out = join(folder, "kubernetes");
  // There are six runs, so shards 7 to 16 have no runs, which is not a failure.
  for (let index = 0; index < 8; index++) {
    const line = args[0]!.replace("/sweep/sweep.yaml", sweep).replace("/results", out);
    sh(["-c", line], { JOB_COMPLETION_INDEX: String(index) });
  }
  expectMerged(out);
});

test("the sweeps of docs/sweeps.md are correct", async () => {
  const text = readFileSync(join(root, "docs/sweeps.md"), "utf8");
  const [first, random] = [...text.matchAll(/```yaml\n([^]*?)```/g)].map(([, yaml]) => parse(yaml!) as object);
  expect((await parseSweep(first)).runs).toHaveLength(4 * 2 * 25);
  expect((await parseSweep({ ...first, grid: undefined, ...random })).runs).toHaveLength(500);
});

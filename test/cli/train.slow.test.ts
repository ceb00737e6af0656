import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readSafetensors, writeSafetensors } from "../../src/exchange/safetensors.js";
import { testFolder } from "../support/folder.js";
import { program, superpose } from "../support/program.js";

const folder = testFolder("train");
const path = (...names: string[]): string => join(folder, ...names);
const spec = (name: string, content: object): string => {
  writeFileSync(
    path(name),
    JSON.stringify(
      "task" in content ? content : { F: 20, N: 10, p: 0.1, steps: 150, batch: 512, samples: 5000, ...content },
    ),
  );
  return path(name);
};
const names = ["model.safetensors", "model.npz", "checkpoint.safetensors", "curve.svg"];
/** The files of a result in a folder. The command in the curve's metadata names the folder; this name is removed. */
const filesOf = (name: string): string[] =>
  names.map((file) => readFileSync(path(name, file)).toString("latin1").replaceAll(path(name), ""));

test("superpose train writes the same bytes with 1, 2 and 4 workers, and after SIGINT and SIGKILL", async () => {
  const file = spec("usual.json", {});
  const { code, out } = superpose("train", file, "--out", path("one"), "--workers", "1");
  expect(code).toBe(0);
  expect(out).toMatch(/^20 labels ReLU\(x\) from 10 neurons: loss \|error\|\^4 .* on 5000 held-out inputs\.$/m);
  expect(out).toMatch(
    /^Against ReLU\(x\): 0\.\d+ times the naive network's loss .* and 0\.\d+ times the best constant's/m,
  );
  const expected = filesOf("one");
  for (const [name, workers] of [
    ["two", "2"],
    ["four", "4"],
  ] as const) {
    // prettier-ignore
    expect(superpose("train", file, "--out", path(name), "--workers", workers).code).toBe(0);
    expect(filesOf(name)).toEqual(expected);
  }
  await expectSameAfterSignals(file, 150, expected);
});

/** Stops a training run at its first line of progress, and expects the same command to complete the same files. */
async function expectSameAfterSignals(file: string, steps: number, expected: readonly string[]): Promise<void> {
  for (const signal of ["SIGINT", "SIGKILL"] as const) {
    const to = `${basename(file, ".json")}-${signal}`;
    const child = spawn(process.execPath, [program, "train", file, "--out", path(to), "--workers", "2"]);
    child.stderr.once("data", () => child.kill(signal));
    await once(child, "close");
    // No matter where training was stopped, the files are complete, and the next run continues from them.
    if (existsSync(path(to, "checkpoint.safetensors"))) {
      const { metadata } = readSafetensors(readFileSync(path(to, "checkpoint.safetensors")));
      expect(Number(metadata["step"])).toBeLessThanOrEqual(steps);
    }
    expect(superpose("train", file, "--out", path(to)).code).toBe(0);
    expect(filesOf(to)).toEqual(expected);
  }
}

test("superpose train says on SIGINT which step is kept, and that the same command continues", async () => {
  const long = spec("long.json", { steps: 1_000_000 });
  const child = spawn(process.execPath, [program, "train", long, "--out", path("long"), "--workers", "1"]);
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  child.stderr.once("data", () => child.kill("SIGINT"));
  await once(child, "close");
  expect(err).toMatch(
    /Step \d+ of 1000000 is kept in the checkpoint; the same command continues from it\.\nStopped by SIGINT\.\n$/,
  );
  expect(existsSync(path("long", "checkpoint.safetensors"))).toBe(true);
});

test("superpose train starts from an exported network, stops if training diverges, and refuses another training's folder", () => {
  const model = readSafetensors(readFileSync(path("one", "model.safetensors"))).tensors;
  // After one step with a rate of 0, the output equals the input.
  const still = spec("still.json", { start: "one/model.safetensors", rate: 0, steps: 1 });
  for (const [name, file] of [
    ["still", still],
    ["folder", spec("folder.json", { start: "one", rate: 0, steps: 1 })],
  ] as const) {
    expect(superpose("train", file, "--out", path(name)).code).toBe(0);
    expect(readSafetensors(readFileSync(path(name, "model.safetensors"))).tensors).toEqual(model);
  }
  expect(filesOf("folder")).toEqual(filesOf("still"));
  mkdirSync(path("empty"));
  const empty = superpose("train", spec("empty.json", { start: "empty" }), "--out", path("none"));
  expect([empty.code, empty.err]).toEqual([2, expect.stringMatching(/empty\.json: .*empty: this folder has no model\.safetensors or model\.npz\./)]); // prettier-ignore
  const beyond = spec("beyond.json", { task: "circuits", spec: { D: 24, T: 8, S: 2, L: 3 }, layers: 7 });
  expect(superpose("train", beyond, "--out", path("none")).err).toContain(`${beyond}: layers = 7: must be from 1 to L = 3.`); // prettier-ignore

  const wild = superpose(
    "train",
    spec("wild.json", { rate: 100, optimiser: "momentum", scale: 1000 }),
    "--out",
    path("wild"),
  );
  expect(wild.code).toBe(1);
  expect(wild.err).toMatch(
    /error: Training diverged: at step \d+ the loss is .*\. Choose a rate below 100, or a larger warmUp; no checkpoint has been written yet\.$/m,
  );
  expect(existsSync(path("wild", "checkpoint.safetensors"))).toBe(false);

  const other = superpose("train", spec("other.json", { seed: 2 }), "--out", path("one"));
  expect(other.code).toBe(2);
  expect(other.err).toContain("belongs to another training run; choose another folder, or remove the file.");
});

test("superpose train refuses to overwrite the network that it starts from, before it writes anything", () => {
  const first = spec("first.json", { steps: 1, samples: 500 });
  expect(superpose("train", first, "--out", path("own")).code).toBe(0);
  rmSync(path("own", "checkpoint.safetensors"));
  symlinkSync(path("own"), path("own-link"));
  mkdirSync(path("to-own"));
  symlinkSync(path("own", "model.npz"), path("to-own", "model.npz"));
  const whole = (): (string | Buffer)[] =>
    readdirSync(path("own")).flatMap((name) => [name, readFileSync(path("own", name))]);
  const before = whole();
  for (const [start, out] of [
    ["own/model.safetensors", path("own")],
    ["own/model.npz", path("own")],
    ["own", `${path("own")}/`],
    ["./own-link/model.npz", path("own")],
    ["own", path("own-link")],
    ["own/model.npz", path("to-own")],
  ] as const) {
    const { code, err } = superpose("train", spec("onto.json", { start, steps: 1 }), "--out", out);
    expect([start, code, err]).toEqual([start, 2, expect.stringContaining(`--out ${out}: this folder contains the network that training starts from, which would be overwritten; choose another folder.`)]); // prettier-ignore
    expect([whole(), readdirSync(path("to-own"))]).toEqual([before, ["model.npz"]]);
  }
  // A file of another name stays, and a folder with a finished run is accepted again.
  mkdirSync(path("beside"));
  copyFileSync(path("own", "model.npz"), path("beside", "first.npz"));
  const beside = spec("beside.json", { start: "beside/first.npz", steps: 3, samples: 500 });
  for (const time of [1, 2])
    expect([time, superpose("train", beside, "--out", path("beside")).code]).toEqual([time, 0]);
  expect(readFileSync(path("beside", "first.npz"))).toEqual(readFileSync(path("own", "model.npz")));
});

test.each(["adam", "momentum"])("superpose train refuses a damaged checkpoint, and accepts a whole one: %s", (name) => {
  const file = spec(`${name}.json`, { optimiser: name, steps: 20, samples: 500 });
  expect(superpose("train", file, "--out", path(name)).code).toBe(0);
  expect(superpose("train", file, "--out", path(name)).code).toBe(0);
  const checkpoint = path(name, "checkpoint.safetensors");
  const { tensors, metadata } = readSafetensors(readFileSync(checkpoint));
  writeFileSync(checkpoint, writeSafetensors(tensors, { ...metadata, step: "21" }));
  const late = superpose("train", file, "--out", path(name));
  expect([late.code, late.err]).toEqual([2, expect.stringContaining(`${checkpoint}: step = "21": must be a whole number from 0 to 20; remove the file to start again.`)]); // prettier-ignore
  const without = new Map([...tensors].filter(([key]) => key !== "memory.0"));
  writeFileSync(checkpoint, writeSafetensors(without, metadata));
  const { code, err } = superpose("train", file, "--out", path(name));
  expect([code, err]).toEqual([2, expect.stringMatching(/: memory has . tensors?: must have . at step 20; remove the file to start again\./)]); // prettier-ignore
});

test("superpose train writes circuits as an export: the same bytes with 1, 2 and 4 workers, and import, score and train accept it", async () => {
  const content = { task: "circuits", spec: { D: 24, T: 8, S: 2, L: 3, z: [1] }, steps: 20, batch: 256, samples: 200 };
  writeFileSync(path("circuits.json"), JSON.stringify({ ...content, start: "constructed" }));
  const { code, out } = superpose("train", path("circuits.json"), "--out", path("c1"), "--workers", "1");
  expect(code).toBe(0);
  expect(out).toMatch(/^Trained from the given network on readouts after step 2, 3, z = 1\. /);
  expect(out).toMatch(/^After step 3: mean square [\d.]+.*, worst [\d.]+, worst by search [\d.]+/m);
  expect(out).toMatch(/^Change in the weights .*, by layer from layer 2 onwards: [\d.]+, [\d.]+\. Cosine /m);
  for (const workers of ["2", "4"]) {
    const to = `c${workers}`;
    expect(superpose("train", path("circuits.json"), "--out", path(to), "--workers", workers).code).toBe(0);
    expect(filesOf(to)).toEqual(filesOf("c1"));
  }
  await expectSameAfterSignals(path("circuits.json"), 20, filesOf("c1"));

  const measured = superpose("import", path("c1"), "--samples", "100");
  expect([measured.code, measured.out]).toEqual([0, expect.stringContaining("D = 24, d = 4, T = 8, S = 2, L = 3")]);
  expect(superpose("baseline", path("c1"), "--method", "truth", "--out", path("truth.npz")).code).toBe(0);
  expect(superpose("score", path("c1"), path("truth.npz"), "--samples", "50").code).toBe(0);

  // Trains the embedding and the readouts, starting from the trained file, which holds a network of several parts.
  writeFileSync(
    path("more.json"),
    JSON.stringify({ ...content, spec: undefined, trains: "all", start: "c1/model.npz" }),
  );
  expect(superpose("train", path("more.json"), "--out", path("more")).code).toBe(0);
  expect(superpose("import", path("more"), "--samples", "100").code).toBe(0);
  const { tensors, metadata } = readSafetensors(readFileSync(path("more", "model.safetensors")));
  expect([tensors.get("read.1.value")?.shape, metadata["design"]]).toEqual([[8 * 3 * 24], "capped"]);
});

test("superpose train writes a network of all ANDs, and continues from it", async () => {
  const content = { task: "universal-and", m: 8, d: 6, l: 2, on: 10, steps: 30, batch: 128, samples: 500 };
  const { code, out } = superpose("train", spec("universal.json", content), "--out", path("and"));
  await expectSameAfterSignals(path("universal.json"), 30, filesOf("and"));
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(/inputs, neurons fall into \d+ classes according to .*: [01]{4} [\d.]+%/),
  ]);
  const { tensors } = readSafetensors(readFileSync(path("and", "model.safetensors")));
  expect(["W_in", "b", "W_out"].map((name) => tensors.get(name)?.shape)).toEqual([[6, 8], [6], [28, 6]]);
  const still = spec("still-and.json", { ...content, start: "and/model.npz", rate: 0, steps: 1 });
  expect(superpose("train", still, "--out", path("still-and")).code).toBe(0);
  expect(readSafetensors(readFileSync(path("still-and", "model.safetensors"))).tensors).toEqual(tensors);

  // The file holds no circuits; commands that need circuits refuse it and say what can be done with it.
  const circuits = spec("from-and.json", { task: "circuits", start: "and/model.safetensors", steps: 1 });
  for (const args of [
    ["import", path("and")],
    ["stress", path("and")],
    ["run", path("and")],
    ["score", path("and"), path("and", "model.npz")],
    ["train", circuits, "--out", path("from-and")],
  ]) {
    const { code: refused, err } = superpose(...args);
    expect([args[0], refused, err]).toEqual([args[0], 2, expect.stringContaining(`${path("and", "model.safetensors")}: holds W_in and W_out of a network with one hidden layer`)]); // prettier-ignore
  }
});

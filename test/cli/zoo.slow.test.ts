import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { buildMultiPartNetwork } from "../../src/config/build.js";
import { theoryAbout } from "../../src/config/notes.js";
import { errorsSection } from "../../src/exchange/card-errors.js";
import { checkModelSize, importModel, LARGEST_MODEL } from "../../src/exchange/model.js";
import { multiPartFiles } from "../../src/exchange/multi-part-files.js";
import { importNetwork } from "../../src/exchange/multi-part-model.js";
import { checkMultiPartSize } from "../../src/exchange/multi-part-tensors.js";
import { zoo } from "../../src/exchange/zoo.js";
import { circuitsSize } from "../../src/config/circuits.js";
import { runSpec } from "../../src/runs/run.js";
import { shapeOf } from "../../src/config/run-spec.js";
import { superpose } from "../support/in-process.js";

const folder = mkdtempSync(join(tmpdir(), "superpose-zoo-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("zoo lists every model with its sizes; all can be written, and about twice as many circuit neurons as neurons", async () => {
  const { code, out } = await superpose("zoo");
  expect(code).toBe(0);
  const lines = out.trimEnd().split("\n").slice(1);
  expect(lines.map((line) => line.split(" ")[0])).toEqual(zoo.map(({ name }) => name));
  for (const { name, spec } of zoo) {
    const shape = { ...shapeOf(spec), d: circuitsSize(spec.circuits).d };
    checkModelSize(shape);
    expect((shape.T * shape.d) / shape.D).toBeGreaterThanOrEqual(2);
    if (!name.startsWith("bench-")) expect(name).toBe(`${name.split("-")[0]}-${shape.T}`);
  }
});

test("a model's card states its errors, and its file has the same errors", async () => {
  const out = join(folder, "steps");
  const { code, err } = await superpose("zoo", "steps-800", "--out", out, "--workers", "1");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const card = readFileSync(join(out, "README.md"), "utf8");
  const { spec, about } = zoo.find(({ name }) => name === "steps-800")!;
  expect(card).toContain(about);
  const { rows } = await runSpec(spec);
  for (const { z, layer, readouts } of rows.filter((row) => row.layer > 0)) {
    const { meanSquare } = readouts["alpha"]!.active;
    const table = card.split(`z = ${z}:`)[1]!.split("z =")[0]!;
    const cells = table
      .split("\n")
      .find((line) => line.startsWith(`| ${layer} | alpha, active |`))!
      .split(" | ");
    expect(Number(cells[3])).toBeCloseTo(meanSquare, 2 - Math.floor(Math.log10(meanSquare || 1)));
  }
  const { metadata, model } = importModel(readFileSync(join(out, "model.safetensors")));
  expect(JSON.parse(metadata["spec"]!)).toEqual(JSON.parse(JSON.stringify(spec)));
  expect(model.shape).toEqual(shapeOf(spec));
});

test("models of designs match their descriptions, and their files give the same networks", async () => {
  const ofDesigns = zoo.filter(({ spec }) => spec.design !== "published");
  expect(ofDesigns.map(({ name }) => name)).toEqual(["rotations-557", "automata-334"]);
  for (const { spec, name, title, about } of ofDesigns) {
    // Only two layers and 200 samples, to save time.
    const few = { ...spec, L: 2, samples: 200 };
    const { rows, naive } = await runSpec(few);
    const exact = rows.filter((row) => row.z === 1);
    for (const { readouts } of exact) {
      for (const { active } of Object.values(readouts)) expect(active.worst, name).toBeLessThan(1e-4);
    }
    const network = buildMultiPartNetwork(few, 0);
    checkMultiPartSize(network, LARGEST_MODEL);
    const errors = errorsSection(rows, naive, theoryAbout(few));
    const files = await multiPartFiles(network, few, 0, { title, about, errors, command: name, version: "0" });
    const read = importNetwork(files[0]!.content as Uint8Array);
    expect(read.network.layers.length).toBe(2);
    expect(read.network.circuits.T).toBe(spec.T);
    const card = String(files.find((file) => file.name === "README.md")!.content);
    for (const text of [about, "What it does not survive", "The theory covers active circuits", "naive network"]) {
      expect(card).toContain(text);
    }
  }
});

test.each(["gates-512", "automata-800"])(
  "%s: every active circuit is right after rounding, 500 samples, z = 1 and 2",
  async (name) => {
    const { spec } = zoo.find((model) => model.name === name)!;
    const { rows } = await runSpec({ ...spec, samples: 500 });
    const names = name === "gates-512" ? ["a", "b"] : ["state"];
    for (const { readouts } of rows) for (const of of names) expect(readouts[of]!.active.worst).toBeLessThan(0.5);
  },
);

test("an unknown name is refused with the nearest one, and nothing is written", async () => {
  const { code, err } = await superpose("zoo", "rotation-1000", "--out", join(folder, "none"));
  expect(code).toBe(2);
  expect(err).toBe(
    'error: name = "rotation-1000": must be one of rotations-1000, gates-512, automata-800, steps-800, rotations-557, automata-334, bench-tiny, bench-small, bench-medium, bench-large, bench-spd. Did you mean rotations-1000?\n',
  );
  expect(existsSync(join(folder, "none"))).toBe(false);
});

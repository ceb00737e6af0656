import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildMultiPartNetwork, buildRunNetwork } from "../../src/config/build.js";
import type { Tensor } from "../../src/exchange/tensor.js";
import { importModel } from "../../src/exchange/model.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { SparseEngine } from "../../src/engine/sparse.js";
import { loadKernels } from "../../src/kernels/node.js";
import { asMultiPart } from "../../src/network/multi-part.js";
import { trueComponents } from "../../src/scoring/true-result.js";
import { trueParts } from "../../src/scoring/truth.js";
import { superpose } from "../support/in-process.js";
import { needTools } from "../support/tools.js";

const folder = mkdtempSync(join(tmpdir(), "superpose-model-py-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const common = { L: 3, z: [1, 2], samples: 6000, seed: 4 };
const specs = {
  balanced: { ...common, construction: "balanced", D: 160, T: 40, S: 4 },
  capped: { ...common, circuits: "gates", D: 240, T: 24, S: 3 },
  split: { ...common, circuits: "automata", construction: "split", D: 180, T: 20, S: 3 },
  groups: { ...common, design: "groups", D: 64, T: 30 },
} as const;
type Name = keyof typeof specs;

/** The output of measure_models.py for a folder. */
interface Measured {
  readonly forward: number;
  readonly read: number;
  readonly steps: readonly number[];
  readonly embed_matrix: number;
  readonly errors: Record<string, readonly Record<string, readonly [mean: number, standardError: number]>[]>;
  readonly hooks: readonly unknown[];
  readonly gradients: Record<string, boolean>;
  readonly input_gradient: number;
  readonly names: readonly string[];
  readonly round_trip: boolean;
  readonly npz: boolean;
  readonly double: readonly unknown[];
  readonly splits: readonly boolean[];
  readonly distinct: boolean;
  readonly uniform: number;
  readonly refusals: Record<string, string | null>;
  readonly owners: number;
  readonly components: readonly [sum: number, rest: number, U: readonly number[], V: readonly number[]][];
  readonly share: number;
  /** U_t V_t of circuit 3 in layers 2 and 3. */
  readonly own: readonly (readonly number[])[];
  readonly ablation: { readonly own: number; readonly others: readonly [number, number] };
}

/** Three samples of a spec's network as the engine runs them, with which model.py is compared. */
function samplesOf(name: Name): object {
  const spec = parseSpec(specs[name]);
  const network = spec.design === "published" ? asMultiPart(buildRunNetwork(spec, 0)) : buildMultiPartNetwork(spec, 0);
  const { circuits } = network;
  const [count, z] = [3, 2];
  const engine = new SparseEngine(loadKernels(), network, { z, lanes: 4, keepActivations: true });
  engine.sample({ z, sampling: "random", seed: 8, network: 0 }, 0, count);
  engine.runTile(count, z);
  const layers = Array.from({ length: circuits.L + 1 }, (_, l) =>
    Array.from({ length: count }, (_, b) => Array.from(engine.activations(l, b))),
  );
  const readout = circuits.readouts.at(-1)!;
  const before = circuits.readouts.slice(0, -1).reduce((sum, { matrix }) => sum + matrix.length, 0);
  const pairs = (of: number[][]): number[][][] => Array.from({ length: count }, (_, b) => of.slice(b * z, (b + 1) * z));
  return {
    folder: join(folder, name),
    circuits: engine.activeCircuits(count, z),
    inputs: pairs(engine.truth(0, count * z)),
    layers,
    readout: readout.name,
    reads: Array.from({ length: circuits.L }, (_, k) =>
      pairs(
        engine
          .activeReadouts(k + 1, count * z, z)
          .map((row) => Array.from(row).slice(before, before + readout.matrix.length)),
      ),
    ),
    z: spec.z,
    samples: 1000,
  };
}

const script = fileURLToPath(new URL("../support/python/measure_models.py", import.meta.url));
const measured = {} as Record<Name, Measured>;
const names = Object.keys(specs) as Name[];

beforeAll(async () => {
  const [python] = await needTools("python3-torch");
  for (const name of names) {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify(specs[name]));
    expect(await superpose("export", path, "--out", join(folder, name))).toMatchObject({ code: 0, err: "" });
  }
  const input = JSON.stringify({ folders: names.map(samplesOf) });
  const { status, stdout, stderr } = spawnSync(python!, [script], { input, encoding: "utf8", maxBuffer: 2 ** 26 });
  expect(status, stderr).toBe(0);
  const found = JSON.parse(stdout) as Measured[];
  names.forEach((name, k) => (measured[name] = found[k]!));
});

describe.each(names)("model.py of %s", (name) => {
  test("gives the engine's activations and readouts (1e-5)", () => {
    const { forward, read, embed_matrix } = measured[name];
    expect(forward).toBeLessThan(1e-5);
    expect(read).toBeLessThan(1e-5);
    expect(embed_matrix).toBeLessThan(1e-5);
  });

  test("gives the errors of superpose run within sampling error (3 sd + 3%)", async () => {
    const run = await superpose("run", join(folder, `${name}.json`), "--json", "--workers", "1");
    const { rows } = JSON.parse(run.out) as { rows: Record<string, number & { meanSquare: number }>[] };
    let compared = 0;
    for (const row of rows.filter(({ layer }) => layer! > 0)) {
      const own = measured[name].errors[String(row["z"])]![row["layer"]! - 1]!;
      for (const [statistic, [mean, standardError]] of Object.entries(own)) {
        const wanted = row[statistic]!.meanSquare;
        const within = 3 * Math.sqrt(1 + 1 / 6) * standardError + 0.03 * wanted + 1e-9;
        expect(Math.abs(mean - wanted), `z ${row["z"]}, layer ${row["layer"]}, ${statistic}`).toBeLessThan(within);
        compared++;
      }
    }
    expect(compared).toBeGreaterThanOrEqual(12);
  });

  test("is a module: hooks, gradients, float64, plain names, and parameters that torch.save writes and reads", () => {
    const { hooks, gradients, input_gradient, names: own, round_trip, double } = measured[name];
    expect(hooks).toEqual(["layers.2", true]);
    expect(Object.values(gradients)).not.toContain(false);
    expect(input_gradient).toBeGreaterThan(0);
    expect(own.slice(0, 3)).toEqual(["layers.1.bias", "layers.2.weight", "layers.2.bias"]);
    expect(own.every((text) => /^layers\.\d+\.(weight|bias)$/.test(text))).toBe(true);
    expect(round_trip).toBe(true);
    expect(double).toEqual(["torch.float64", 1]);
  });

  test("is the same from model.npz, without the package safetensors", () => {
    expect(measured[name].npz).toBe(true);
  });

  test("samples sets of different circuits uniformly, reproducibly for a seed and differently in train and test", () => {
    const { splits, distinct, uniform } = measured[name];
    expect(splits).toEqual([true, false]);
    expect(distinct).toBe(true);
    // A circuit is active in 1/T of the samples; with 20,000 samples, the tolerance is five standard errors.
    expect(uniform).toBeLessThan(5 * Math.sqrt(parseSpec(specs[name]).T / 20000));
  });

  test("refuses wrong arguments in one line", () => {
    for (const [what, message] of Object.entries(measured[name].refusals)) {
      expect(message, what).toMatch(/^[^\n]{10,140}$/);
    }
  });
});

describe("components", () => {
  test.each(["balanced", "split"] as const)("of %s add up to W, and nothing is left", (name) => {
    const { T, D } = parseSpec(specs[name]);
    const { components } = measured[name];
    expect(components.length).toBe(2);
    for (const [sum, rest, U, V] of components) {
      expect(sum).toBeLessThan(1e-5);
      expect(rest).toBeLessThan(1e-5);
      expect([U[0], U[1], V[0], V[2]]).toEqual([T, D, T, D]);
    }
  });

  test("of capped leave the shared part, w̄ ⊗ 𝒲", () => {
    for (const [sum, rest] of measured.capped.components) {
      expect(sum).toBeLessThan(1e-5);
      expect(rest).toBeGreaterThan(0.1);
    }
  });

  test.each(names)("the card of %s says which share no circuit owns", (name) => {
    const card = readFileSync(join(folder, name, "README.md"), "utf8");
    const share = / ([\d.]+)% of ‖W‖² is the shared part/.exec(card)?.[1];
    expect(Math.abs(Number(share ?? 0) / 100 - measured[name].share)).toBeLessThan(0.006);
    expect(share === undefined).toBe(name === "balanced" || name === "split");
  });

  test.each(["balanced", "capped", "split"] as const)(
    "of %s equal those that score uses as the truth (1e-5)",
    (name) => {
      const { model, metadata } = importModel(readFileSync(join(folder, name, "model.safetensors")));
      for (const [k, wanted] of measured[name].own.entries()) {
        const [[, U], [, V]] = trueComponents(trueParts(model, metadata["construction"]!, k + 2)) as [
          [string, Tensor],
          [string, Tensor],
        ];
        const [, D, r] = U.shape as [number, number, number];
        let most = 0;
        for (let n = 0; n < D; n++) {
          for (let m = 0; m < D; m++) {
            let value = 0;
            for (let j = 0; j < r; j++)
              value += Number(U.data[(3 * D + n) * r + j]) * Number(V.data[(3 * r + j) * D + m]);
            most = Math.max(most, Math.abs(value - wanted[n * D + m]!));
          }
        }
        expect(most).toBeLessThan(1e-5);
      }
    },
  );

  test.each(["balanced", "groups"] as const)(
    "removed from %s, a circuit's error is about 1 and that of others grows by less than 25%",
    (name) => {
      const { own, others } = measured[name].ablation;
      expect(own).toBeGreaterThan(0.9);
      expect(own).toBeLessThan(1.3);
      expect(others[1] / others[0]).toBeLessThan(1.25);
    },
  );

  test("of a design are its circuits' own weights in every layer, and the rest is copies and gates", () => {
    const { components, steps } = measured.groups;
    expect(steps.length).toBe(3);
    expect(components.length).toBe(steps.at(-1)! - 1);
    for (const [sum, , U] of components) {
      expect(sum).toBeLessThan(1e-5);
      expect(U.slice(0, 2)).toEqual([30, 64]);
    }
    expect(components.some(([, , U]) => U[2]! > 0)).toBe(true);
  });

  test("labels: every circuit owns d·S neurons", () => {
    const { T, S } = parseSpec(specs.balanced);
    expect(measured.balanced.owners).toBe(T * S * 4);
  });
});

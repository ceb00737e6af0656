import { describe, expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { importModel, LARGEST_MODEL } from "../../src/exchange/model.js";
import { importModelOrNetwork } from "../../src/exchange/multi-part-model.js";
import { flatRow } from "../../src/results/file-rows.js";
import { measureMultiPart } from "../../src/runs/measure-multi-part.js";
import { runRows } from "../../src/runs/rows.js";
import { multiPartFiles } from "../../src/exchange/multi-part-files.js";
import { multiPartTensors } from "../../src/exchange/multi-part-tensors.js";
import { isOwned } from "../../src/network/layer.js";
import { denseWeights } from "../../src/network/dense.js";
import { readSafetensors } from "../../src/exchange/safetensors.js";
import { buildMultiPartNetwork } from "../../src/config/build.js";
import { loadKernels } from "../../src/kernels/node.js";
import { SparseEngine } from "../../src/engine/sparse.js";
import { designOf } from "../../src/designs/designs.js";
import { parseSpec } from "../../src/config/parse-spec.js";

const specs = [
  { design: "rows", D: 120, T: 20, L: 3, z: 2 },
  { design: "windows", D: 120, T: 20, S: 1, L: 3, z: 2, codeNeurons: 20, codeSize: 3 },
  { design: "windows", D: 150, T: 20, S: 2, L: 3, z: 2, codeNeurons: 20, codeSize: 3 },
  { design: "grid", D: 170, T: 60, L: 3, z: 1 },
  { design: "groups", D: 64, T: 30, L: 4, z: 2 },
  { design: "switched", D: 230, T: 16, L: 5, z: 2 },
  { design: "columns", D: 140, T: 50, L: 4, z: 2 },
];

const bytes = (content: string | Uint8Array): Buffer =>
  typeof content === "string" ? Buffer.from(content) : Buffer.from(content);

const text = { title: "t", about: "a", command: "c", version: "0" };

describe.each(specs)("$design, S = $S", (fields) => {
  const spec = parseSpec({ ...fields, seed: 3 });
  const network = buildMultiPartNetwork(spec, 0);

  test("the file alone gives the network's activations and readouts of every step, within 1e-4", async () => {
    const [file] = await multiPartFiles(network, spec, 0, text);
    const { tensors, metadata } = readSafetensors(file!.content as Uint8Array);
    expect(metadata["design"]).toBe(spec.design);
    const numbers = (name: string): number[] => Array.from(tensors.get(name)!.data as Float64Array);
    const [T, d] = tensors.get("circuits.weight")!.shape as [number, number];
    const [D] = tensors.get("biases.0")!.shape as [number];
    const rows = tensors.get("constants")!.shape[1]!;

    const z = Math.max(...spec.z);
    const runner = new SparseEngine(loadKernels(), network, { z, lanes: 4, keepActivations: true });
    const input = { z, sampling: "random", seed: 5, network: 0 } as const;
    runner.sample(input, 0, 1);
    const [active] = runner.activeCircuits(1, z);
    runner.runTile(1, z);
    const inputs = runner.truth(0, z);

    let A = new Array<number>(D).fill(0);
    const write = numbers("write.index");
    numbers("write.value").forEach((value, e) => {
      const [t, component, neuron] = write.slice(3 * e, 3 * e + 3) as [number, number, number];
      const slot = active!.indexOf(t);
      if (slot !== -1) A[neuron]! += value * inputs[slot]![component]!;
    });
    const [weights, biases, steps] = [numbers("layers.weights"), numbers("layers.biases"), numbers("steps")];
    let l = 0;
    weights.forEach((weight, k) => {
      const from = A;
      const W = weight < 0 ? null : numbers(`weights.${weight}`);
      const B = numbers(`biases.${biases[k]}`);
      A = from.map((own, n) => {
        let sum = W === null ? own : 0;
        if (W !== null) for (let m = 0; m < D; m++) sum += W[n * D + m]! * from[m]!;
        return Math.max(0, sum + B[n]!);
      });
      if (steps[l] !== k + 1) return;
      l++;
      const ours = runner.activations(l, 0);
      A.forEach((value, n) => expect(Math.abs(value - ours[n]!)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value))));
      const read = numbers("reads")[l - 1]!;
      const index = numbers(`read.${read}.index`);
      const values = numbers(`read.${read}.value`);
      const constants = numbers("constants").slice((l - 1) * rows, l * rows);
      active!.forEach((t, slot) => {
        const y = [...constants];
        values.forEach((value, e) => {
          if (index[3 * e] === t) y[index[3 * e + 1]!]! += value * A[index[3 * e + 2]!]!;
        });
        y.forEach((value, row) => {
          expect(Math.abs(value - runner.activeReadouts(l, z, z)[slot]![row]!)).toBeLessThan(1e-4);
        });
      });
    });
    expect(l).toBe(spec.L);
    expect(T).toBe(spec.T);
    expect(d).toBe(4);
  });

  test("components are the circuits' terms of every layer's weights (1e-6)", () => {
    const { parts, layers } = network;
    const tensors = multiPartTensors(network, LARGEST_MODEL);
    const distinct = [...new Set(layers.slice(1))];
    let owned = 0;
    for (const [k, layer] of distinct.entries()) {
      const own = { ...layer, terms: layer.terms.filter(isOwned) };
      const wanted = denseWeights({ parts, layers: [own, own] }, 2);
      const D = Math.sqrt(wanted.length);
      const sides = ["U", "V"].map((side) => {
        const entries = new Map<string, [neuron: number, value: number][]>();
        const index = tensors.get(`components.${k}.${side}.index`)?.data as Int32Array | undefined;
        const values = tensors.get(`components.${k}.${side}.value`)?.data as Float32Array | undefined;
        values?.forEach((value, e) => {
          const key = `${index![3 * e]} ${index![3 * e + 1]}`;
          entries.set(key, [...(entries.get(key) ?? []), [index![3 * e + 2]!, value]]);
        });
        return entries;
      });
      const sum = new Float64Array(wanted.length);
      for (const [key, U] of sides[0]!) {
        for (const [n, u] of U) for (const [m, v] of sides[1]!.get(key)!) sum[n * D + m]! += u * v;
      }
      owned += sides[0]!.size;
      expect(Math.max(...sum.map((value, at) => Math.abs(value - wanted[at]!)))).toBeLessThan(1e-6);
    }
    expect(owned).toBeGreaterThan(spec.T);
  });

  test("the same network, spec and text give the same bytes; the card names every part", async () => {
    const files = await multiPartFiles(network, spec, 0, text);
    expect(files.map(({ name }) => name)).toEqual(["model.safetensors", "model.npz", "README.md", "model.py"]);
    const again = await multiPartFiles(buildMultiPartNetwork(spec, 0), spec, 0, text);
    again.forEach(({ content }, k) => expect(bytes(content).equals(bytes(files[k]!.content))).toBe(true));
    const isSwitched = spec.design === "switched";
    expect(String(files[2]!.content).includes("turns x by one of 16 angles")).toBe(isSwitched);
    expect(files[2]!.content).toContain(`**What it does not survive**, at D = 1000: ${designOf(spec.design)!.caveats}`);
    expect(String(files[2]!.content)).toContain("`superpose import model.safetensors` runs random samples");
    for (const { name } of network.parts) expect(files[2]!.content).toContain(`| ${name} |`);
  });

  test("the file gives the rows of a run of its spec, 1e-4 relative or 1e-8; functions for one part refuse it", async () => {
    const [file] = await multiPartFiles(network, spec, 0, text);
    const imported = importModelOrNetwork(file!.content as Uint8Array);
    if (!("network" in imported)) throw new Error("A network of several parts was expected.");
    const [z] = spec.z as [number];
    const input = { z, sampling: "random", seed: spec.seed, network: 0 } as const;
    const sums = new SparseEngine(loadKernels(), network, { z }).runChunk(input, 0, 100);
    // A file does not say how circuits meet, so there is no theory.
    const wanted = runRows({ ...spec, samples: 100 }, [[sums]], false).map(flatRow);
    const given = { z: [z], samples: 100, sampling: "random", seed: spec.seed, network: 0 } as const;
    const rows = (await measureMultiPart(imported.network, given, loadKernels())).map(flatRow);
    expect(rows.length).toBe(spec.L + 1);
    // Every number of the rows, with its location.
    const numbersOf = (value: unknown, name: string): [string, unknown][] =>
      typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, own]) => numbersOf(own, `${name}.${key}`))
        : [[name, value]];
    const wantedNumbers = numbersOf(wanted, "rows");
    numbersOf(rows, "rows").forEach(([name, value], k) => {
      const [wantedName, own] = wantedNumbers[k]!;
      expect(name).toBe(wantedName);
      if (typeof own !== "number") expect(value, name).toBe(own);
      else {
        // A worst error is a single value: its rounding error is neither averaged nor squared.
        const least = name.endsWith("worst") ? 1e-5 : 1e-8;
        expect(Math.abs((value as number) - own), name).toBeLessThanOrEqual(least + 1e-4 * Math.abs(own));
      }
    });
    expect(numbersOf(rows, "rows").length).toBe(wantedNumbers.length);
    expect(() => importModel(file!.content as Uint8Array)).toThrow(
      `a network of the ${spec.design} design: must be a network of one part`,
    );
  });
});

test("a model that is too large is refused, stating its size", () => {
  const spec = parseSpec({ design: "groups", L: 3 });
  const network = buildMultiPartNetwork(spec, 0);
  expect(() => multiPartTensors(network, 1e6)).toThrow(InputError);
  expect(() => multiPartTensors(network, 1e6)).toThrow("D = 992, L = 3: the model needs 8 MiB; the limit is 1 MiB.");
  expect(multiPartTensors(network, LARGEST_MODEL).size).toBeGreaterThan(5);
});

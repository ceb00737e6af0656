import { expect, test } from "vitest";
import { applyReadout, type Circuits } from "../../src/circuits/circuits.js";
import { buildRunNetwork } from "../../src/config/build.js";
import { FactoredEngine } from "../../src/engine/factored.js";
import { splitSeed } from "../../src/engine/splits.js";
import { zoo } from "../../src/exchange/zoo.js";
import { loadKernels } from "../../src/kernels/node.js";

/** For each mix: the readouts of every kind of circuit, and the neurons per circuit that the kind would have alone. */
const kinds: Readonly<
  Record<string, { readonly reads: readonly (readonly string[])[]; readonly neurons: readonly number[] }>
> = {
  small: { reads: [["alpha", "x"], ["bit0"], ["state"]], neurons: [4, 4, 4] },
  full: { reads: [["alpha", "x"], ["a", "b"], ["state"]], neurons: [4, 8, 6] },
  steps: { reads: [["alpha"]], neurons: [2] },
};

/** The number of neurons (nonzero rows of w_t) that circuits use in a layer, for the layer with the fewest. */
function usedNeurons({ d, T, L, delta, mean }: Circuits): number {
  const used = Array.from({ length: L }, (_, k) => {
    let count = 0;
    for (let row = 0; row < T * d; row++) {
      const own = delta[k]!.subarray(row * d, (row + 1) * d);
      if (own.some((value, j) => Math.abs(value + mean[k]![(row % d) * d + j]!) > 1e-12)) count++;
    }
    return count;
  });
  return Math.min(...used);
}

test.each([
  ["bench-tiny", "small", 0.35],
  ["bench-small", "small", 0.25],
  ["bench-medium", "full", 0.3],
  ["bench-large", "full", 0.3],
  ["bench-spd", "steps", 0.5],
])("%s beats naive: every readout of every kind at the last layer, for each z, on test samples", (name, of, most) => {
  const { spec } = zoo.find((model) => model.name === name)!;
  const { reads, neurons } = kinds[of]!;
  const network = buildRunNetwork(spec, 0);
  const { circuits, shape } = network;
  const { T, D, L } = shape;
  const kindOf = circuits.inputs.kind === "byCircuit" ? circuits.inputs.of : new Array<number>(T).fill(0);
  // The naive error [L4]. For each circuit, `naive` counts the neurons that its kind would have alone, not those of the
  // mix; `strict` counts only the neurons that circuits use.
  const naive = 1 - D / kindOf.reduce((sum, kind) => sum + neurons[kind]!, 0);
  const strict = 1 - D / usedNeurons(circuits);
  expect(strict).toBeLessThanOrEqual(naive);
  const engine = new FactoredEngine(loadKernels(), network, { gate: "relu", z: Math.max(...spec.z) });
  const names = circuits.readouts.flatMap(({ name: readout, matrix }) => matrix.map(() => readout));
  let worst = 0;
  for (const z of spec.z) {
    const sums = new Map<string, { error: number; size: number }>();
    for (let first = 0; first < 1000; first += engine.lanes) {
      engine.runBatch({ z, sampling: "random", seed: splitSeed(spec.seed, "test"), network: 0 }, first, engine.lanes);
      const read = engine.activeReadouts(L, engine.lanes * z);
      const truth = engine.truth(L, engine.lanes * z);
      engine
        .activeCircuits(engine.lanes, z)
        .flat()
        .forEach((t, occurrence) => {
          const kind = kindOf[t]!;
          circuits.readouts
            .flatMap((readout) => applyReadout(readout, truth[occurrence]!))
            .forEach((y, row) => {
              if (!reads[kind]!.includes(names[row]!)) return;
              const key = `${kind} ${names[row]}`;
              const sum = sums.get(key) ?? { error: 0, size: 0 };
              sum.error += (read[occurrence]![row]! - y) ** 2;
              sum.size += y * y;
              sums.set(key, sum);
            });
        });
    }
    expect(sums.size).toBe(reads.flat().length);
    for (const { error, size } of sums.values()) worst = Math.max(worst, error / size);
  }
  expect(worst).toBeLessThan(Math.min(strict, most));
});

import { expect, test } from "vitest";
import { parseSpec } from "../../src/config/parse-spec.js";
import { LoadedCore } from "../../src/jobs/loaded-core.js";
import { loadKernels } from "../../src/kernels/node.js";
import type { Contagion } from "../../src/runs/contagion.js";
import { sampleKind } from "../../src/runs/sample.js";
import { circuitAt, circuitGrid, placeOf, shownThreads } from "../../src/web/figures/contagion.js";
import { ownersOf } from "../../src/web/figures/sample-neurons.js";
import { wakingText } from "../../src/web/views/contagion.js";

const core = new LoadedCore(loadKernels());
const traced = (fields: object, z: number) => {
  const spec = parseSpec({ z: [z], ...fields });
  return sampleKind.run(core, { kind: "sample", spec, z, sample: 0, degrees: null, isTraced: true });
};

test("a circuit wakes at the layer where its indicator first passes the gate, through neurons shared with circuits already awake", () => {
  const sample = traced({}, 3);
  const { wokenAt, readings, threads, threshold } = sample.contagion!;
  expect(threshold).toBe(0.25);
  wokenAt.forEach((layer, circuit) => {
    const read = readings.map((own) => own[circuit]! > threshold);
    expect(layer).toBe(sample.circuits.includes(circuit) ? 0 : read.indexOf(true));
  });
  expect(threads.length).toBeGreaterThan(1000);
  for (const { from, to, layer, neuron, share } of threads.slice(0, 300)) {
    expect([wokenAt[to], wokenAt[from]! >= 0 && wokenAt[from]! < layer]).toEqual([layer, true]);
    expect(ownersOf(sample, layer, neuron)).toEqual(expect.arrayContaining([from, to]));
    expect(share).toBeGreaterThan(0);
  }
  // At layer 1, an active circuit's indicator is read as about 1: only the other two active circuits can disturb it.
  for (const circuit of sample.circuits) expect(readings[1]![circuit]).toBeCloseTo(1, 1);
});

test("with the oracle gate none wakes; designs and circuits without an indicator are left out", () => {
  const silent = traced({ gate: "oracle" }, 3).contagion!;
  expect([silent.threads.length, silent.wokenAt.filter((layer) => layer > 0).length]).toEqual([0, 0]);
  expect(traced({ design: "rows", D: 600, T: 60, L: 2, S: 3 }, 1).contagion).toBeNull();
  expect(traced({ circuits: "automata", T: 40, L: 2 }, 1).contagion).toBeNull();
});

test("the words name the circuit, the neuron and the reading", () => {
  const contagion = traced({}, 1).contagion!;
  expect(wakingText(contagion, 85)).toBe(
    "38 woke 85 at layer 3 through neuron 103; the indicator of 85 read 0.26. It helped to wake 29 others.",
  );
  expect(wakingText(contagion, 38)).toMatch(/^Circuit 38 was switched on. It helped to wake \d+ others\.$/);
  const asleep = contagion.wokenAt.indexOf(-1);
  expect(wakingText(contagion, asleep)).toMatch(/sleeps through all layers: its indicator reads 0\.\d\d at most/);
});

test("every circuit that wakes keeps its strongest thread, and the number of threads is limited", () => {
  const { threads, wokenAt }: Contagion = traced({}, 3).contagion!;
  const shown = shownThreads(threads, 700);
  expect(shown.length).toBeLessThanOrEqual(700);
  const woken = new Set(threads.map(({ to }) => to));
  expect(new Set(shown.map(({ to }) => to))).toEqual(woken);
  for (const width of [358, 860]) {
    const grid = circuitGrid(wokenAt.length, width);
    expect(grid.columns * grid.cell).toBeLessThanOrEqual(width + 1e-9);
    for (const circuit of [0, 17, 556]) expect(circuitAt(grid, 557, ...placeOf(grid, circuit))).toBe(circuit);
  }
});

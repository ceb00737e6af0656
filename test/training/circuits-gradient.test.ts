import { expect, test } from "vitest";
import { deriveSeed } from "../../src/base/random.js";
import { applyReadout, runAlone } from "../../src/circuits/circuits.js";
import { buildMultiPartNetwork } from "../../src/config/build.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { makeTile } from "../../src/engine/tile.js";
import { arenaOf } from "../../src/kernels/memory.js";
import { loadKernels } from "../../src/kernels/node.js";
import { circuitsShape, circuitsTask, type CircuitsTask } from "../../src/training/circuits-task.js";
import { parseTraining } from "../../src/training/settings.js";
import { startAt, Trainer, type TrainingSettings } from "../../src/training/trainer.js";
import { noise, worstDifference } from "./finite-differences.js";
import { headsInFloat64 } from "./float64-network.js";

const BATCH = 6;
const common = parseTraining({ task: "compressed", batch: BATCH, seed: 5 });

/** One sample: its inputs [T·d], and for each head the labels [T·rows] and their weights. */
interface Sample {
  readonly x: Float64Array;
  readonly labels: readonly Float64Array[];
  readonly weights: Float64Array;
}

/** The samples of the first step, labelled with the values that circuits compute when they run alone. */
function samplesOf({ circuits, z, inactive, reads }: CircuitsTask): Sample[] {
  const { T, d, readouts } = circuits;
  const kernels = loadKernels();
  const arena = arenaOf(kernels);
  const tile = makeTile(kernels, arena, circuits, { lanes: BATCH, z });
  tile.draw({ z, sampling: "random", seed: deriveSeed(common.seed, "training"), network: 0 }, 0, BATCH);
  const ids = arena.viewU32(tile.ids, BATCH * z);
  const inputs = arena.viewF64(tile.truth[0]!, BATCH * z * d);
  const rows = readouts.flatMap(({ matrix }) => matrix).length;
  return Array.from({ length: BATCH }, (_, s) => {
    const x = new Float64Array(T * d);
    const labels = reads.map(() => new Float64Array(T * rows));
    const weights = new Float64Array(T * rows).fill(inactive);
    for (let o = s * z; o < (s + 1) * z; o++) {
      const t = ids[o]!;
      const own = inputs.slice(o * d, (o + 1) * d);
      x.set(own, t * d);
      weights.fill(1, t * rows, (t + 1) * rows);
      const truth = runAlone(circuits, t, own);
      reads.forEach(({ step }, h) =>
        labels[h]!.set(
          readouts.flatMap((readout) => applyReadout(readout, truth[step]!)),
          t * rows,
        ),
      );
    }
    return { x, labels, weights };
  });
}

/**
 * The loss as docs/training.md defines it: Σ weight·|ŷ − y|^q over readouts, divided by the numbers of samples, active
 * circuits and steps.
 */
function lossOf(task: CircuitsTask, parameters: Float64Array, samples: readonly Sample[]): number {
  const shape = circuitsShape(task);
  let sum = 0;
  for (const { x, labels, weights } of samples)
    headsInFloat64(shape, parameters, x).forEach((outputs, h) => {
      const { constants } = task.reads[h]!;
      outputs.forEach((value, at) => {
        const error = value + constants[at % constants.length]! - labels[h]![at]!;
        sum += weights[at]! * Math.abs(error) ** task.q;
      });
    });
  return sum / (samples.length * task.z * task.reads.length);
}

test.each([
  { trains: "all", q: 2, inactive: 1, steps: [2, 3], spec: { D: 24, T: 8 } },
  { trains: "layers", q: 4, inactive: 0.25, steps: [3], spec: { D: 32, T: 10, z: [3] } },
  { trains: "embedding", q: 2.5, inactive: 0, steps: [1, 2, 3], spec: { D: 24, T: 8 } },
  { trains: "readouts", q: 3, inactive: 0.5, steps: [2], spec: { D: 60, T: 6, design: "columns", S: 1 } },
  { trains: "all", q: 2, inactive: 0.5, steps: [1, 3], spec: { D: 132, T: 6, S: 4 } },
] as const)(
  "gradients of circuits' loss agree with finite differences of a float64 network to 1e-6: $trains, q = $q, $spec",
  ({ trains, q, inactive, steps, spec: size }) => {
    const spec = parseSpec({ S: 2, L: 3, z: [2], ...size });
    const network = buildMultiPartNetwork(spec, 0);
    const z = spec.z[0]!;
    const built = circuitsTask(network, { z, q, inactive, trains, steps });
    const { task } = built;
    const noisy = noise();
    const [parameters, fixed] = [noisy(built.parameters), noisy(task.fixed)];
    const own: TrainingSettings = { ...common, ...task, fixed };
    const trainer = new Trainer(loadKernels(), own, startAt(parameters));
    trainer.computePart(0);
    const { gradient, loss } = trainer.slot(0);
    const samples = samplesOf(task);
    const whole = Float64Array.from([...parameters, ...fixed]);
    const expected = lossOf(task, whole, samples);
    expect(Math.abs(loss[0]! / (BATCH * z * steps.length) / expected - 1)).toBeLessThan(1e-6);

    const every = Math.max(1, Math.floor(parameters.length / 60));
    const worst = worstDifference(gradient, whole, (changed) => lossOf(task, changed, samples), every);
    expect(worst).toBeLessThan(1e-6);
  },
);

import { deriveSeed } from "../base/random.js";
import { transposed } from "../base/transposed.js";
import type { Circuits } from "../circuits/circuits.js";
import { makeTile } from "../engine/tile.js";
import { writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Arena } from "../kernels/memory.js";
import { denseBias, denseWeights } from "../network/dense.js";
import { countedBlocks, widthOf } from "../network/layer.js";
import {
  eachWritten,
  readoutMatrix,
  readoutRows,
  type MultiPartNetwork,
  type Read,
  type Write,
} from "../network/multi-part.js";
import { writtenLayer } from "../network/one-part.js";
import { ChosenErrors } from "./chosen-errors.js";
import { Passes, placesOf, type NetworkShape, type Place } from "./layers.js";
import type { BatchSettings, Objective } from "./objective.js";

/** Which parameters are trained in addition to the weights and biases from layer 2 onwards. */
export const trainedParts = ["layers", "embedding", "readouts", "all"] as const;
export type TrainedParts = (typeof trainedParts)[number];

/** The task of training a large network on the readouts of its circuits. */
export interface CircuitsTask {
  readonly task: "circuits";
  readonly circuits: Circuits;
  /** Circuits active at once. */
  readonly z: number;
  /**
   * The loss is the sum over readouts of |ŷ − y|^q, divided by z and by the number of steps read; 2q is a whole number.
   * Terms of inactive circuits are weighted by `inactive`.
   */
  readonly q: number;
  readonly inactive: number;
  /** Number of neurons per layer, and number of layers. */
  readonly D: number;
  readonly layers: number;
  /**
   * The layers whose readouts count towards the loss, each with the step that circuits have reached there and the
   * constant added to each row.
   */
  readonly reads: readonly { readonly layer: number; readonly step: number; readonly constants: readonly number[] }[];
  readonly trains: TrainedParts;
  /** The values of the parameters that are not trained. */
  readonly fixed: Float32Array<ArrayBuffer>;
}

export function circuitsShape({ circuits, D, layers, reads, trains }: Omit<CircuitsTask, "fixed">): NetworkShape {
  const outputs = circuits.T * readoutRows(circuits);
  return {
    sizes: [circuits.T * circuits.d, ...new Array<number>(layers).fill(D)],
    hasBias: true,
    heads: reads.map(({ layer }) => ({ layer, outputs })),
    isFirstFixed: trains === "layers" || trains === "readouts",
    areHeadsFixed: trains === "layers" || trains === "embedding",
  };
}

/** The loss on circuits' readouts, and which parameters are trained. */
export interface CircuitsLoss extends Pick<CircuitsTask, "z" | "q" | "inactive" | "trains"> {
  /** The circuits' steps whose readouts count towards the loss, in ascending order. */
  readonly steps: readonly number[];
}

/**
 * The task of training a network further, from its current parameters.
 *
 * @returns the task and the parameters to be trained; the others are in the task's `fixed`
 */
export function circuitsTask(
  network: MultiPartNetwork,
  { steps, ...loss }: CircuitsLoss,
): { readonly task: CircuitsTask; readonly parameters: Float32Array<ArrayBuffer> } {
  const { circuits, parts, layers } = network;
  const D = widthOf(parts);
  const reads = steps.map((step) => ({
    ...{ layer: network.steps[step - 1], step },
    constants: network.constants[step - 1],
  }));
  const task = { task: "circuits", circuits, ...loss, D, layers: layers.length, reads } as const;
  const places = placesOf(circuitsShape(task));
  const all = new Float32Array(places.whole);
  places.layers.forEach(({ weights, bias }, k) => {
    all.set(k === 0 ? embeddingOf(network) : transposed(denseWeights(network, k + 1), D, D), weights);
    if (bias !== null) all.set(denseBias(parts, layers[k]), bias);
  });
  places.heads.forEach(({ weights, outputs }, h) => {
    const own = readoutMatrix(network, network.reads[steps[h] - 1]);
    for (let row = 0; row < outputs; row++)
      for (let e = own.starts[row]; e < own.starts[row + 1]; e++)
        all[weights + own.columns[e] * outputs + row] += own.values[e];
  });
  return { task: { ...task, fixed: all.slice(places.count) }, parameters: all.slice(0, places.count) };
}

/** The values that each input, if it is 1, writes to the neurons, [T·d][D]. */
function embeddingOf(network: Pick<MultiPartNetwork, "circuits" | "parts" | "writes">): Float32Array {
  const { T, d } = network.circuits;
  const D = widthOf(network.parts);
  const values = new Float32Array(T * d * D);
  for (let t = 0; t < T; t++)
    for (let j = 0; j < d; j++) {
      const unit = Float64Array.from({ length: d }, (_, i) => (i === j ? 1 : 0));
      eachWritten(network, t, unit, (neuron, value) => {
        values[(t * d + j) * D + neuron] += value;
      });
    }
  return values;
}

export function circuitsObjective(kernels: Kernels, arena: Arena, task: CircuitsTask & BatchSettings): Objective {
  const { circuits, z, q, inactive, reads, fixed, seed, batch } = task;
  const { T, d, readouts } = circuits;
  const rows = readouts.flatMap(({ matrix }) => matrix);
  const N = T * rows.length;
  const passes = new Passes(kernels, circuitsShape(task), arena);
  const norm = z * reads.length;
  const factor = q / (batch * norm);
  const tile = makeTile(kernels, arena, circuits, { lanes: passes.tile, z });
  const others = arena.bytes(8);
  const ownLoss = { gradient: inactive * factor, out: others, N, halves: 2 * q };
  const loss = writeDescriptor(arena, fields.powerLoss, ownLoss);
  arena.viewF32(passes.parameters + 4 * passes.count, fixed.length).set(fixed);
  const drawn = { z, sampling: "random", seed: deriveSeed(seed, "training"), network: 0 } as const;
  let lossAt = 0;

  /** Sets the inputs of the passes to the drawn samples. */
  const setInputs = (count: number, ids: Uint32Array): void => {
    const { starts, columns, values } = passes.inputs;
    const begin = arena.viewU32(starts, count + 1);
    for (let s = 0; s <= count; s++) begin[s] = s * z * d;
    const which = arena.viewU32(columns, count * z * d);
    for (let at = 0; at < which.length; at++) which[at] = ids[Math.floor(at / d)] * d + (at % d);
    arena.viewF32(values, count * z * d).set(arena.viewF64(tile.truth[0], count * z * d));
  };

  return {
    ...{ passes, norm },
    addLossTo: (address) => void (lossAt = address),
    pass(gradient, step, which, count) {
      tile.draw(drawn, step * batch + which * passes.tile, count);
      tile.runAlone(count * z);
      const ids = arena.viewU32(tile.ids, count * z);
      setInputs(count, ids);
      passes.forward(count);
      reads.forEach((read, h) => {
        const errors = arena.viewF32(passes.outputs[h], count * N);
        if (read.constants.some((constant) => constant !== 0))
          for (let at = 0; at < errors.length; at++) errors[at] += read.constants[at % rows.length];
        const truth = arena.viewF64(tile.truth[read.step], count * z * d);
        const chosen = new ChosenErrors(errors, q);
        ids.forEach((t, o) => {
          rows.forEach((row, r) => {
            let label = 0;
            for (let j = 0; j < d; j++) label += row[j] * truth[o * d + j];
            chosen.take(Math.floor(o / z) * N + t * rows.length + r, label);
          });
        });
        const sum = arena.viewF64(others, 1);
        sum[0] = 0;
        if (inactive === 0) errors.fill(0);
        else kernels.powerLoss(loss, passes.outputs[h], count);
        arena.viewF64(lossAt, 1)[0] += chosen.put(factor) + inactive * sum[0];
      });
      passes.backward(gradient, passes.outputs, count);
    },
  };
}

/** The parameters of a task, as a network's weights. In a list with one entry per layer, index k holds layer k + 1. */
export interface CircuitsWeights {
  /** W, [D][D] row-major; null for the first layer, where W is the identity. */
  readonly weights: readonly (Float32Array<ArrayBuffer> | null)[];
  readonly biases: readonly Float32Array<ArrayBuffer>[];
  /** The values that one unit of each input writes to the neurons, [T·d][D]. */
  readonly embedding: Float32Array<ArrayBuffer>;
  /** [T·rows][D] */
  readonly readouts: readonly { readonly step: number; readonly matrix: Float32Array<ArrayBuffer> }[];
}

export function circuitsWeights(task: CircuitsTask, parameters: Float32Array<ArrayBuffer>): CircuitsWeights {
  const { layers, heads, whole, count } = placesOf(circuitsShape(task));
  const all = new Float32Array(whole);
  all.set(parameters);
  all.set(task.fixed, count);
  const matrix = ({ weights, inputs, outputs }: Place): Float32Array<ArrayBuffer> =>
    transposed(all.subarray(weights, weights + inputs * outputs), inputs, outputs);
  return {
    weights: layers.map((place, k) => (k === 0 ? null : matrix(place))),
    biases: layers.map(({ bias, outputs }) => all.slice(bias ?? 0, (bias ?? 0) + (bias === null ? 0 : outputs))),
    embedding: all.slice(layers[0].weights, layers[0].weights + layers[0].inputs * layers[0].outputs),
    readouts: heads.map((place, h) => ({ step: task.reads[h].step, matrix: matrix(place) })),
  };
}

/** The network of a task with the given parameters; all its neurons are in one part. */
export function circuitsNetwork(
  from: MultiPartNetwork,
  task: CircuitsTask,
  parameters: Float32Array<ArrayBuffer>,
): MultiPartNetwork {
  const { circuits, D } = task;
  const { T, d } = circuits;
  const { weights, biases, embedding, readouts } = circuitsWeights(task, parameters);
  const rows = readoutRows(circuits);
  const everyNeuron = Array.from({ length: D }, (_, n) => n);
  const reads = from.reads.map((list, k) => {
    const own = readouts.find(({ step }) => step === k + 1)?.matrix ?? readsOf(from, list, T * rows, D);
    return slotReads(own, T, rows, D);
  });
  return {
    circuits,
    parts: [{ name: "neurons", d: 1, P: D, offset: 0 }],
    counted: from.counted ?? countedBlocks(from.parts),
    layers: weights.map((own, k) => writtenLayer(own, biases[k], k === 0)),
    steps: from.steps,
    writes: everyNeuron.map((n): Write => ({
      part: 0,
      assignment: { T, S: 1, P: D, neurons: new Uint32Array(T).fill(n) },
      shared: { matrix: new Float64Array(d), scale: 0 },
      own: { matrix: Float64Array.from({ length: T * d }, (_, at) => embedding[at * D + n]), scale: 1 },
    })),
    reads,
    constants: from.constants,
  };
}

function readsOf(network: MultiPartNetwork, list: readonly Read[], rows: number, D: number): Float32Array {
  const { starts, columns, values } = readoutMatrix(network, list);
  const matrix = new Float32Array(rows * D);
  for (let row = 0; row < rows; row++)
    for (let e = starts[row]; e < starts[row + 1]; e++) matrix[row * D + columns[e]] += values[e];
  return matrix;
}

/**
 * Converts a matrix [T·rows][D] to a list of reads: the k-th read holds, for each circuit, the weights of the k-th
 * neuron that its readouts use.
 */
function slotReads(matrix: Float32Array, T: number, rows: number, D: number): Read[] {
  const neurons = Array.from({ length: T }, (_, t) => {
    const own = matrix.subarray(t * rows * D, (t + 1) * rows * D);
    return Array.from({ length: D }, (_, n) => n).filter((n) => own.some((value, at) => value !== 0 && at % D === n));
  });
  const slots = Math.max(...neurons.map(({ length }) => length));
  return Array.from({ length: slots }, (_, slot): Read => {
    const values = new Float64Array(T * rows);
    neurons.forEach((own, t) => {
      if (slot < own.length)
        for (let r = 0; r < rows; r++) values[t * rows + r] = matrix[(t * rows + r) * D + own[slot]];
    });
    const assignment = { T, S: 1, P: D, neurons: Uint32Array.from(neurons, (own) => own[slot] ?? 0) };
    return { kind: "circuit", part: 0, assignment, matrix: values, everywhere: 0 };
  });
}

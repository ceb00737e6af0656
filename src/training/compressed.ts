import { deriveSeed, logOfFraction, seedKey, streams } from "../base/random.js";
import { changeDescriptor, writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Arena } from "../kernels/memory.js";
import { mixingMatrix, type Mixing } from "./labels.js";
import { Passes, placesOf, readAtTheEnd, type NetworkShape } from "./layers.js";
import type { BatchSettings, Objective } from "./objective.js";

/** Compressed computation: N neurons compute F labels ReLU(x) + M x of sparse inputs x. */
export interface CompressedTask {
  readonly task: "compressed";
  /** Number of inputs, which is also the number of outputs. */
  readonly F: number;
  /** Neurons. */
  readonly N: number;
  /** Probability that an input is nonzero; it is then uniform in (−1, 1). */
  readonly p: number;
  /** The loss is the mean over outputs of |ŷ − y|^q, where 2q is a whole number. */
  readonly q: number;
  /** Whether neurons have biases. */
  readonly biases: "none" | "hidden";
  readonly mixing: Mixing;
  readonly sigma: number;
}

export function compressedShape({ F, N, biases }: CompressedTask): NetworkShape {
  return readAtTheEnd([F, N, F], biases === "hidden");
}

export function compressedObjective(
  kernels: Kernels,
  arena: Arena,
  { F, p, q, mixing, sigma, ...task }: CompressedTask & BatchSettings,
): Objective {
  const { seed, batch } = task;
  const passes = new Passes(kernels, compressedShape({ F, p, q, mixing, sigma, ...task }), arena);
  const { inputs } = passes;
  const [low, high] = seedKey(deriveSeed(seed, "training"));
  const draw = writeDescriptor(arena, fields.drawSparse, { logOff: logOff(p), ...inputs, F, stream: streams.design });
  const M = mixingMatrix(mixing, F, sigma, seed);
  const weights = M === null ? 0 : arena.f32(M);
  const labels = writeDescriptor(arena, fields.rowsLayer, { ...inputs, weights, bias: 0, N: F, K: F });
  const loss = writeDescriptor(arena, fields.powerLoss, { gradient: q / (batch * F), out: 0, N: F, halves: 2 * q });
  return {
    ...{ passes, norm: F },
    addLossTo: (out) => changeDescriptor(arena, fields.powerLoss, loss, { out }),
    pass(gradient, step, tile, count) {
      kernels.drawSparse(draw, low, high, step, tile, count);
      passes.forward(count);
      const [errors] = passes.outputs;
      kernels.subtractLabels(labels, errors, count);
      kernels.powerLoss(loss, errors, count);
      passes.backward(gradient, passes.outputs, count);
    },
  };
}

/**
 * The parameters for given weights.
 *
 * @param encoder the columns of W_in, [F][N]
 * @param decoder W_out, [F][N]
 * @param bias [N], if the network has biases
 */
export function parametersFrom(
  task: CompressedTask,
  encoder: ArrayLike<number>,
  decoder: ArrayLike<number>,
  bias: ArrayLike<number> | null = null,
): Float32Array<ArrayBuffer> {
  const { F, N } = task;
  const { layers, heads, count } = placesOf(compressedShape(task));
  const parameters = new Float32Array(count);
  for (let at = 0; at < F * N; at++) {
    parameters[layers[0].weights + at] = encoder[at];
    parameters[heads[0].weights + (at % N) * F + Math.floor(at / N)] = decoder[at];
  }
  if (layers[0].bias !== null && bias !== null) parameters.set(bias, layers[0].bias);
  return parameters;
}

/** ln(1 − p), for drawing inputs; 1 − p is rounded to a positive multiple of 2^−32. */
export function logOff(p: number): number {
  return logOfFraction(Math.max(1, Math.round((1 - p) * 2 ** 32)));
}

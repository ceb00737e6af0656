import { deriveSeed, seedKey } from "../base/random.js";
import type { Kernels } from "../kernels/kernels.js";
import { arenaOf } from "../kernels/memory.js";
import { andShape, drawBooleans, pairIndex, type AndTask } from "./and-task.js";
import { Passes, placesOf } from "./layers.js";

/** What a network of all ANDs does on inputs that it was not trained on. */
export interface AndErrors extends Omit<AndTask, "task"> {
  readonly samples: number;
  /** Mean over ANDs of |ŷ − y|^q, and that over the loss of answering 0. */
  readonly loss: number;
  readonly overZero: number;
  /** Mean squared error of ANDs that are 1, and of those that are 0. */
  readonly onSquare: number;
  readonly offSquare: number;
}

export function measureAnd(
  kernels: Kernels,
  task: AndTask & { readonly seed: number },
  parameters: Float32Array<ArrayBuffer>,
  samples: number,
): AndErrors {
  const { m, d, l, q, seed } = task;
  const N = (m * (m - 1)) / 2;
  const arena = arenaOf(kernels);
  const passes = new Passes(kernels, andShape(task), arena);
  const draw = drawBooleans(kernels, arena, passes, m, l);
  arena.viewF32(passes.parameters, passes.count).set(parameters);
  passes.loaded();
  const [low, high] = seedKey(deriveSeed(seed, "training-measured"));
  let [loss, on, off, ons] = [0, 0, 0, 0];
  for (let first = 0, tile = 0; first < samples; first += passes.tile, tile++) {
    const count = Math.min(passes.tile, samples - first);
    const { starts, columns } = draw(low, high, 0, tile, count);
    passes.forward(count);
    const out = arena.viewF32(passes.outputs[0], count * N);
    for (let s = 0; s < count; s++)
      for (let b = starts[s]; b < starts[s + 1]; b++)
        for (let a = starts[s]; a < b; a++) {
          const error = Math.abs(out[s * N + pairIndex(m, columns[a], columns[b])] - 1);
          loss += error ** q;
          on += error * error;
          ons++;
          out[s * N + pairIndex(m, columns[a], columns[b])] = 0;
        }
    for (const value of out) {
      loss += Math.abs(value) ** q;
      off += value * value;
    }
  }
  return {
    ...{ m, d, l, q, samples, loss: loss / samples / N, overZero: loss / ons },
    ...{ onSquare: on / ons, offSquare: off / (samples * N - ons) },
  };
}

/** Share of neurons' input weights that are at least a quarter of their neuron's largest. */
export function denseShare(task: AndTask, parameters: Float32Array<ArrayBuffer>): number {
  const { m, d } = task;
  const [{ weights }] = placesOf(andShape(task)).layers;
  let large = 0;
  for (let n = 0; n < d; n++) {
    const own = Array.from({ length: m }, (_, i) => Math.abs(parameters[weights + i * d + n]));
    const most = Math.max(...own);
    large += own.filter((weight) => weight >= most / 4).length;
  }
  return large / (m * d);
}

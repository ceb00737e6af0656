import { deriveSeed, seedKey } from "../base/random.js";
import type { Kernels } from "../kernels/kernels.js";
import { arenaOf } from "../kernels/memory.js";
import { andShape, drawBooleans, pairIndex, type AndTask } from "./and-task.js";
import { Passes, placesOf } from "./layers.js";

/** Errors of a network that computes all ANDs, on inputs that it was not trained on. */
export interface AndErrors extends Omit<AndTask, "task"> {
  readonly samples: number;
  /** Mean over ANDs of |ŷ − y|^q, and its ratio to the loss if every output were 0 (null if no AND was 1). */
  readonly loss: number;
  readonly overZero: number | null;
  /** Mean squared errors of the ANDs that are 1 and of the ANDs that are 0; each is null if there were no such ANDs. */
  readonly onSquare: number | null;
  readonly offSquare: number | null;
}

export function measureAnd(
  kernels: Kernels,
  task: AndTask & { readonly seed: number },
  parameters: Float32Array<ArrayBuffer>,
  samples: number,
): AndErrors {
  const { m, d, l, q, on: weight, seed } = task;
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
          loss += weight * error ** q;
          on += error * error;
          ons++;
          out[s * N + pairIndex(m, columns[a], columns[b])] = 0;
        }
    for (const value of out) {
      loss += Math.abs(value) ** q;
      off += value * value;
    }
  }
  const ratio = (sum: number, count: number): number | null => (count === 0 ? null : sum / count);
  return {
    ...{ m, d, l, q, on: weight, samples, loss: loss / samples / N, overZero: ratio(loss, weight * ons) },
    ...{ onSquare: ratio(on, ons), offSquare: ratio(off, samples * N - ons) },
  };
}

/** Share of all input weights whose magnitude is nonzero and at least a quarter of the largest in their neuron. */
export function denseShare(task: AndTask, parameters: Float32Array<ArrayBuffer>): number {
  const { m, d } = task;
  const [{ weights }] = placesOf(andShape(task)).layers;
  let large = 0;
  for (let n = 0; n < d; n++) {
    const own = Array.from({ length: m }, (_, i) => Math.abs(parameters[weights + i * d + n]));
    const most = Math.max(...own);
    large += own.filter((weight) => weight > 0 && weight >= most / 4).length;
  }
  return large / (m * d);
}

/** A class of neurons: those that respond in the same way to a pair of inputs. */
export interface NeuronClass {
  /** Four digits that show whether the neurons are on for inputs 00, 01, 10 and 11, such as "0111". */
  readonly pattern: string;
  /** The share of all combinations of a neuron and a pair that have this pattern. */
  readonly share: number;
}

/**
 * The classes of neurons for a pair of inputs with all others off, most frequent first. A class says which of the
 * inputs 00, 01, 10 and 11 turn a neuron on, that is, raise it above a quarter of its largest activation over all
 * pairs.
 */
export function neuronClasses(task: AndTask, parameters: Float32Array<ArrayBuffer>): NeuronClass[] {
  const { m, d } = task;
  const [{ weights, bias }] = placesOf(andShape(task)).layers;
  const counts = new Map<string, number>();
  for (let n = 0; n < d; n++) {
    const b = bias === null ? 0 : parameters[bias + n];
    const own = Array.from({ length: m }, (_, i) => parameters[weights + i * d + n]);
    const [first, second] = [...own].sort((one, other) => other - one);
    const most = Math.max(b, b + first, b + first + second);
    for (let j = 1; j < m; j++)
      for (let i = 0; i < j; i++) {
        const values = [b, b + own[j], b + own[i], b + own[i] + own[j]];
        const pattern = values.map((value) => (value > 0 && value > most / 4 ? "1" : "0")).join("");
        counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
      }
  }
  const all = (d * m * (m - 1)) / 2;
  return [...counts].map(([pattern, count]) => ({ pattern, share: count / all })).sort((a, b) => b.share - a.share);
}

import { deriveSeed, seedKey, streams } from "../base/random.js";
import { changeDescriptor, writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Arena } from "../kernels/memory.js";
import { ChosenErrors } from "./chosen-errors.js";
import { logOff } from "./compressed.js";
import { Passes, readAtTheEnd, type NetworkShape } from "./layers.js";
import type { BatchSettings, Objective } from "./objective.js";

/** Universal AND: d neurons with biases compute all m(m−1)/2 ANDs of m Boolean inputs. [L6] */
export interface AndTask {
  readonly task: "universal-and";
  /** Inputs. */
  readonly m: number;
  /** Neurons. */
  readonly d: number;
  /** Mean number of inputs that are on: each is on with probability l/m. */
  readonly l: number;
  /** The loss is the mean over ANDs of |ŷ − y|^q, where 2q is a whole number; terms with y = 1 have the weight `on`. */
  readonly q: number;
  readonly on: number;
}

export function andShape({ m, d }: AndTask): NetworkShape {
  return readAtTheEnd([m, d, (m * (m - 1)) / 2], true);
}

/** The index of the output for the AND of inputs i < j. */
export function pairIndex(m: number, i: number, j: number): number {
  return (i * (2 * m - i - 1)) / 2 + j - i - 1;
}

export function andObjective(kernels: Kernels, arena: Arena, task: AndTask & BatchSettings): Objective {
  const { m, l, q, on, seed, batch } = task;
  const N = (m * (m - 1)) / 2;
  const passes = new Passes(kernels, andShape(task), arena);
  const [low, high] = seedKey(deriveSeed(seed, "training"));
  const draw = drawBooleans(kernels, arena, passes, m, l);
  const factor = q / (batch * N);
  const loss = writeDescriptor(arena, fields.powerLoss, { gradient: factor, out: 0, N, halves: 2 * q });
  let lossAt = 0;
  return {
    ...{ passes, norm: N },
    addLossTo(out) {
      changeDescriptor(arena, fields.powerLoss, loss, { out });
      lossAt = out;
    },
    pass(gradient, step, tile, count) {
      const { starts, columns } = draw(low, high, step, tile, count);
      passes.forward(count);
      const [errors] = passes.outputs;
      const chosen = new ChosenErrors(arena.viewF32(errors, count * N), q);
      for (let s = 0; s < count; s++)
        for (let b = starts[s]; b < starts[s + 1]; b++)
          for (let a = starts[s]; a < b; a++) chosen.take(s * N + pairIndex(m, columns[a], columns[b]), 1);
      kernels.powerLoss(loss, errors, count);
      arena.viewF64(lossAt, 1)[0] += on * chosen.put(on * factor);
      passes.backward(gradient, passes.outputs, count);
    },
  };
}

/** Draws inputs that are 1 with probability l/m, as compressed rows; returns views. */
export function drawBooleans(
  kernels: Kernels,
  arena: Arena,
  { inputs }: Passes,
  m: number,
  l: number,
): (
  low: number,
  high: number,
  item: number,
  sub: number,
  count: number,
) => { readonly starts: Uint32Array; readonly columns: Uint32Array } {
  const own = { logOff: logOff(l / m), ...inputs, F: m, stream: streams.design };
  const draw = writeDescriptor(arena, fields.drawSparse, own);
  return (low, high, item, sub, count) => {
    kernels.drawSparse(draw, low, high, item, sub, count);
    const starts = arena.viewU32(inputs.starts, count + 1);
    arena.viewF32(inputs.values, starts[count]).fill(1);
    return { starts, columns: arena.viewU32(inputs.columns, starts[count]) };
  };
}

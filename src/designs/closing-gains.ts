import type { Assignment } from "../assignment/assignment.js";
import { runAlone, weightOf, type Circuits } from "../circuits/circuits.js";
import { drawInput, inputsOf } from "../circuits/inputs.js";
import { RandomSequence } from "../base/random.js";

/** Number of inputs tried per circuit. */
const DRAWS = 16;
/**
 * Limit on the number of activations sent to other circuits, over all inputs and layers. In crowded blocks, fewer
 * inputs are tried.
 */
const TRIED = 2e7;
/** Safety factor, because inputs that were not tried may cause larger pre-activations. */
const HEADROOM = 1.25;
/** The gain for a neuron that receives nothing but noise. */
const LEAST = 0.25;

/** For each neuron of a cell, the gains that switch it off, [d]. */
export interface ClosingGains {
  /** The gain if one other circuit of the cell was active in the previous layer. */
  readonly one: Float64Array;
  /** The gain per active circuit, if several were active. */
  readonly each: Float64Array;
}

/**
 * Finds the gains for each neuron of a cell. The gains exceed every pre-activation found while another circuit of the
 * cell is active, over all inputs tried. The pre-activations for `one` include the bias; those for `each` include it
 * only where it is above 0, because several circuits share one bias.
 *
 * @param columns the cell of each circuit (S = 1), in odd layers and in even layers
 */
export function closingGains(circuits: Circuits, columns: readonly [Assignment, Assignment]): ClosingGains {
  const { T, L, d, bias, inputs } = circuits;
  const one = new Float64Array(d).fill(LEAST);
  const each = new Float64Array(d).fill(LEAST);
  const members = columns.map(({ P, neurons }) => {
    const of: number[][] = Array.from({ length: P }, () => []);
    neurons.forEach((cell, t) => of[cell].push(t));
    return of;
  });
  const add = (i: number, arrives: number, own: number): void => {
    one[i] = Math.max(one[i], HEADROOM * (arrives + own));
    each[i] = Math.max(each[i], HEADROOM * (arrives + Math.max(own, 0)));
  };
  bias.slice(1).forEach((own) => own.forEach((value, i) => add(i, 0, value)));
  const perDraw = columns[0].neurons.reduce((sum, cell) => sum + members[0][cell].length, 0) * (L - 1);
  const draws = Math.max(1, Math.min(DRAWS, Math.floor(TRIED / Math.max(1, perDraw))));
  const seen = Array.from({ length: T }, (_, t) => {
    const random = new RandomSequence(0, "user", t);
    return Array.from({ length: draws }, () => runAlone(circuits, t, drawInput(inputsOf(inputs, t), random)));
  });
  for (let l = 2; l <= L; l++) {
    const { neurons } = columns[l % 2];
    for (let u = 0; u < T; u++) {
      const weights = weightOf(circuits, l, u);
      for (const t of members[l % 2][neurons[u]]) {
        for (const activations of seen[t]) {
          for (let i = 0; i < d; i++) {
            let sum = 0;
            for (let j = 0; j < d; j++) sum += weights[i * d + j] * activations[l - 1][j];
            add(i, sum, bias[l - 1][i]);
          }
        }
      }
    }
  }
  return { one, each };
}

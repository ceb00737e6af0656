import { weightOf } from "../circuits/circuits.js";
import { layOut, type Layer, type Term } from "../network/layer.js";
import { everyLayer, readoutRows, type MultiPartNetwork, type Read, type Write } from "../network/multi-part.js";
import { RandomSequence } from "../base/random.js";
import {
  blockMeetings,
  blocksLargest,
  blockSize,
  cellWords,
  DIGITS,
  placeBlocks,
  wordsOf,
  type BlockNeurons,
} from "./blocks.js";
import type { Design, DesignError, DesignOptions, PredictionOf } from "./design.js";
import { closingGains } from "./closing-gains.js";
import { codeBias, codeGate, codeParts, codeTerms, firstCodeBias, writeOpen } from "./open-code.js";
import { indicatorRows, isCounted } from "./indicator-rows.js";

/**
 * General: any circuits in blocks of cells, as exact as when they run alone.
 *
 * Circuits are pairs of cells in blocks (blocks.ts). A cell is d neurons, used by whichever of its circuits is active.
 * The weights from one cell to another belong to the one circuit that has both cells: nothing is shared, averaged or
 * corrected. An active circuit also sends activations to other cells of its block. The code (open-code.ts) keeps these
 * cells shut, with gains that exceed the largest values circuits can send each other (closing-gains.ts). So one active
 * circuit is exact up to rounding at any depth, whatever it computes, and so are several active circuits in different
 * blocks.
 *
 * One neuron per block counts the block's active circuits, `ReLU(4·count − 6)`, and shuts its cells if there are two
 * or more: these circuits are then read as 0 from layer 2 onwards, so their errors do not grow. The count n is kept as
 * `ReLU(1.02·n − 0.03)`, which removes noise from counts that are 0.
 *
 * Circuits need neither ramps nor negative biases, nor anything else that the post's networks require. The
 * only requirement is that their inputs show whether they are active (indicator-rows.ts).
 *
 * The price: circuits share their neurons. Two active circuits in one block are both lost; this affects between 1 and
 * 2% of active circuits at z = 2. If an inactive circuit shares a cell with an active one, it reads the active one's
 * values.
 */
export const generalDesign: Design = {
  help: "any circuits, in blocks of cells: exact up to rounding unless two active circuits are in one block",
  caveats:
    "Two active circuits in one block are both lost: 1.6% of readouts at z = 2 and T·d = 2·D. An inactive circuit that shares a cell with an active one reads the active one's values. A circuit that amplifies noise when it runs alone also amplifies it in this design.",
  runs: "any circuits",
  S: [1],
  angles: null,
  settings: [],
  isSizedByT: true,
  largest: ({ D, d }) => blocksLargest(neuronsOf(D, d)),
  theory: {
    about:
      "The theory covers active circuits that share a block [E28]: an active circuit is exact unless another circuit in its block is active, in which case it is read as 0 from layer 2 onwards. The theory does not cover " +
      "layer 1 with several active circuits: the values of two circuits in one cell are added before the ReLU, and this has no closed form for general circuits.",
    predict,
  },
  build,
};

const CELLS = 0;
const CODE = { single: 1, pair: 2 } as const;
const BUSY = 3;
/**
 * For the neurons that count active circuits: the weight per circuit and the bias, which is −1.5 times that weight.
 * `KEPT` holds the weight and bias with which the count is copied to the next layer.
 */
const COUNTED = { each: 4, bias: -6 } as const;
const KEPT = { weight: 1.02, bias: -0.03 } as const;

function neuronsOf(D: number, d: number): BlockNeurons {
  return { D, perCell: d, perBlock: 1 };
}

function predict({ D, T, L, z, circuits, expectations }: PredictionOf): Record<string, DesignError[]> {
  const { met, besideAlone } = blockMeetings(neuronsOf(D, circuits.d), T, z);
  // If active circuits cannot be counted exactly from their inputs, two of them may fail to shut their block.
  const isKnown = z === 1 || isCounted(circuits);
  const errors = (output: number, l: number): DesignError =>
    isKnown && (z === 1 || l > 1)
      ? { active: met * output, inactive: besideAlone[(l - 1) % 2] * output }
      : { active: null, inactive: null };
  return Object.fromEntries(
    circuits.readouts.map(({ name }, r) => [
      name,
      [
        { active: 0, inactive: 0 },
        ...everyLayer(L).map((l) => errors(expectations[r][Math.min(l, expectations[r].length) - 1].output, l)),
      ],
    ]),
  );
}

/** @param options must have T ≤ `blocksLargest` circuits; the caller checks this */
function build({ D, L, d, circuits, seed, network }: DesignOptions): MultiPartNetwork {
  const { T, mean, delta, bias, readouts } = circuits;
  const size = blockSize(neuronsOf(D, d), T);
  const { q, p, blocks } = size;
  const { columns, blockOf } = placeBlocks(size, T, new RandomSequence(seed, "design", network, 4));
  const words = cellWords(size);
  const codes = columns.map((cells) => wordsOf(cells, words));
  const { on, exact } = indicatorRows(circuits);
  const gains = closingGains(circuits, columns);
  const gate = codeGate(CODE, CELLS, words, gains.one);
  const kept: Term = { kind: "copy", from: BUSY, to: BUSY, by: { matrix: Float64Array.of(1), scale: KEPT.weight } };
  const shut = blockOf.map((block): Term => {
    const weights = new Float64Array(q * blocks);
    block.forEach((own, cell) => (weights[cell * blocks + own] = 1));
    return { kind: "dense", from: BUSY, to: CELLS, weights, by: { matrix: gains.each, scale: -1 } };
  });
  const first: Layer = {
    terms: [],
    bias: [bias[0].map((b) => Math.min(b, 0)), ...firstCodeBias, Float64Array.of(COUNTED.bias)],
  };
  const layers = [first];
  for (let k = 1; k < L; k++) {
    const isSame = (other: number): boolean =>
      (k - other) % 2 === 0 && mean[other] === mean[k] && delta[other] === delta[k] && bias[other] === bias[k];
    const same = layers.findIndex((_, other) => other > 0 && isSame(other));
    layers.push(same === -1 ? layerOf(k) : layers[same]);
  }
  const matrix = Float64Array.from(readouts.flatMap((readout) => readout.matrix.flat()));
  const reads = columns.map((assignment): Read[] => [
    { kind: "circuit", part: CELLS, assignment, matrix, everywhere: 0 },
  ]);
  return {
    circuits,
    parts: layOut([
      { name: "cells", d, P: q },
      ...codeParts(DIGITS * p),
      { name: "blocks with two active circuits", d: 1, P: blocks },
    ]),
    steps: everyLayer(L),
    layers,
    writes: [writeCells(), ...writeOpen(CODE, on, [codes[0], codes[1]]), writeCounts()],
    reads: everyLayer(L).map((l) => reads[(l - 1) % 2]),
    constants: everyLayer(L).map(() => new Array<number>(readoutRows(circuits)).fill(0)),
  };

  /** Layer k + 1, in which circuits move from column A to column B if k is odd, and from B to A otherwise. */
  function layerOf(k: number): Layer {
    return {
      terms: [
        {
          ...{ kind: "circuits", from: CELLS, to: CELLS, everywhere: 0 },
          ...{ gather: columns[(k + 1) % 2], scatter: columns[k % 2] },
          shared: { matrix: mean[k], scale: 1 },
          own: { matrix: delta[k], scale: 1 },
        },
        gate,
        shut[k % 2],
        ...codeTerms(CODE),
        kept,
      ],
      bias: [bias[k], ...codeBias, Float64Array.of(KEPT.bias)],
    };
  }

  /**
   * Writes `w_t·a^0` to the cells of an active circuit, together with positive biases, which apply to open cells only.
   */
  function writeCells(): Write {
    const own = new Float64Array(T * d * d);
    for (let t = 0; t < T; t++) {
      const weights = weightOf(circuits, 1, t);
      for (let i = 0; i < d; i++) {
        const above = Math.max(bias[0][i], 0);
        for (let j = 0; j < d; j++) own[(t * d + i) * d + j] = weights[i * d + j] + above * exact[t * d + j];
      }
    }
    const none = { matrix: new Float64Array(d * d), scale: 0 };
    return { part: CELLS, assignment: columns[0], shared: none, own: { matrix: own, scale: 1 } };
  }

  function writeCounts(): Write {
    const neurons = columns[0].neurons.map((cell) => blockOf[0][cell]);
    const none = { matrix: new Float64Array(d), scale: 0 };
    const assignment = { T, P: blocks, S: 1, neurons };
    return { part: BUSY, assignment, shared: none, own: { matrix: exact, scale: COUNTED.each } };
  }
}

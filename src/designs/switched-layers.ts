import type { Assignment } from "../assignment/assignment.js";
import { threeDirections, turnBetween, type Angles } from "../circuits/rotation.js";
import type { Layer, Term } from "../network/layer.js";
import type { Read } from "../network/multi-part.js";
import { gateTerm, moveX, readX, turns, type Cells } from "./cells.js";
import { bitCells, bitsConstant, fromBits, snapLines, toBits, type Snap } from "./snap.js";
import { K, S, SWITCHES, type Places } from "./switched-places.js";

/** The number of angles that x can have. */
export const SWITCHED_ANGLES = 16;
/** The gate of an open cell: 1, to make room for x, plus a margin for noise. */
export const OFFSET = 1.3;
/** If three of a word's five neurons are on, the gate is still shut, at −SHUT. */
const SHUT = 1.15;
const HITS = 3;
const GAIN = (OFFSET + SHUT) / (1 - HITS / S);
/** Added to the gates of the copy that is off. */
const OFF = -5;
/** Inverts a bit: `ReLU(1 − 2v)`. */
export const INVERT = { weight: -2, bias: 1 } as const;
/** The gain with which x is converted to bits. */
export const SNAP_GAIN = 6;
/** Number of steps between two snaps. */
const STEPS_PER_SNAP = 2;

export const CODES = [0, 1].flatMap((copy) => [0, 1].map((orientation) => ({ copy, orientation })));
/** Indices of the parts: the cells of both copies, the four codes, and the switch. */
const codePart = (copy: number, orientation: number): number => 2 + 2 * copy + orientation;
export const SWITCH = 6;
export const COPIES = [0, 1] as const;

/** The layers for L steps, and the places of x and of the codes after each step. Equal layers are the same object. */
export function switchedLayers(
  places: Places,
  words: readonly Assignment[],
  angles: Angles,
  groups: number,
  L: number,
) {
  const turned = turns(angles);
  const snap: Snap = snapLines(SWITCHED_ANGLES);
  const known = new Map<string, Layer>();
  const layers: Layer[] = [{ terms: [], bias: biases(0, []).bias }];
  // Bits of the latest layer are upright (not inverted) after an odd number of layers, because A^1 is the input.
  const isNowUpright = (): boolean => layers.length % 2 === 1;
  for (const stage of [1, 2, 3] as const) layers.push(hold(stage, isNowUpright()));
  const steps: number[] = [];
  const orientations: number[] = [];
  const upright: boolean[] = [];
  let orientation = 0;
  for (let step = 1; step <= L; step++) {
    layers.push(stepLayer(orientation, isNowUpright()));
    orientation = 1 - orientation;
    steps.push(layers.length);
    orientations.push(orientation);
    upright.push(isNowUpright());
    if (step === L || step % STEPS_PER_SNAP !== 0) continue;
    layers.push(cut());
    layers.push(complement());
    layers.push(restore(isNowUpright()));
    orientation = 0;
  }
  const made = new Map<string, readonly Read[]>();
  const reads = (codes: readonly Assignment[]): (readonly Read[])[] =>
    steps.map((_, k) => {
      const key = `${orientations[k]} ${upright[k]}`;
      const own = made.get(key) ?? readsOf(orientations[k], upright[k], codes);
      made.set(key, own);
      return own;
    });
  return { layers, steps, upright, reads };

  function readsOf(orientation: number, isUpright: boolean, codes: readonly Assignment[]): Read[] {
    // Reads the mean of a circuit's 20 code neurons if bits are upright, and 1 minus that mean if they are inverted.
    const scale = (isUpright ? 1 : -1) / (S * codes.length);
    return [
      ...COPIES.map((copy) => readX(cellsOf(copy), places.cell[copy][orientation])),
      ...codes.map((assignment, code): Read => ({
        ...{ kind: "circuit", part: 2 + code, assignment, everywhere: 0 },
        matrix: Float64Array.of(scale, 0, 0),
      })),
    ];
  }

  function cellsOf(copy: number): Cells {
    return { part: copy, gain: GAIN, offset: OFFSET };
  }

  function once(name: string, make: () => Layer): Layer {
    const layer = known.get(name) ?? make();
    known.set(name, layer);
    return layer;
  }

  /** The biases of a layer: for the cells of each copy, [3·P] or [3]; for the codes; and for the switch. */
  function biases(
    code: number,
    cells: readonly Float64Array[],
    switches: Float64Array = new Float64Array(groups),
  ): Pick<Layer, "bias"> {
    const nothing = new Float64Array(3);
    return {
      bias: [...COPIES.map((copy) => cells[copy] ?? nothing), ...CODES.map(() => Float64Array.of(code)), switches],
    };
  }

  /** Inverts every bit of the codes. */
  function invertCodes(): Term[] {
    return CODES.map(({ copy, orientation }): Term => {
      const part = codePart(copy, orientation);
      return { kind: "copy", from: part, to: part, by: { matrix: Float64Array.of(1), scale: INVERT.weight } };
    });
  }

  function switchTerm(weights: Float64Array, scale: number): Term {
    return { kind: "dense", from: SWITCH, to: SWITCH, weights, by: { matrix: Float64Array.of(1), scale } };
  }

  /** Weights within the switch: neurons 0…SWITCHES−1 read neurons 0…from−1 with weight 1; all other weights are 0. */
  function switchBlock(from: number): Float64Array {
    const weights = new Float64Array(groups ** 2);
    for (let n = 0; n < SWITCHES; n++) weights.fill(1, n * groups, n * groups + from);
    return weights;
  }

  function switchBias(value: number): Float64Array {
    return new Float64Array(groups).fill(value, 0, SWITCHES);
  }

  /** Passes on the switch, inverted: each of its neurons becomes the inverse of their mean. */
  function invertSwitch(): Term {
    return switchTerm(switchBlock(SWITCHES), INVERT.weight / SWITCHES);
  }

  /** The gates of one orientation's cells. If `isSwitched`, the switch opens one copy and shuts the other. */
  function gatesOf(orientation: number, isUpright: boolean, isSwitched: boolean): { terms: Term[]; bias: number[] } {
    const terms: Term[] = [];
    const bias: number[] = [];
    const sign = isUpright ? 1 : -1;
    for (const copy of COPIES) {
      const code = 2 * copy + orientation;
      const { T: cells, P, neurons } = words[code];
      const weights = new Float64Array(cells * P);
      neurons.forEach((neuron, at) => (weights[Math.floor(at / S) * P + neuron] = sign / S));
      terms.push(gateTerm(cellsOf(copy), codePart(copy, orientation), weights));
      // An inverted bit p stands for the value 1 − p.
      let gate = OFFSET - GAIN + (isUpright ? 0 : GAIN);
      if (isSwitched) {
        // Copy 1 is shut by OFF·K and copy 2 by OFF·(1 − K), where K is v or 1 − p.
        const fromK = (copy === 0 ? 1 : -1) * sign;
        const mean = new Float64Array(cells * groups);
        for (let cell = 0; cell < cells; cell++) mean.fill(fromK / SWITCHES, cell * groups, cell * groups + SWITCHES);
        terms.push(gateTerm(cellsOf(copy), SWITCH, mean, OFF));
        if (isUpright === (copy === 1)) gate += OFF;
      }
      bias.push(gate);
    }
    return { terms, bias };
  }

  /**
   * Keeps x in its cells while the switch is computed in three stages: first K_g = ReLU(2·count − 3) for each group,
   * then a bit that says whether any K_g is on, and then the inverse of this bit.
   */
  function hold(stage: 1 | 2 | 3, isUpright: boolean): Layer {
    return once(`hold ${stage}`, () => {
      const stay = turnBetween(threeDirections, 1, 0);
      const gates = gatesOf(0, isUpright, false);
      const each = new Float64Array(groups ** 2);
      for (let g = 0; g < groups; g++) each[g * groups + g] = 1;
      const [term, bias] = {
        1: [switchTerm(each, 2), new Float64Array(groups).fill(-3)] as const,
        2: [switchTerm(switchBlock(groups), 2), switchBias(-0.5)] as const,
        3: [switchTerm(switchBlock(SWITCHES), -1 / SWITCHES), switchBias(1)] as const,
      }[stage];
      const copies = COPIES.map((copy): Term => ({
        kind: "copy",
        from: copy,
        to: copy,
        by: { matrix: stay, scale: 1 },
      }));
      return {
        terms: [...copies, ...gates.terms, ...invertCodes(), term],
        ...biases(INVERT.bias, gates.bias.map(onAllNeurons), bias),
      };
    });
  }

  /** One step of the circuits, from the cells of one orientation to those of the other. */
  function stepLayer(orientation: number, isUpright: boolean): Layer {
    return once(`step ${orientation} ${isUpright}`, () => {
      const moves = COPIES.map((copy) =>
        moveX(cellsOf(copy), turned, places.cell[copy][orientation], places.cell[copy][1 - orientation]),
      );
      const gates = gatesOf(1 - orientation, isUpright, true);
      return {
        terms: [...moves, ...gates.terms, ...kept()],
        ...biases(INVERT.bias, gates.bias.map(onAllNeurons), switchBias(1)),
      };
    });
  }

  function kept(): Term[] {
    return [...invertCodes(), invertSwitch()];
  }

  /** Assignments that give each group all of its cells (`all`), or only the cell with number c (`cell`). */
  function ofGroups(): { readonly all: Assignment; readonly cell: (c: number) => Assignment } {
    const T = groups;
    const P = T * K;
    return {
      all: { T, P, S: K, neurons: Uint32Array.from({ length: P }, (_, n) => n) },
      cell: (c) => ({ T, P, S: 1, neurons: Uint32Array.from({ length: T }, (_, g) => g * K + c) }),
    };
  }

  function groupTerm(copy: number, gather: Assignment, scatter: Assignment, matrix: Float64Array): Term {
    return {
      kind: "circuits",
      ...{ from: copy, to: copy, gather, scatter, everywhere: 0 },
      shared: { matrix, scale: 1 },
      own: { matrix: new Float64Array(9 * groups), scale: 0 },
    };
  }

  /** `value` for the neurons that hold bits, and 0 for the groups' other neurons. */
  function onBits(value: number): Float64Array {
    const P = groups * K;
    const bias = new Float64Array(3 * P);
    snap.normals.forEach((_, j) => {
      for (let g = 0; g < groups; g++) bias[(j % 3) * P + g * K + Math.floor(j / 3)] = value;
    });
    return bias;
  }

  /** Computes h_j in every group from the sum of the group's cells. */
  function cut(): Layer {
    return once("cut", () => {
      const { all, cell } = ofGroups();
      const cells = Array.from({ length: bitCells(snap) }, (_, c) => c);
      const terms = COPIES.flatMap((copy) =>
        cells.map((c) => groupTerm(copy, all, cell(c), toBits(snap, c, SNAP_GAIN))),
      );
      const half = onBits(0.5);
      return { terms: [...terms, ...kept()], ...biases(INVERT.bias, [half, half], switchBias(1)) };
    });
  }

  /** Computes p_j = ReLU(1 − h_j). */
  function complement(): Layer {
    return once("complement", () => {
      const minus = { matrix: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), scale: -1 };
      const terms = COPIES.map((copy): Term => ({ kind: "copy", from: copy, to: copy, by: minus }));
      const ones = onBits(1);
      return { terms: [...terms, ...kept()], ...biases(INVERT.bias, [ones, ones], switchBias(1)) };
    });
  }

  /** Moves x from the bits back into cell `a` of each active circuit. */
  function restore(isUpright: boolean): Layer {
    return once(`restore ${isUpright}`, () => {
      const { all, cell } = ofGroups();
      const cells = Array.from({ length: bitCells(snap) }, (_, c) => c);
      const terms = COPIES.flatMap((copy) => cells.map((c) => groupTerm(copy, cell(c), all, fromBits(snap, c))));
      const gates = gatesOf(0, isUpright, true);
      const constant = bitsConstant(snap);
      const bias = gates.bias.map((gate) => Float64Array.from(constant, (value) => value + gate));
      return {
        terms: [...terms, ...gates.terms, ...kept()],
        ...biases(INVERT.bias, bias, switchBias(1)),
      };
    });
  }
}

/** The same bias for all three neurons of each cell. */
function onAllNeurons(gate: number): Float64Array {
  return Float64Array.of(gate, gate, gate);
}

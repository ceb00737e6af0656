import { assignmentConstructions } from "../../assignment/constructions.js";
import { counted } from "../../drawing/numbers.js";
import { mostChosenGates } from "../../theory/chosen-gates.js";
import { mostUniversalInputs } from "../../theory/universal-and.js";
import type { AndNetwork, CircuitsLayout } from "./one-axis-measure.js";

/** The largest allowed share of samples with a wrong AND. */
export const WRONG = 0.01;
/** Number of neurons in a circuit of two wires and a gate. */
const CIRCUIT = 8;

/**
 * A method of computing ANDs. The size of its networks is given as a count: the number of inputs if they compute all
 * pairs, otherwise the number of gates.
 */
export interface Way {
  readonly name: string;
  /** The network on D neurons for samples with l active inputs. */
  readonly network: (D: number, l: number) => AndNetwork;
  /** The largest count to try, and why no larger one is tried. */
  readonly largest: (D: number) => number;
  readonly end: string;
  /** The smallest count to try: the number of inputs that are on, or of active circuits. */
  readonly least: (l: number) => number;
  /** The expected count, at which the search starts. */
  readonly start: (D: number, l: number) => number;
  /** The count according to the exact law, if there is one. */
  readonly law?: (D: number, l: number) => number;
  /** A network's numbers of ANDs and of inputs, computed from its count. */
  readonly gates: (count: number) => number;
  readonly inputs: (count: number) => number;
  /** The slope of ln gates against ln count. */
  readonly power: number;
  /**
   * A lower bound on the exponent s in "the share of wrong samples grows as count^s"; from the law if there is one.
   */
  readonly slope: number;
  /** Number of samples per network: more if a network is expensive to make. */
  readonly samples: (D: number) => number;
  /** The note that explains why no number of ANDs was found. */
  readonly failure: (D: number, l: number) => string;
}

export const pairsOf = (m: number): number => (m * (m - 1)) / 2;
const double = (count: number): number => 2 * count;

/**
 * The share of neurons that an input drives: the best share according to the law or, if there are few inputs, a share
 * close to the best. [L5b]
 */
export const shareOfPairs = (D: number, l: number): number => (l === 2 ? 0.24 : D > 1000 ? 0.113 : 0.18);

/** Number of neurons per chosen gate: the S ≤ 40 that, according to the law, allows the most gates. [L5c] */
function sizeOfGate(d: number, active: number): { readonly S: number; readonly G: number } {
  const sizes = Array.from({ length: Math.min(39, d - 1) }, (_, k) => {
    return { S: k + 2, G: mostChosenGates({ d, S: k + 2, active }, WRONG) };
  });
  return sizes.reduce((best, own) => (own.G > best.G ? own : best));
}

function circuitsWay(name: string, layout: (D: number) => CircuitsLayout): Way {
  const largest = (D: number): number => {
    const { assignment, S } = layout(D);
    return assignmentConstructions[assignment].largest({ P: Math.floor(D / CIRCUIT), S });
  };
  return {
    ...{ name, largest, gates: Number, inputs: double, power: 1, slope: 1 },
    end: "no more fit",
    network: (D) => ({ method: "circuits", ...layout(D) }),
    least: () => 2,
    start: (D) => (D > 300 ? 1.5 * (D / 100) ** 2 : Infinity),
    samples: (D) => (D > 300 ? 100 : 25),
    failure: (D) =>
      `none: P = ${Math.floor(D / CIRCUIT)}, S = ${layout(D).S} leave room for ${counted(largest(D), "circuit")}`,
  };
}

/** The methods. With --wide, the search also tries more ANDs than the naive network computes with 10,000 neurons. */
export function waysOf(wide: boolean): readonly Way[] {
  const pairs = { least: Number, gates: pairsOf, inputs: Number, power: 2, slope: 2, end: "no more were tried" };
  const lawOfPairs = (D: number, l: number): number =>
    mostUniversalInputs({ d: D, p: shareOfPairs(D, l), active: l }, WRONG);
  const known = new Map<string, ReturnType<typeof sizeOfGate>>();
  const chosen = (D: number, l: number): ReturnType<typeof sizeOfGate> => {
    const size = known.get(`${D} ${l}`) ?? sizeOfGate(D, l);
    known.set(`${D} ${l}`, size);
    return size;
  };
  const lawOfChosen = (D: number, l: number): number => chosen(D, l).G;
  return [
    circuitsWay("circuits, capped", () => ({ construction: "capped", assignment: "prime-step", S: 6 })),
    circuitsWay("circuits, best", (D) => ({
      ...{ construction: "balanced", assignment: "transversal" },
      S: D <= 1000 ? 5 : D <= 3000 ? 6 : 8,
    })),
    {
      ...{ ...pairs, name: "Universal AND, all pairs" },
      network: (D, l) => ({ method: "pairs", S: Math.max(1, Math.round(shareOfPairs(D, l) * D)) }),
      largest: () => (wide ? 512 : 256),
      samples: (D) => (D > 300 ? 200 : 25),
      ...{ start: lawOfPairs, law: lawOfPairs },
      failure: (_, l) => `none, even with ${l} inputs`,
    },
    {
      ...{ name: "Universal AND, chosen", gates: Number, inputs: double, power: 1, slope: 1 },
      samples: (D) => (D > 100 ? 200 : 25),
      network: (D, l) => ({ method: "chosen", S: chosen(D, l).S }),
      largest: () => (wide ? 200_000 : 5000),
      end: "no more were tried",
      least: (l) => l,
      ...{ start: lawOfChosen, law: lawOfChosen },
      failure: () => "none",
    },
    {
      // The number of misread pairs that are on does not grow with the number of pairs.
      ...{ ...pairs, name: "four classes", slope: 0.5 },
      network: () => ({ method: "classes" }),
      largest: () => (wide ? 256 : 48),
      samples: (D) => (D > 300 ? 100 : 25),
      start: (D) => D / 10,
      failure: (_, l) => `none, even with ${l} inputs`,
    },
  ];
}

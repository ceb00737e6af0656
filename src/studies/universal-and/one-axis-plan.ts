import { assignmentConstructions } from "../../assignment/constructions.js";
import { deriveSeed } from "../../base/random.js";
import { distinct, grouped, shortNumber } from "../../drawing/numbers.js";
import { collect } from "../../jobs/execute.js";
import { mostUniversalInputs } from "../../theory/universal-and.js";
import { concludeBisection, nextProbe, verdict, type BisectionState, type SearchEffort } from "../bisection.js";
import type { FigureDraft, RunTasks, Settings } from "../study.js";
import { andNeurons, naiveName, type AndLawPoint, type AndNeuronsRow } from "./one-axis-figure.js";
import type { AndCountTask, AndNetwork, CircuitsLayout } from "./one-axis-measure.js";

/** At most this share of samples may have a wrong AND. */
const WRONG = 0.01;
const Ds = [100, 300, 1000, 3000, 10_000];
/** The largest D without --wide. */
const REPORTED_D = 1000;
/** Neurons of a circuit of two wires and a gate. */
const CIRCUIT = 8;

/** A way to compute ANDs. */
interface Way {
  readonly name: string;
  /** Its network on D neurons with l inputs on. */
  readonly network: (D: number, l: number) => AndNetwork;
  /** The most gates that are tried. */
  readonly largest: (D: number) => number;
  /** Where the search starts, if that is less. */
  readonly start: (D: number, l: number) => number;
  /** The network's count for so many gates: of inputs where all pairs are computed. No fewer inputs than are on, or circuits than are active. */
  readonly countOf: (G: number, l: number) => number;
  /** What such a network has. */
  readonly sizeOf: (count: number) => { readonly G: number; readonly m: number };
  /** What there is to say where nothing is found. */
  readonly failure: (D: number, l: number) => string;
}

/** Of the neurons, those that an input is on: about the best with so many inputs on, fewer where that is enough. */
const shareOfPairs = (D: number, l: number): number =>
  l === 2 ? 0.23 * Math.min(1, Math.sqrt(1000 / D)) : D > 1000 ? 0.11 : 0.18;
/** Neurons of a chosen gate, about the best with so many. */
const sizeOfGate = (D: number): number => Math.min(40, Math.max(3, Math.round(0.08 * D)));

function circuitsWay(name: string, layout: (D: number) => CircuitsLayout): Way {
  const largest = (D: number): number => {
    const { assignment, S } = layout(D);
    return assignmentConstructions[assignment].largest({ P: Math.floor(D / CIRCUIT), S });
  };
  return {
    name,
    largest,
    network: (D) => ({ method: "circuits", ...layout(D) }),
    start: (D) => (D > 300 ? 2 * (D / 100) ** 2 : Infinity),
    countOf: (G, l) => Math.max(G, l - 1),
    sizeOf: (count) => ({ G: count, m: 2 * count }),
    failure: (D) => `none: P = ${Math.floor(D / CIRCUIT)}, S = ${layout(D).S} have room for ${largest(D)}`,
  };
}

/** The most that is tried is, with --wide, more than the naive network computes with 10,000 neurons. */
function waysOf(wide: boolean): readonly Way[] {
  const pairs = {
    countOf: (G: number, l: number) => Math.max(l, Math.floor((1 + Math.sqrt(1 + 8 * G)) / 2)),
    sizeOf: (m: number) => ({ G: pairsOf(m), m }),
    failure: (_: number, l: number) => `none of ${l} inputs`,
  };
  return [
    circuitsWay("circuits, capped", () => ({ construction: "capped", assignment: "prime-step", S: 6 })),
    circuitsWay("circuits, best", (D) => ({
      ...{ construction: "balanced", assignment: "transversal" },
      S: D <= 1000 ? 5 : D <= 3000 ? 6 : 8,
    })),
    {
      ...{ ...pairs, name: "Universal AND, all pairs" },
      network: (D, l) => ({ method: "pairs", S: Math.max(1, Math.round(shareOfPairs(D, l) * D)) }),
      largest: () => pairsOf(wide ? 512 : 400),
      start: (D, l) => pairsOf(mostUniversalInputs({ d: D, p: shareOfPairs(D, l), active: l }, WRONG)),
    },
    {
      name: "Universal AND, chosen",
      network: (D) => ({ method: "chosen", S: sizeOfGate(D) }),
      largest: (D) => (wide ? 20_000 : Math.max(200, 1.2 * D)),
      start: (D) => 40 * (D / 100) ** 4,
      countOf: (G, l) => Math.max(G, l),
      sizeOf: (count) => ({ G: count, m: 2 * count }),
      failure: () => "none",
    },
    {
      ...{ ...pairs, name: "four classes" },
      network: () => ({ method: "classes" }),
      largest: (D) => (wide ? pairsOf(160) : Math.max(105, 1.2 * D)),
      start: (D) => pairsOf(D / 8),
    },
  ];
}

const pairsOf = (m: number): number => (m * (m - 1)) / 2;

interface Search {
  readonly way: Way;
  readonly D: number;
  readonly l: number;
}

const seedOf = (seed: number, { way, D, l }: Search, count: number): number =>
  deriveSeed(seed, "and-count", way.name, D, l, count);

/** What a search may take at D. */
interface Effort extends SearchEffort {
  /** Samples through each network. */
  readonly samples: number;
}

function effortAt(D: number, wide: boolean): Effort {
  if (wide) return { samples: 400, firstNetworks: 3, mostNetworks: 8, narrow: 1.1 };
  if (D > 300) return { samples: 100, firstNetworks: 2, mostNetworks: 3, narrow: 2 };
  return { samples: D > 100 ? 150 : 300, firstNetworks: 2, mostNetworks: 6, narrow: 1.4 };
}

/** Searches for the largest count of each, all side by side, as figure CAP does. */
async function searchCounts(
  searches: readonly Search[],
  { seed, wide }: Pick<Settings, "seed" | "wide">,
  run: RunTasks,
): Promise<BisectionState[]> {
  let states = searches.map(({ way, D, l }): BisectionState => {
    return { D, assignable: way.largest(D), start: Math.max(2, Math.round(way.start(D, l))), probes: [] };
  });
  for (;;) {
    const wanted = states.flatMap((state, index) => {
      if (state.assignable < 2) return [];
      const probe = nextProbe(state, WRONG, effortAt(state.D, wide));
      if (probe === null) return [];
      const known = state.probes.find(({ T }) => T === probe.T)?.values ?? [];
      return [{ index, ...probe, known }];
    });
    if (wanted.length === 0) return states;
    const tasks = wanted.flatMap(({ index, T, networks, known }) => {
      const { way, D, l } = searches[index];
      const count = way.countOf(T, l);
      return Array.from({ length: networks - known.length }, (_, k): AndCountTask => {
        const own = { seed: seedOf(seed, searches[index], count), repeat: known.length + k };
        return {
          kind: "and-count",
          network: way.network(D, l),
          D,
          count,
          active: l,
          samples: effortAt(D, wide).samples,
          ...own,
        };
      });
    });
    const results = await collect(run(tasks, tasks.length));
    let at = 0;
    const probes = wanted.map(({ T, networks, known }) => {
      const fresh = results.slice(at, (at += networks - known.length));
      // Half a wrong sample more, so that there is a logarithm.
      return { T, values: [...known, ...fresh.map(({ wrong, samples }) => (wrong + 0.5) / (samples + 1))] };
    });
    states = states.map((state, index) => {
      const probe = probes[wanted.findIndex((one) => one.index === index)];
      if (probe === undefined) return state;
      return { ...state, probes: [...state.probes.filter(({ T }) => T !== probe.T), probe] };
    });
  }
}

/** One row of the figure from a search that has ended. */
function rowOf({ way, D, l }: Search, state: BisectionState): AndNeuronsRow {
  const row = { name: way.name, D, active: l };
  const nothing = { ...row, G: null, m: null, logSd: 0, censored: false };
  const isFound = state.probes.some((probe) => verdict(probe, WRONG) !== "above");
  if (state.assignable < 2 || !isFound) return { ...nothing, note: way.failure(D, l) };
  const { T, logSd, censored } = concludeBisection(state, WRONG);
  const size = way.sizeOf(way.countOf(Math.min(state.assignable, Math.floor(T)), l));
  return { ...row, ...size, logSd, censored, note: null };
}

/** AND2: how many neurons each way to compute ANDs needs. [L5] [L5b] */
export async function oneAxisFigure({ seed, quick, wide }: Settings, run: RunTasks): Promise<FigureDraft> {
  const actives = [2, 3];
  const ways = waysOf(wide);
  const [few, many] = [effortAt(300, wide), effortAt(1000, wide)];
  const samples = distinct([100, 300, 1000].map((D) => effortAt(D, wide).samples)).join(", ");
  const all = actives.flatMap((l) => ways.flatMap((way) => Ds.map((D): Search => ({ way, D, l }))));
  const isDear = ({ D }: Search): boolean => !wide && D > (quick ? 300 : REPORTED_D);
  const searches = all.filter((search) => !isDear(search));
  const states = await searchCounts(searches, { seed, wide }, run);
  const measured = all.map((search): AndNeuronsRow => {
    const at = searches.indexOf(search);
    if (at !== -1) return rowOf(search, states[at]);
    const { way, D, l } = search;
    return {
      name: way.name,
      D,
      active: l,
      G: null,
      m: null,
      logSd: 0,
      censored: false,
      note: quick ? "not with --quick" : "with --wide",
    };
  });
  const naive = actives.flatMap((l) =>
    Ds.map((D): AndNeuronsRow => {
      return { name: naiveName, D, active: l, G: D, m: null, logSd: 0, censored: false, note: null };
    }),
  );
  const rows = [...naive, ...measured];
  const law = actives.flatMap((active) =>
    Array.from({ length: 41 }, (_, step): AndLawPoint => {
      const D = Math.round(100 ** (1 + step / 40));
      return { D, active, G: pairsOf(mostUniversalInputs({ d: D, p: shareOfPairs(D, active), active }, WRONG)) };
    }),
  );
  return {
    id: "AND2",
    question: "How many neurons does it take to compute G ANDs?",
    settings: [
      ["criterion", `every AND on its side of ½ in at least ${100 * (1 - WRONG)} % of samples; l = 2 or 3 inputs on`],
      ["naive", "h = ReLU(x_i + x_j − 1) for each AND: exact, whatever is on"],
      [
        "circuits",
        "T circuits of two wires and an AND (gates, d = 8), m = 2T inputs, read in layer 2, to which they come superposed; one has both inputs on, l − 2 others have one. " +
          "Capped: prime steps, S = 6. Best of the project's constructions and assignments for gates: balanced, transversal, S = 5 (D ≤ 1000), 6 (3000) or 8; the designs of docs/designs hold rotations alone",
      ],
      [
        "Universal AND",
        "all pairs of m inputs, each on S neurons at random, the share of D that is about best; or chosen gates of two inputs each, m = 2G, on S = 0.08·D ≤ 40 neurons of their own, one of them on, and l − 2 inputs of others [L5]",
      ],
      [
        "four classes",
        "all pairs by Newgas' classes of neurons (arXiv 2507.09816): weights of 0.1 or negative with equal probability, bias 0.05, read as 4·(A − B1 − B2 + C); a negative weight shuts its neuron",
      ],
      [
        "search",
        `bisection as in CAP, ${samples} samples in each of ${few.firstNetworks} to ${few.mostNetworks} networks per probe, to a factor of ${few.narrow}` +
          (wide ? "; " : ` (D = 1000: ${many.firstNetworks} to ${many.mostNetworks}, ${many.narrow}); `) +
          (wide
            ? `to at most ${ways.flatMap(({ name, largest }) => (name.startsWith("circuits") ? [] : [`${grouped(largest(0))} (${name})`])).join(", ")}`
            : `to at most ${grouped(pairsOf(400))} (all pairs) or 1.2·D (chosen, four classes); D = 3000 and 10,000, and more gates, with --wide`),
      ],
    ],
    howToRead:
      "Each mark is the largest number of ANDs that D neurons compute with at most 1 % of samples wrong; hollow ones are lower bounds, where more were not tried or do not fit; 3 of 3 inputs, all on, are the fewest. The thin line is one neuron for each " +
      "AND. The dashed line is the number for which a hundredth of a wrong pair is expected in a sample, with p the share of D that sets have here: a lower bound at any size. [L5b] Codes that are read " +
      "by a threshold compute a number that grows exponentially with D, once there are enough neurons for a pair to share some tens; with three inputs on they need five to six times as many to pass one neuron each. Circuits grow as D²: gates in d = 8 " +
      "neurons are behind one neuron each until D is some 8000, but their outputs are clean enough for another layer; a threshold readout of the others is not part of the network. The dotted lines are the bounds of Adler and Shavit " +
      "(arXiv 2409.15318) with constants of 1: at least √(m′ log m′) neurons for m′ outputs, and √m′ log m′ suffice. They hold where inputs and outputs are superposed in the neurons, as those of circuits are; elsewhere here inputs come " +
      "one by one and the weights of the readout are not counted, so that lines may cross them. Four classes fail from four inputs on: a pair that is on is then read as 4·0.45/4 < ½ whatever D is. " +
      "Sources: Vaintrob, Mendel and Hänni, arXiv 2408.05451; Newgas; Adler and Shavit.",
    samples,
    networks: `${few.firstNetworks}–${few.mostNetworks}`,
    rows,
    theory: {
      caption:
        "Largest number of ANDs with at most 1 % of samples wrong, ± sd; m: inputs; ≥: as many as were tried, or as fit",
      columns: ["inputs on", "network", ...Ds.map((D) => `D = ${grouped(D)}`)],
      rows: actives.flatMap((l) =>
        [naiveName, ...ways.map(({ name }) => name)].map((name) => [
          l,
          name,
          ...rows.filter((row) => row.name === name && row.active === l).map(cellOf),
        ]),
      ),
    },
    comparisonNote: "Nobody has measured these on one axis before: there is nothing to compare with but the laws.",
    draw: (options) => andNeurons(rows, { ...options, law }),
  };
}

/** A cell of the table: never empty. */
function cellOf({ G, m, logSd, censored, note }: AndNeuronsRow): string {
  if (G === null) return note ?? "none";
  const spread = logSd > 0 ? ` ± ${shortNumber(100 * logSd, 2)} %` : "";
  return `${censored ? "≥ " : ""}${grouped(G)}${spread}${m === null ? "" : ` (m = ${grouped(m)})`}`;
}

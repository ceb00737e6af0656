import { grouped, shortNumber } from "../../drawing/numbers.js";
import { mostUniversalInputs } from "../../theory/universal-and.js";
import { readKept } from "../kept-run.js";
import type { FigureDraft, RunTasks, Settings } from "../study.js";
import { andNeurons, naiveName, type AndLawPoint, type AndNeuronsRow } from "./one-axis-figure.js";
import { trainedRows, trainedSizes } from "./one-axis-trained.js";
import { countRow, searchCounts, type CountEffort, type CountSearch } from "./one-axis-search.js";
import { pairsOf, shareOfPairs, waysOf, WRONG, type Way } from "./one-axis-ways.js";

const Ds = [100, 300, 1000, 3000, 10_000];
/** The largest D that is measured without --wide. */
const REPORTED_D = 300;

const effortOf = (wide: boolean): CountEffort =>
  wide ? { first: 400, most: 6400, narrow: 1.1 } : { first: 100, most: 1600, narrow: 1.4 };

/** AND2: how many neurons each method of computing ANDs needs. [L5] [L5b] */
export async function oneAxisFigure({ seed, wide }: Settings, run: RunTasks): Promise<FigureDraft> {
  const actives = [2, 3];
  const ways = waysOf(wide);
  const effort = effortOf(wide);
  const tried = (name: string): number => ways.find((way) => way.name.endsWith(name))?.largest(0) ?? 0;
  const all = actives.flatMap((l) => ways.flatMap((way) => Ds.map((D): CountSearch => ({ way, D, l }))));
  const isDear = ({ D }: CountSearch): boolean => !wide && D > REPORTED_D;
  const searches = all.filter((search) => !isDear(search));
  const states = await searchCounts(searches, effort, { seed }, run);
  const keptRows = wide ? [] : ((readKept("AND2")?.rows ?? []) as readonly AndNeuronsRow[]);
  const measured = all.map((search): AndNeuronsRow => {
    const at = searches.indexOf(search);
    if (at !== -1) return countRow(search, states[at]);
    const { way, D, l } = search;
    const kept = keptRows.find((row) => row.name === way.name && row.D === D && row.active === l);
    if (kept !== undefined) return { ...kept, kept: true };
    return { name: way.name, D, active: l, G: null, m: null, logSd: 0, censored: false, note: "with --wide" };
  });
  const naive = actives.flatMap((l) =>
    Ds.map((D): AndNeuronsRow => {
      return { name: naiveName, D, active: l, G: D, m: null, logSd: 0, censored: false, note: null };
    }),
  );
  const rows = [...naive, ...measured];
  const law = actives.flatMap((active) =>
    Array.from({ length: 21 }, (_, step): AndLawPoint => {
      const D = Math.round(100 ** (1 + step / 20));
      return { D, active, G: pairsOf(mostUniversalInputs({ d: D, p: shareOfPairs(D, active), active }, WRONG)) };
    }),
  );
  return {
    id: "AND2",
    question: "How many neurons are needed to compute G ANDs?",
    settings: [
      [
        "criterion",
        `every AND on the correct side of ½ in at least ${100 * (1 - WRONG)}% of samples; l = 2 or 3 inputs on`,
      ],
      ["naive", "h = ReLU(x_i + x_j − 1) for each AND: exact for any inputs"],
      [
        "circuits",
        "T circuits with two wires and an AND (gates, d = 8), m = 2T inputs, which arrive in superposition; the ANDs are read in layer 2; both inputs of one circuit are on, and one input of each of l − 2 other circuits is on. " +
          "Capped: prime steps, S = 6. Best of the project's constructions and assignments for gates: balanced, transversal, with S = 5 (D ≤ 1000), 6 (D = 3000) or 8; of the designs in docs/designs, only the general design holds gates, and it is not measured here",
      ],
      [
        "Universal AND",
        "all pairs of m inputs, each input on S random neurons, with S/D close to the best value; or chosen gates of two inputs each (m = 2G), each gate on S random neurons, with the best S ≤ 40; both inputs of one gate are on, and l − 2 inputs of other gates [L5] [L5c]",
      ],
      [
        "four classes",
        "all pairs by Newgas' classes of neurons (arXiv 2507.09816): each weight is either 0.1 or negative, with equal probability, and each bias is 0.05; read as 4·(A − B1 − B2 + C); an active input with a negative weight switches its neuron off",
      ],
      [
        "trained",
        "W_out ReLU(W_in x + b) for all pairs, trained from random weights on |error|⁴, with l inputs active on average; 3 networks of each size, all of which compute every AND correctly (stored results): " +
          `${trainedSizes.map(({ d, m, l }) => `D = ${d}, m = ${m} (l = ${l})`).join("; ")}; their neurons fall into 5 to 7 classes (docs/universal-and.md)`,
      ],
      [
        "search",
        `bisection as in CAP, starting where a law predicts the limit; a probe begins with ${effort.first} samples, spread over several networks; their number is doubled, up to ${effort.most}, until the Wilson interval of two standard errors excludes 1%; the bisection ends when G is known to within a factor of ${effort.narrow}; ` +
          `largest numbers of ANDs tried: ${grouped(pairsOf(tried("pairs")))} (all pairs), ${grouped(tried("chosen"))} (chosen), ${grouped(pairsOf(tried("classes")))} (four classes)` +
          (wide
            ? ""
            : "; results for larger D are kept from a run with --wide, which measures these sizes and tries more ANDs"),
      ],
    ],
    howToRead:
      "Each mark is the largest number of ANDs that D neurons compute with at most 1% of samples wrong. Hollow marks are lower bounds: larger numbers were not tried or do not fit. The smallest possible case is 3 inputs, all on, with their 3 ANDs. The thin line shows one neuron per " +
      "AND. The dashed line is the number of ANDs at which 0.01 wrong pairs per sample are expected, for the p used here: a lower bound, at any size, on the number of ANDs computed [L5b]. Codes that are read " +
      "with a threshold compute a number of ANDs that grows exponentially with D, once a pair shares a few tens of neurons. The D above which Universal AND on all pairs beats one neuron per AND is five to six times as large with three inputs on as with two. With circuits, the number of ANDs grows as D²: gates in d = 8 " +
      "neurons beat one neuron per AND only if D exceeds about 6500. Their outputs, however, are clean enough for another layer, whereas the other methods need a threshold readout that is not part of the network. The dotted lines are the bounds of Adler and Shavit " +
      "(arXiv 2409.15318) with constants of 1: m′ outputs need at least √(m′ log m′) neurons, and √m′ log m′ suffice. The bounds apply if inputs and outputs are superposed in the neurons, as with circuits; the other methods receive " +
      "each input separately, and the weights of their readout are not counted, so their lines can cross the bounds. The method with four classes fails if four or more inputs are on: an active pair is then read as 4·0.45/4 < ½ at any D. " +
      "Sources: Vaintrob, Mendel and Hänni, arXiv 2408.05451; Newgas; Adler and Shavit.",
    samples: `${effort.first}–${effort.most}`,
    networks: "2–64",
    rows: [...rows, ...trainedRows],
    theory: {
      caption:
        "Largest number of ANDs with at most 1% of samples wrong, ± sd; m: inputs; ≥: larger numbers were not tried or do not fit; kept: from a run with --wide, seed 1",
      columns: ["inputs on", "network", ...Ds.map((D) => `D = ${grouped(D)}`)],
      rows: actives.flatMap((l) => [
        [l, naiveName, ...rows.filter(({ name, active }) => name === naiveName && active === l).map(cellOf)],
        ...ways.flatMap((way) => wayRows(way, l, rows)),
      ]),
    },
    comparisonNote:
      "We know of no earlier measurement of these methods side by side; the results can be compared only with the laws.",
    keeps: measured.filter(({ D }) => D > REPORTED_D),
    keptAt: `D ≥ ${grouped(Math.min(...Ds.filter((D) => D > REPORTED_D)))}`,
    draw: (options) => andNeurons([...rows, ...trainedRows], { ...options, law }),
  };
}

/** The result for one method, and the prediction of its law. */
function wayRows(way: Way, l: number, rows: readonly AndNeuronsRow[]): (string | number)[][] {
  const { name, law } = way;
  const measured = [l, name, ...rows.filter((row) => row.name === name && row.active === l).map(cellOf)];
  if (law === undefined) return [measured];
  const expected = Ds.map((D) => {
    const count = law(D, l);
    return count < way.least(l) ? "none" : numberOf(way.gates(count));
  });
  return [measured, [l, `${name}: law`, ...expected]];
}

const numberOf = (G: number): string => (G < 1e9 ? grouped(G) : shortNumber(G, 2));

/** A cell in the table; never empty. */
function cellOf({ G, m, logSd, censored, note, kept = false }: AndNeuronsRow): string {
  if (G === null) return note ?? "none";
  const spread = logSd > 0 ? ` ± ${shortNumber(100 * logSd, 2)}%` : "";
  const inputs = m === null ? [] : [`m = ${grouped(m)}`];
  const told = [...inputs, ...(note === null ? [] : [note]), ...(kept ? ["kept"] : [])].join("; ");
  return `${censored ? "≥ " : ""}${grouped(G)}${spread}${told === "" ? "" : ` (${told})`}`;
}

import { circuitsByNeuron, type Assignment } from "../../assignment/assignment.js";
import { csvRows } from "../../results/run-file.js";
import { rowsToCsv } from "../../results/table.js";
import { drawnView, type LabData, type NeuronData, type Side } from "../computation/lab.js";
import { storageRows } from "../computation/storage-run.js";
import { locate, usedNeurons } from "../figures/sample-neurons.js";
import { blocksOf } from "../spec/blocks.js";
import { shownLayer } from "../state/lab-state.js";

/**
 * The largest number of values in a file of activations; if there are more, the file contains only the chosen layer.
 */
const MOST_ACTIVATIONS = 200_000;

/**
 * The numbers in the picture on screen, as CSV; null if there are none. The training view and the sweep view make their
 * own CSV.
 *
 * @param pinned network A, if one is pinned; its rows come first, and a column says which network a row belongs to
 */
export function drawnCsv(shown: Side, pinned: Side | null): string | null {
  const rows = drawnRows(shown);
  const ofA = pinned && drawnRows(pinned);
  if (rows === null || ofA === null) return rows && rowsToCsv(rows);
  const named = (network: string, own: readonly object[]): object[] => own.map((row) => ({ network, ...row }));
  return rowsToCsv([...named("A", ofA), ...named("B", rows)]);
}

function drawnRows({ state, data }: Side): readonly object[] | null {
  switch (drawnView(state)) {
    case "trajectories":
      return data.paths && pathRows(data.paths.rows);
    case "errors":
      return data.measured && csvRows(data.measured.rows, data.measured.naive);
    case "start":
    case "neurons":
      return data.neurons && activationRows(data.neurons, shownLayer(state));
    case "contagion":
      return data.neurons?.result.contagion?.threads ?? null;
    case "assignment":
      return data.neurons && pairRows(data.neurons, Math.max(1, shownLayer(state, 1)));
    case "storage":
      return data.stored && storageRows(data.stored);
    case "train":
    case "sweep":
      return null;
  }
}

/** The true x and its readout, layer by layer. */
function pathRows(rows: NonNullable<LabData["paths"]>["rows"]): object[] {
  return rows.flatMap(({ z, sample, circuit, truth, readout }) =>
    truth.map(([x, y], layer) => ({ z, sample, circuit, layer, truth: { x, y }, readout: pointOf(readout[layer]) })),
  );
}

const pointOf = ([x, y]: readonly number[]): object => ({ x, y });

/** All neurons of all layers, or of one layer if there are too many. */
function activationRows({ result, spec }: NeuronData, chosen: number): object[] {
  const { activations, parts, circuits } = result;
  const isSmall = activations.length * activations[0].length <= MOST_ACTIVATIONS;
  const names = parts.map((part) => blocksOf(spec, [part]).map(({ name }) => name));
  return activations.flatMap((ofLayer, layer) => {
    if (!isSmall && layer !== Math.min(chosen, spec.L)) return [];
    const used = usedNeurons(result, layer);
    return Array.from(ofLayer, (activation, neuron) => {
      const { part, i, n } = locate(parts, neuron);
      const ofActive = used.has(neuron);
      return { circuits: circuits.join(" "), layer, neuron, block: names[part][i], n, activation, ofActive };
    });
  });
}

/** Every pair of circuits that share neurons in a layer, and how many they share. */
function pairRows({ result, spec }: NeuronData, chosen: number): object[] {
  const layer = Math.min(chosen, spec.L);
  const { assignment } = result.places[layer][0];
  return [...sharedCounts(assignment)].map(([pair, shared]) => {
    const [circuit, other] = [Math.floor(pair / assignment.T), pair % assignment.T];
    return { layer, circuit, other, shared };
  });
}

/**
 * The number of neurons that each pair of circuits shares, keyed by t·T + u with t < u, in ascending order; pairs
 * that share none are left out.
 */
function sharedCounts(assignment: Assignment): Map<number, number> {
  const { T, P } = assignment;
  const { starts, circuits } = circuitsByNeuron(assignment);
  const counts = new Map<number, number>();
  for (let n = 0; n < P; n++) {
    const own = circuits.subarray(starts[n], starts[n + 1]);
    for (const t of own) {
      for (const u of own) if (t < u) counts.set(t * T + u, (counts.get(t * T + u) ?? 0) + 1);
    }
  }
  return new Map([...counts].sort(([a], [b]) => a - b));
}

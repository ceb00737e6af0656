import { canonicalJson } from "../../config/hash.js";
import type { RunSpec } from "../../config/run-spec.js";
import { parseLabSpec } from "../spec/lab-spec.js";
import type { LabState, ViewState } from "./lab-state.js";

/** A named starting point: a spec, in the form of a spec file, and the view to look at. */
export interface Preset {
  /** Identifies the preset in tests and in links. */
  readonly id: string;
  readonly title: string;
  /** The heading under which the preset is listed. */
  readonly group: string;
  /** A short text that says what to look for. */
  readonly note: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly viewState?: Partial<ViewState>;
}

/**
 * Lines over GF(41) in two windows that take turns, with gates that open late. In the published construction, a single
 * active rotation out of 574 is then exact at any depth.
 */
export const partingLines = { schedule: "parting", T: 574, ramp: [0.875, 0.999], gain: 8, offset: 1.1 } as const;

/** Makes the presets of a group; they show the errors of x unless they set another view. */
const under = (group: string, presets: readonly Omit<Preset, "group">[]): Preset[] =>
  presets.map((preset) => ({ viewState: { view: "errors", quantity: "x" }, ...preset, group }));

/**
 * Presets in the order of the list. A spec is checked when it is chosen; a test checks all of them.
 *
 * R2 (R1 without readouts), R3 (a formula) and R8 to R11 (sweeps over 41 networks) have no preset:
 * `superpose reproduce` draws them.
 */
export const presets: readonly Preset[] = [
  ...under("The post's figures", [
    {
      id: "R1",
      title: "R1: trajectories, one circuit at a time",
      note: "For three layers, the large network’s readouts follow the true vectors; after that, they drift away.",
      spec: {},
      viewState: { view: "trajectories" },
    },
    {
      id: "R4",
      title: "R4: trajectories with 1, 2 and 3 circuits at once",
      note: "Each added circuit disturbs the others through the neurons that they share.",
      spec: { z: [1, 2, 3] },
      viewState: { view: "trajectories" },
    },
    {
      id: "R5",
      title: "R5: errors of the rotated vector, by layer",
      note: "Measurements depart from the theory (dashed) once gates that should stay shut begin to open.",
      spec: { z: [1, 2, 3], samples: 10_000 },
    },
    {
      id: "R6",
      title: "R6: errors of the On-indicator, by layer",
      note: "The ramp removes errors below 0.25, so the largest error decides when the network fails.",
      spec: { z: [1, 2, 3], samples: 10_000 },
      viewState: { view: "errors", quantity: "alpha" },
    },
    {
      id: "R7",
      title: "R7: share of neurons that are on, by layer",
      note: "Where the share exceeds the dashed line, some neurons that no active circuit uses are on: this is the seizure.",
      spec: { z: [1, 2, 3], samples: 10_000 },
      viewState: { view: "errors", quantity: "active" },
    },
    {
      id: "T11",
      title: "T11: the oracle gate, against theory",
      note: "With gates that cannot fail, the errors follow the theory, even for five circuits at once.",
      spec: { D: 2000, T: 2000, S: 5, L: 3, z: [1, 2, 3, 4, 5], samples: 800, networks: 3, gate: "oracle" },
    },
    {
      id: "T13",
      title: "T13: On-indicators alone over 15 layers",
      note: "These circuits carry no vector x, and the network has 800 neurons.",
      spec: { circuits: "step", D: 800, T: 1000, S: 5, L: 15, z: [1, 2], samples: 600, networks: 3 },
      viewState: { view: "errors", quantity: "alpha" },
    },
  ]),
  ...under("Seizures", [
    {
      id: "seizure",
      title: "The post's network in a seizure",
      note: "The 1000 neurons in one sample: 24 should be on, but by layer 5 several times as many are on.",
      spec: {},
      viewState: { view: "neurons" },
    },
    {
      id: "smallest",
      title: "The smallest network that seizes",
      note:
        "24 rotations in 40 neurons. This is the smallest size with S ≥ 2 that seizes within 10 layers: averaged over 8 networks, more than " +
        "twice the expected number of neurons are on in every block, and the mean |δx|² exceeds 1.",
      spec: { D: 40, T: 24, S: 2, L: 10, samples: 200, networks: 8 },
      viewState: { view: "neurons" },
    },
    {
      id: "balanced",
      title: "The same with balanced loads",
      note:
        "Every neuron carries four or five circuits. It still seizes, but more slowly: the mean |δx|² at layer 5 is a third of the " +
        "value with prime steps.",
      spec: { D: 40, T: 24, S: 2, L: 10, samples: 200, networks: 8, assignment: "transversal" },
      viewState: { view: "neurons" },
    },
    {
      id: "balanced-post",
      title: "The post's network with balanced loads",
      note: "Uneven loads cause most of the error: with equal loads, the mean |δx|² at layer 5 is a quarter as large.",
      spec: { z: [1, 2, 3], samples: 10_000, assignment: "transversal" },
    },
  ]),
  ...under("Rotation designs that hold for longer", [
    {
      id: "parting",
      title: "Parting lines: exact for 100 layers",
      note:
        "Circuits that share a neuron in one layer share none in the next, and gates open only at high indicator values: one active circuit of 574 is exact up " +
        "to rounding at layer 100. With two active circuits, the design fails at layer 2; with noise of σ = 0.01, it fails after layer 3.",
      spec: { ...partingLines, L: 100, samples: 1000 },
    },
    {
      id: "rows",
      title: "Rows: the post’s method on cells, two active circuits",
      note:
        "In every layer, the circuits are reassigned to rows of cells, so that no circuit opens another’s gates. With two of 557 active at once, the mean |δx|² " +
        "at layer 10 is below 0.1, while that of the post’s network exceeds 1 at layer 4. A single active circuit is exact.",
      spec: { design: "rows", L: 10, z: [1, 2], samples: 1000 },
    },
    {
      id: "windows",
      title: "Windows: new cells in every layer, two active circuits",
      note:
        "Indicators stay in a fixed code, copied from layer to layer, while x moves to new cells in every layer. The mean |δx|² stays below 0.1 up to " +
        "layer 40, where a sixth of the readouts are off by more than 0.25.",
      spec: { design: "windows", L: 40, z: [2], samples: 1000 },
    },
    {
      id: "lines",
      title: "Lines: 6,000 circuits, two active, five layers",
      note:
        "A circuit is a line, and the cells of its x are the line’s points, so two circuits share a cell in at most one layer. The mean |δx|² of 6,000 " +
        "circuits stays below 0.25 for the five layers that the code is designed for; at layer 5, half of the readouts are off by more than 0.25.",
      spec: { design: "lines", T: 6000, L: 5, z: [2], samples: 500 },
    },
    {
      id: "grid",
      title: "Grid: 10,000 circuits, one at a time",
      note:
        "The step from cell a to cell b identifies one of 10,000 circuits. An active circuit is exact, up to rounding, for 40 layers, and no inactive " +
        "indicator reads above 0.25. With two active circuits, the design fails at layer 2.",
      spec: { design: "grid", T: 10_000, L: 40, samples: 500 },
    },
    {
      id: "groups",
      title: "Groups: several active circuits, in different groups",
      note:
        "62 groups of nine circuits, each with a neuron that shuts the group while two of its circuits are active. Two active circuits are exact " +
        "unless both are in one group, which happens in one sample in 70. Then both circuits are wrong, but the mean |δx|² hides this.",
      spec: { design: "groups", T: 558, L: 40, z: [2], samples: 2000 },
      viewState: { view: "neurons" },
    },
    {
      id: "switched",
      title: "Switched groups: two active circuits, noise on every neuron",
      note:
        "Every neuron has noise of σ = 0.01 in every layer, and no readout of x is off by more than 0.25 within 60 steps. Codes and x, " +
        "which here has one of 16 angles, are cleaned between steps.",
      spec: { design: "switched", noise: 0.01, L: 60, z: [2], samples: 1000 },
    },
    {
      id: "columns",
      title: "Columns: any angles, with noise on every neuron",
      note:
        "Blocks of cells, opened by a code that is 0 for open cells and cleans itself. With noise of σ = 0.01 after every ReLU, the mean |δx|² " +
        "stays below 0.05 for 60 steps. Two active circuits in one block are both lost, which happens in one sample in 130.",
      spec: { design: "columns", noise: 0.01, noiseAt: "activation", L: 60, z: [2], samples: 1000 },
    },
    {
      id: "general",
      title: "General: automata on half as many neurons as they would need separately, with noise",
      note:
        "334 automata of three states, 6 neurons each, on 1000 neurons with noise of σ = 0.01. With one active circuit at a time, every state is correct, after rounding, " +
        "for 20 steps. The design is not limited to automata.",
      spec: {
        design: "general",
        circuits: "automata",
        T: 334,
        L: 20,
        noise: 0.01,
        noiseAt: "activation",
        samples: 500,
      },
      viewState: { view: "errors", quantity: "state" },
    },
  ]),
];

const specTexts = new Map<Preset, string>();

/** A preset's whole spec as text; parsed once. */
function specTextOf(preset: Preset): string {
  const text = specTexts.get(preset) ?? canonicalJson(parseLabSpec(preset.spec));
  specTexts.set(preset, text);
  return text;
}

/**
 * The preset whose network is on screen; if there are several, the one whose view is closest to the view on screen.
 * Null if no preset has this network.
 */
export function presetOf(state: LabState): Preset | null {
  const text = canonicalJson(state.spec);
  const stated = (preset: Preset): boolean =>
    Object.entries(preset.spec).every(
      ([name, value]) =>
        name === "circuits" || canonicalJson(state.spec[name as keyof RunSpec]) === canonicalJson(value),
    );
  const differences = ({ viewState = {} }: Preset): number =>
    Object.entries(viewState).filter(([name, value]) => state[name as keyof ViewState] !== value).length;
  // Few presets pass the first test, so few need parsing.
  const same = presets.filter((preset) => stated(preset) && specTextOf(preset) === text);
  return same.sort((a, b) => differences(a) - differences(b))[0] ?? null;
}

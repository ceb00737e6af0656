import { partingLines } from "./presets.js";
import type { ViewState, ViewName } from "./lab-state.js";

/** One of a step's buttons, which change the figure. */
export interface GuideTry {
  readonly label: string;
  /** The changes that the button makes to the step's network. */
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly viewState?: Partial<Omit<ViewState, "view" | "step">>;
  /** Whether the button also makes the figure play through the layers. */
  readonly plays?: true;
  /** A description of the result. */
  readonly says?: string;
}

/**
 * One step of the explanation: its text and the state that it sets. In the text, {T} is a number that the reader can
 * change, and [word] or [word|term] is explained in the glossary.
 */
export interface GuideStep {
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** A sentence that says which control to move. */
  readonly invitation: string;
  readonly tries?: readonly GuideTry[];
  /** The view shown beside the text. */
  readonly shows: Exclude<ViewName, "explanation">;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly viewState?: Partial<Omit<ViewState, "view" | "step">>;
}

/**
 * The steps of the explanation: from one circuit to superposition; then the seizure, ways to delay it, and a design
 * that avoids it. Tests check the numbers.
 */
export const guide: readonly GuideStep[] = [
  {
    title: "One small circuit",
    paragraphs: [
      "A circuit here is a tiny network of four neurons per layer. Two of them hold an [On-indicator], the other two a vector x. " +
        "While the indicator is 1, every layer turns x by the same angle; while it is 0, all four neurons stay off.",
      "Green is x as the circuit alone computes it, layer by layer; crosses are [read out|readout] of a network that " +
        "holds only this circuit. They agree at layer {layer}, and at all other layers.",
    ],
    invitation: "Play through the layers, or drag the circuit’s seed, {seed}: every seed gives a different angle.",
    tries: [
      { label: "Play", plays: true },
      {
        label: "Another angle",
        spec: { seed: 2 },
        says: "Another seed gives another angle. Truth and readout still agree.",
      },
    ],
    shows: "trajectories",
    spec: { D: 4, T: 1, S: 1 },
  },
  {
    title: "Many circuits, side by side",
    paragraphs: [
      "A network of {D} neurons has room for {room} such circuits, each with separate neurons. One of them is active in each " +
        "sample and all others stay off: in every layer four neurons are on, and no circuit disturbs another.",
    ],
    invitation:
      "Put {T} circuits into the network. Beyond {room} circuits, some share all four neurons and switch each other on. In each layer, " +
      "{sharing} of the circuits now share all four neurons with others; a sample shows this only if its active circuit is among them.",
    tries: [
      {
        label: "See a pair collide",
        spec: { T: 500 },
        viewState: { layer: 2, circuit: 284 },
        says:
          "In layer 1, circuits 34 and 284 have the same four neurons. Only circuit 34 was switched on, but circuit 284 wakes with it: in " +
          "layer 2, the neurons of circuit 284, framed in blue, are on too. From there on, each circuit that wakes can wake others, layer after layer.",
      },
    ],
    shows: "neurons",
    spec: { T: 250, S: 1 },
  },
  {
    title: "Superposition",
    paragraphs: [
      "Spread every circuit neuron over S = {S} neurons of the large network instead, so that any two circuits share at most one neuron. " +
        "Now {T} circuits, which have {neurons} neurons in total, fit into the same {total} neurons: [superposition].",
      "A circuit is read as the mean over its {each} neurons, so an active circuit that meets a silent one can raise the silent one’s readout by " +
        "no more than {share}. In this picture, each row and each column is a circuit, and a dot is a pair that shares a neuron.",
    ],
    invitation: "Click the picture, or pick a circuit, to see its neurons and neighbours.",
    tries: [
      {
        label: "Half as many circuits",
        spec: { T: 278 },
        viewState: { circuit: 100 },
        says: "Fewer circuits meet: there are fewer dots in each row.",
      },
    ],
    shows: "assignment",
    spec: {},
    viewState: { circuit: 100 },
  },
  {
    title: "It computes, for a while",
    paragraphs: [
      "All {circuits} rotations run in the same weights, {active} of them [active|active circuit] in each sample. For three layers, the read-out vectors " +
        "follow the true ones. After that, they drift away.",
    ],
    invitation: "Play through the layers, then raise z = {z}, the number of circuits that are active at once.",
    tries: [
      { label: "Play", plays: true },
      ...[2, 3].map((z) => ({
        label: `${z} at once`,
        spec: { z: [z] },
        says: "The crosses leave the circles sooner.",
      })),
    ],
    shows: "trajectories",
    spec: {},
  },
  {
    title: "What theory expects",
    paragraphs: [
      "Circuits that share neurons add small random errors to each other: [interference]. The theory adds these errors up and gives the " +
        "dashed line, whose value grows by the same amount from layer to layer. It assumes that neurons outside the active circuits stay off.",
      "The measured line follows the theory at first, then climbs above it. Where it exceeds 1, reading the network is no better than guessing.",
    ],
    invitation:
      "Compare all numbers of active circuits up to z = {z}: the more circuits are active at once, the sooner they are lost.",
    tries: [
      { label: "1, 2 and 3 at once", spec: { z: [1, 2, 3] }, says: "The z = 3 line departs from the theory first." },
    ],
    shows: "errors",
    spec: { z: [1, 2], samples: 4000 },
  },
  {
    title: "The seizure",
    paragraphs: [
      "These are all {total} neurons at layer {layer}, for one sample. {outlined}. At layer 1, " +
        "only the outlined neurons are on. If the indicator of an inactive circuit reads above 0.25, the circuit’s gate begins to open, along a [ramp]; " +
        "the circuit wakes up and disturbs others, which wake up too. This [seizure] is what the theory leaves out.",
    ],
    invitation:
      "Play through the layers, then click a neuron that is on but not outlined, and see which circuits it belongs to.",
    tries: [{ label: "Play", plays: true }],
    shows: "neurons",
    spec: {},
    viewState: { layer: 4 },
  },
  {
    title: "What delays it",
    paragraphs: [
      "The oracle gate keeps exactly the neurons of active circuits and silences all others. Same circuits, same shared neurons: " +
        "now the error stays within a factor of two of the theory in every layer. Shared neurons by themselves " +
        "are not the problem; the problem is errors that open gates.",
      "Without an oracle, more neurons buy more layers: with 2000 neurons instead of 1000, the error at layer 5 falls to about a hundredth. " +
        "Two other changes help too: a [χ factor|χ] of 1.4, which suppresses a little more crosstalk than there is on average, " +
        "and 350 circuits instead of 557.",
    ],
    invitation:
      "Take the oracle away and watch the lines diverge. Then drag D = {D}, the χ factor {chiFactor} or T = {T}.",
    tries: [
      { label: "The ReLU gate", spec: { gate: "relu" }, says: "The measured lines depart from the theory." },
      { label: "D = 2000", spec: { gate: "relu", D: 2000 }, says: "Twice the neurons: the lines stay low for longer." },
      { label: "χ factor 1.4", spec: { gate: "relu", chiFactor: 1.4 }, says: "The lines stay low for longer." },
      { label: "T = 350", spec: { gate: "relu", T: 350 }, says: "Fewer circuits: the lines stay low for longer." },
    ],
    shows: "errors",
    spec: { z: [1, 2], samples: 4000, gate: "oracle" },
  },
  {
    title: "A design that holds",
    paragraphs: [
      "The seizure comes from the design, not from superposition. These are {circuits} rotations in {total} neurons, with two " +
        "changes: circuits that share a neuron in one layer share none in the next ([parting]), and the gates open late, so that " +
        "an indicator error of {share}, the most that one active circuit can cause, never passes a gate.",
      "The post’s network is worse than guessing by layer 5. Here, after {L} layers, only rounding error remains. This has a price: with " +
        "two circuits active at once, this design fails at layer 2. Other designs can run two circuits at once.",
    ],
    invitation: "Undo either change to see that both are needed. Then switch on two circuits at once.",
    tries: [
      {
        label: "Permuted again",
        spec: { schedule: "permuted", T: 557 },
        says: "The same pairs meet again, and the errors come back.",
      },
      { label: "The post’s ramp", spec: { ramp: [0.25, 0.75] }, says: "Gates open too early: the seizure returns." },
      { label: "Two at once", spec: { z: [2] }, says: "The design fails at layer 2." },
    ],
    shows: "errors",
    spec: { ...partingLines, L: 100, samples: 1000 },
  },
];

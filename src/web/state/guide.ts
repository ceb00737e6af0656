import { partingLines } from "./presets.js";
import type { ViewState, ViewName } from "./lab-state.js";

/** One step of the explanation: what it says, and what it sets. */
export interface GuideStep {
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** What to move. */
  readonly invitation: string;
  /** What a button does to the step's network, and what it says. */
  readonly tries?: readonly { readonly label: string; readonly spec: Readonly<Record<string, unknown>> }[];
  /** The view drawn under the words. */
  readonly shows: Exclude<ViewName, "explanation">;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly viewState?: Partial<Omit<ViewState, "view" | "step">>;
}

/** From one circuit to superposition, to the seizure, what delays it and a design without it. Numbers said here are tested. */
export const guide: readonly GuideStep[] = [
  {
    title: "One small circuit",
    paragraphs: [
      "A circuit here is a tiny network of four neurons per layer. Two of them hold an On-indicator, the other two a vector x. " +
        "While the indicator is 1, every layer turns x by the same angle; while it is 0, all four neurons stay off.",
      "Green is x as the circuit alone computes it, layer by layer; crosses are what is read out of a network that holds " +
        "nothing but this circuit. They agree.",
    ],
    invitation: "Step through the layers with the player, and try another seed: each has its own angle.",
    shows: "trajectories",
    spec: { D: 4, T: 1, S: 1 },
  },
  {
    title: "Many circuits, side by side",
    paragraphs: [
      "A network of 1000 neurons has room for 250 such circuits, each with neurons of its own. One of them is active in each " +
        "sample and the other 249 stay off: in every layer four neurons are on, and nothing disturbs anything.",
    ],
    invitation:
      "Put 500 circuits in. Now each shares its four neurons with another and switches it on, layer after layer.",
    tries: [{ label: "500 circuits", spec: { T: 500 } }],
    shows: "neurons",
    spec: { T: 250, S: 1 },
  },
  {
    title: "Superposition",
    paragraphs: [
      "Spread every circuit neuron over S = 6 neurons of the large network instead, so that two circuits share at most one. " +
        "Now 557 circuits fit, with 2228 neurons between them, in the same 1000.",
      "A circuit is read as the mean over its six neurons, so another active circuit can raise a silent one by no more than " +
        "a sixth where they meet. In this picture each row and each column is a circuit, and a dot is a pair that shares a neuron.",
    ],
    invitation: "Click the picture, or choose a circuit, to see its neurons and neighbours.",
    shows: "assignment",
    spec: {},
    viewState: { circuit: 100 },
  },
  {
    title: "It computes, for a while",
    paragraphs: [
      "All 557 rotations run in the same weights; one of them is active. For three layers the read-out vectors follow the true " +
        "ones. Then they stray.",
    ],
    invitation: "Play the layers. Then raise z, the number of circuits that are active at once.",
    tries: [2, 3].map((z) => ({ label: `${z} at once`, spec: { z: [z] } })),
    shows: "trajectories",
    spec: {},
  },
  {
    title: "What theory expects",
    paragraphs: [
      "Circuits that share neurons add small random errors to each other. The theory adds them up: the dashed line, which " +
        "grows evenly with depth. It assumes that every neuron no active circuit uses stays off.",
      "The measured line follows it at first and then climbs away, past 1, where reading the network is no better than guessing.",
    ],
    invitation: "Compare z = 1, 2 and 3 with “all up to z”: more at once, sooner lost.",
    shows: "errors",
    spec: { z: [1, 2], samples: 4000 },
  },
  {
    title: "The seizure",
    paragraphs: [
      "These are all 1000 neurons in one sample, layer by layer. 24 of them, outlined, belong to the active circuit. At layer 1 " +
        "only those are on. An inactive indicator that reads above 0.25 passes its gate; its circuit wakes up and disturbs " +
        "others, which wake up too. That is what the theory leaves out.",
    ],
    invitation: "Go through the layers, click a neuron that is on without an outline, and see whose it is.",
    shows: "neurons",
    spec: {},
    viewState: { layer: 4 },
  },
  {
    title: "What delays it",
    paragraphs: [
      "The oracle gate keeps exactly the neurons of active circuits and silences all others. Same circuits, same shared neurons: " +
        "now the error stays within a factor of two of the theory through every layer. Noise was never the problem. " +
        "Noise that opens gates was.",
      "Without an oracle, layers can be bought: with 2000 neurons the error at layer 5 is about a hundredth of what it was; a χ " +
        "factor of 1.4, which suppresses crosstalk a little more than its average asks for, or 350 circuits instead of 557 help too.",
    ],
    invitation: "Switch the gate between relu and oracle and watch the lines part; then try D = 2000, or T = 350.",
    tries: [
      { label: "the ReLU gate", spec: { gate: "relu" } },
      { label: "D = 2000", spec: { gate: "relu", D: 2000 } },
      { label: "T = 350", spec: { gate: "relu", T: 350 } },
    ],
    shows: "errors",
    spec: { z: [1, 2], samples: 4000, gate: "oracle" },
  },
  {
    title: "A design that holds",
    paragraphs: [
      "The seizure belongs to the design, not to superposition. These are 574 rotations in the same 1000 neurons, with two " +
        "changes: circuits that share a neuron in one layer share none in the next, and the gates open late, so that a wrong " +
        "indicator of a sixth, all that one active circuit can cause, never passes.",
      "The post’s network is past guessing at layer 5. Here, after 100 layers, only rounding error remains. It has a price: with two " +
        "circuits active at once this design is lost at layer 2. Others, made for two, are under “start from”.",
    ],
    invitation:
      "Set the schedule back to permuted, or the ramp back to 0.25 and 0.75, and see that it takes both. Then choose " +
      "another of the designs that hold.",
    tries: [
      { label: "permuted again", spec: { schedule: "permuted", T: 557 } },
      { label: "the post’s ramp", spec: { ramp: [0.25, 0.75] } },
      { label: "two at once", spec: { z: [2] } },
    ],
    shows: "errors",
    spec: { ...partingLines, L: 100, samples: 1000 },
  },
];

import type { FigureGroup } from "../studies/list.js";

/** A part of the report: the question that it asks, and the source of the results with which ours are compared. */
interface GroupText {
  readonly title: string;
  readonly about: string;
}

/** The parts, in the order of the report. */
export const groups: Readonly<Record<FigureGroup, GroupText>> = {
  reproduction: {
    title: "Reproduction",
    about:
      "The figures of “Rotations in Superposition” and of “Circuits in Superposition 2” (Linsefors and Bushnaq, 2025), measured again with the original " +
      "settings and compared with the error theory and with numbers from the authors’ own code.",
  },
  storing: {
    title: "Storing features",
    about:
      "How many features a layer can hold when nothing is computed on them, after “Some costs of superposition” (Linsefors, 2024). The lower bounds on the error " +
      "of a linear readout come from Borobia et al. (arXiv 2605.01192).",
  },
  "hand-made": {
    title: "Hand-made computation",
    about:
      "Networks with weights written by hand: ANDs of many inputs computed by one layer (Vaintrob, Mendel and Hänni, arXiv 2408.05451; Newgas, arXiv 2507.09816; bounds by Adler " +
      "and Shavit, arXiv 2409.15318), and more ReLUs than neurons (a task of Braun et al., 2025; Ferreira da Silva and Heimersheim, arXiv 2607.04800).",
  },
  trained: {
    title: "Trained networks",
    about:
      "What gradient descent finds on the same tasks (Ferreira da Silva and Heimersheim, arXiv 2607.04800; Bhagat et al., arXiv 2606.14673), and how it changes " +
      "hand-made networks.",
  },
  designs: {
    title: "Other designs",
    about:
      "New layouts for the same circuits on the same number of neurons: how deep they get, how many circuits they hold, and what they give up. " +
      "docs/designs derives each of them. The requirement that a network beat the naive one [L4] comes from goodfire-ai/spd, issue 20.",
  },
  scale: {
    title: "Scale",
    about:
      "How the number of circuits that fit grows with the width of the network. The claim is T = Õ(D²/d²) (Linsefors and Bushnaq, 2025).",
  },
};

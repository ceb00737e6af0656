import { choiceField, numberField, wholeField, wholesField } from "../../config/fields.js";
import { seedField, type StandaloneInfo } from "../standalone-info.js";
import { codeKinds } from "./codes.js";
import { refits } from "./refit.js";

export const compressedInfo = {
  id: "compressed-computation",
  question: "How near do N neurons with weights made by hand come to F > N ReLUs of sparse inputs?",
  fields: [
    wholesField("F", [2, 20_000], [100], "ReLUs, one for each input"),
    wholesField("N", [2, 4000], [50], "neurons"),
    wholesField("K", [2, 64], [4, 5, 6], "neurons of an input"),
    numberField("p", [1e-6, 1], 0.02, "probability that an input is not 0"),
    wholeField("q", [2, 8], 4, "the loss is |error|^q, q even"),
    choiceField(
      "code",
      codeKinds,
      "swaps",
      "which inputs a neuron has: random ones after exchanges, translates of a few blocks, or those of an assignment",
    ),
    wholeField("swaps", [0, 100_000_000], 200_000, "exchanges tried (code swaps)"),
    wholeField("candidates", [1, 1_000_000], 50, "codes among which the best is taken (code translates)"),
    choiceField("refit", refits, "none", "values fitted beyond two weights and a scale"),
    wholeField("rounds", [0, 1000], 3, "rounds over the encoder's values (refit all)"),
    wholeField("fitted", [100, 10_000_000], 10_000, "inputs that values are fitted to"),
    wholeField("samples", [1, 1_000_000_000], 200_000, "other inputs that the loss is measured on"),
    wholeField("networks", [1, 1000], 1, "networks, each with its own code and inputs"),
    seedField,
  ],
  // Networks are made first; how many tasks measure them is known then.
  isAdaptive: true,
} as const satisfies StandaloneInfo;

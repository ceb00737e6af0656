import { choiceField, numberField, wholeField, wholesField } from "../../config/fields.js";
import { seedField, type StandaloneInfo } from "../standalone-info.js";
import { codeKinds } from "./codes.js";
import { refits } from "./refit.js";

export const compressedInfo = {
  id: "compressed-computation",
  question: "How well do N neurons with hand-made weights compute F > N ReLUs of sparse inputs?",
  fields: [
    wholesField("F", [2, 20_000], [100], "ReLUs, one for each input"),
    wholesField("N", [2, 4000], [50], "neurons"),
    wholesField("K", [2, 64], [4, 5, 6], "neurons per input"),
    numberField("p", [1e-6, 1], 0.02, "probability that an input is not 0"),
    wholeField("q", [2, 8], 4, "the loss is |error|^q; q must be even"),
    choiceField(
      "code",
      codeKinds,
      "swaps",
      "how inputs are assigned to neurons: randomly with exchanges, by translates of a few blocks, or by a named construction",
    ),
    wholeField("swaps", [0, 100_000_000], 200_000, "exchanges tried (if code = swaps)"),
    wholeField("candidates", [1, 1_000_000], 50, "codes tried; the best one is kept (if code = translates)"),
    choiceField("refit", refits, "none", "which values to fit in addition to two weights and a scale"),
    wholeField("rounds", [0, 1000], 3, "rounds of the search over the encoder's values (if refit = all)"),
    wholeField("fitted", [100, 10_000_000], 10_000, "inputs for fitting"),
    wholeField("samples", [1, 1_000_000_000], 200_000, "held-out inputs on which the loss is measured"),
    wholeField("networks", [1, 1000], 1, "networks, each with its own code and inputs"),
    seedField,
  ],
  // The networks are made first, and only then is the number of measurement tasks known.
  isAdaptive: true,
} as const satisfies StandaloneInfo;

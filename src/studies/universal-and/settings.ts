import { choiceField, numbersField, wholeField, wholesField } from "../../config/fields.js";
import { seedField, type StandaloneInfo } from "../standalone-info.js";
import { universalCodes } from "./measure.js";

export const universalAndInfo = {
  id: "universal-and",
  question: "How well does one layer of d neurons compute the AND of all pairs of m Boolean inputs?",
  fields: [
    wholesField("m", [2, 4096], [100, 200], "Boolean inputs"),
    wholesField("d", [1, 1_000_000], [1000], "neurons"),
    choiceField(
      "code",
      universalCodes,
      "bernoulli",
      "which inputs a neuron has: each with probability p, or S neurons an input such that two inputs share at most one",
    ),
    numbersField("p", [0, 1], 64, "probabilities (code bernoulli); left out, 0.2"),
    wholeField("S", [2, 64], 6, "neurons of an input (code assignment)"),
    wholesField("active", [1, 64], [2, 3], "inputs that are on"),
    wholeField("samples", [1, 100_000], 50, "samples through each network"),
    wholeField("networks", [1, 1000], 8, "networks"),
    seedField,
  ],
} as const satisfies StandaloneInfo;

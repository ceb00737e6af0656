import { choiceField, numbersField, wholeField, wholesField } from "../../config/fields.js";
import { seedField, type StandaloneInfo } from "../standalone-info.js";
import { universalOutputs } from "./measure.js";
import { universalCodes } from "./network.js";

export const universalAndInfo = {
  id: "universal-and",
  question: "How well does one layer of d neurons compute ANDs of m Boolean inputs, for all pairs or chosen ones?",
  fields: [
    wholesField("m", [2, 1_000_000], [100, 200], "Boolean inputs"),
    wholesField("d", [1, 1_000_000], [1000], "neurons"),
    choiceField(
      "code",
      universalCodes,
      "bernoulli",
      "how neurons are assigned to inputs (or to gates, if `gates` is set): each with probability p (bernoulli); S at random (uniform); or S by an assignment in which two inputs share at most one neuron (for `balanced`, prime steps chosen for even loads)",
    ),
    numbersField("p", [0, 1], 64, "probabilities that an input uses a neuron (if code = bernoulli); default 0.2"),
    wholeField("S", [1, 4096], 6, "neurons per input in each copy (not if code = bernoulli)"),
    wholeField(
      "copies",
      [1, 4096],
      1,
      "codes side by side, on d/copies neurons each (not used if code = bernoulli); two inputs share at most one neuron in each copy (if code = uniform, each input has S·copies random neurons instead)",
    ),
    wholeField("k", [2, 8], 2, "inputs per gate (fan-in); the bias is −(k−1)"),
    choiceField("output", universalOutputs, "and", "function to read: and, or xor = x_i + x_j − 2·AND (k = 2)"),
    wholeField(
      "gates",
      [1, 4_000_000],
      null,
      "number of gates drawn at random, each with its own neurons; default all possible gates",
    ),
    wholeField(
      "n",
      [2, 100_000],
      null,
      "dimensions in which the inputs are superposed as random unit vectors; default no superposition",
    ),
    wholesField(
      "active",
      [1, 64],
      [2, 3],
      "number of active inputs; with chosen gates, these include the inputs of one gate",
    ),
    wholeField("samples", [1, 100_000], 50, "samples through each network"),
    wholeField("networks", [1, 1000], 8, "networks"),
    seedField,
  ],
} as const satisfies StandaloneInfo;

import { choiceField, numbersField, wholeField } from "../../config/fields.js";
import { featureFamilies } from "../storage/feature-families.js";
import { seedField, type StandaloneInfo } from "../standalone-info.js";

/** Networks whose codes are measured: the map from features to dimensions is the code. */
export const trainedModels = ["relu-layer", "autoencoder"] as const;
export const trainedLosses = ["L4", "MSE"] as const;

export const linearFloorsInfo = {
  id: "floors",
  question: "How well can any linear readout tell F features in n dimensions apart, and how near do usual ones come?",
  fields: [
    choiceField(
      "family",
      [...featureFamilies, "trained"],
      "random",
      "unit vectors; those of the assignment are S-hot, equiangular ones have F = 2n; or what training finds",
    ),
    numbersField("n", [2, 2048], 64, "dimensions; left out, 50, 100 and 200, or 20 of trained codes"),
    numbersField("F", [2, 10_000_000], 64, "features; left out, 2n and n², or 2n of equiangular and trained codes"),
    wholeField("S", [1, 64], 6, "neurons per feature (family assignment)"),
    choiceField(
      "model",
      trainedModels,
      "relu-layer",
      "what is trained: W_out·ReLU(W_in x) to give ReLU(x), or EᵀE x to give x (family trained)",
    ),
    choiceField("loss", trainedLosses, "L4", "what it is trained on (family trained)"),
    wholeField("steps", [1, 100_000], 3000, "steps of training (family trained)"),
    wholeField("repeats", [1, 100], 3, "draws of the vectors (families random and trained)"),
    seedField,
  ],
} as const satisfies StandaloneInfo;

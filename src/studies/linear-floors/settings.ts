import { choiceField, numbersField, wholeField } from "../../config/fields.js";
import { featureFamilies } from "../storage/feature-families.js";
import { seedField, type StandaloneInfo } from "../standalone-info.js";

/** The networks whose codes can be measured; a code is the map from features to dimensions. */
export const trainedModels = ["relu-layer", "autoencoder"] as const;
export const trainedLosses = ["L4", "MSE"] as const;

export const linearFloorsInfo = {
  id: "floors",
  question:
    "How well can the best linear readout separate F features in n dimensions, and how close do typical readouts come?",
  fields: [
    choiceField(
      "family",
      [...featureFamilies, "trained"],
      "random",
      "unit vectors: `assignment` gives S-hot vectors, `equiangular` needs F = 2n, and `trained` uses trained codes",
    ),
    numbersField(
      "n",
      [2, 2048],
      64,
      "dimensions; default 50, 100 and 200; for equiangular codes, the nearest possible numbers; for trained codes, 20",
    ),
    numbersField("F", [2, 10_000_000], 64, "features; default 2n and n², or 2n for equiangular and trained codes"),
    wholeField("S", [1, 64], 6, "neurons per feature (if family = assignment)"),
    choiceField(
      "model",
      trainedModels,
      "relu-layer",
      "trained model: W_out·ReLU(W_in x), which approximates ReLU(x), or EᵀE x, which approximates x (if family = trained)",
    ),
    choiceField("loss", trainedLosses, "L4", "training loss (if family = trained)"),
    wholeField("steps", [1, 100_000], 3000, "training steps (if family = trained)"),
    wholeField("repeats", [1, 100], 3, "repetitions, each with new vectors (if family = random or trained)"),
    seedField,
  ],
} as const satisfies StandaloneInfo;

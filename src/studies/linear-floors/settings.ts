import { choiceField, numbersField, wholeField, wholesField } from "../../config/fields.js";
import { featureFamilies } from "../storage/feature-families.js";
import { seedField, type StandaloneInfo } from "../standalone-info.js";

export const linearFloorsInfo = {
  id: "floors",
  question: "How well can any linear readout tell F features in n dimensions apart, and how near do usual ones come?",
  fields: [
    choiceField(
      "family",
      featureFamilies,
      "random",
      "unit vectors; those of the assignment are S-hot, equiangular ones have F = 2n",
    ),
    wholesField("n", [2, 2048], [50, 100, 200], "dimensions"),
    numbersField("F", [2, 10_000_000], 64, "features; left out, 2n and n²"),
    wholeField("S", [1, 64], 6, "neurons per feature (family assignment)"),
    wholeField("repeats", [1, 100], 3, "draws of the vectors (family random)"),
    seedField,
  ],
} as const satisfies StandaloneInfo;

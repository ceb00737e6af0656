import { featureFamilies } from "../storage/feature-families.js";
import { listField, seedField, wholeField, type StandaloneInfo } from "../standalone-info.js";

export const linearFloorsInfo: StandaloneInfo = {
  id: "floors",
  question: "How well can any linear readout tell F features in n dimensions apart, and how near do usual ones come?",
  fields: [
    {
      ...{ name: "family", kind: "choice", choices: featureFamilies, default: "random" },
      help: "unit vectors; those of the assignment are S-hot, equiangular ones have F = 2n",
    },
    listField("n", [2, 2048], [50, 100, 200], "dimensions"),
    {
      ...{ name: "F", kind: "numbers", min: 2, max: 10_000_000, maxLength: 64, default: null },
      help: "features; left out, 2n and n²",
    },
    wholeField("S", [1, 64], 6, "neurons per feature (family assignment)"),
    wholeField("repeats", [1, 100], 3, "draws of the vectors (family random)"),
    seedField,
  ],
};

import { wholeField, wholesField } from "../../config/fields.js";
import { seedField, type StandaloneInfo } from "../standalone-info.js";

/** The settings of `superpose run --experiment random-vectors`. */
export const randomVectorsInfo = {
  id: "random-vectors",
  question: "How close to orthogonal are m random unit vectors in n dimensions, over all pairs?",
  fields: [
    wholesField("n", [1, 65_536], [20, 40, 80], "dimensions"),
    wholesField("m", [2, 1_000_000], [640], "vectors"),
    wholeField("repeats", [1, 1000], 3, "repetitions, each with new vectors"),
    seedField,
  ],
} as const satisfies StandaloneInfo;

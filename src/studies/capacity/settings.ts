import { numberField, wholeField, wholesField } from "../../config/fields.js";
import { seedField, type StandaloneInfo } from "../standalone-info.js";

/** Sizes for a report that takes minutes on a laptop. */
export const reportDs = [400, 600, 1000, 1600, 2400, 4000];

/** The values that figure CAP holds fixed. */
export const capacityDefaults = { S: 6, z: 1, layer: 3, threshold: 0.02, samples: 512 } as const;

/** The settings of `superpose run --experiment capacity`. */
export const capacityInfo = {
  id: "capacity",
  question: "How does the largest number of circuits with small errors grow with the width D?",
  isAdaptive: true,
  fields: [
    wholesField("D", [16, 200_000], reportDs, "neurons per layer, multiples of 4 (rotations, d = 4)"),
    wholeField("S", [1, 64], capacityDefaults.S, "neurons that carry each circuit neuron"),
    wholeField("z", [1, 64], capacityDefaults.z, "circuits active at once"),
    wholeField(
      "layer",
      [1, 100],
      capacityDefaults.layer,
      "the layer at which the error is compared, counted from 1; 0 is the input",
    ),
    numberField(
      "threshold",
      [1e-9, 1],
      capacityDefaults.threshold,
      "largest allowed mean squared error of x over active circuits; x has length 1",
    ),
    wholeField(
      "samples",
      [16, 1_000_000],
      capacityDefaults.samples,
      "samples per network at D ≤ 1000; fewer at larger D",
    ),
    seedField,
  ],
} as const satisfies StandaloneInfo;

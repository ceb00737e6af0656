import { oneOf } from "../../base/errors.js";
import { RandomSequence } from "../../base/random.js";
import type { Circuits } from "../circuits.js";
import { drawInput, inputsOf } from "../inputs.js";
import { checkedRaw, runRawAlone, toCircuits, type RawCircuits } from "../raw.js";
import { wrapWithIndicator } from "./indicator.js";
import { followedBy, type Mended } from "./mended.js";
import { rescaleBiases } from "./rescale.js";
import { splitSigns } from "./split.js";

/** A transformation that makes circuits meet the assumptions. */
export type MendName = "rescale" | "split" | "indicator";
export const mendNames: readonly MendName[] = ["rescale", "split", "indicator"];

/** Factor by which an On-indicator's bound exceeds the largest activations seen. */
const HEADROOM = 1.25;

/**
 * The cheapest mend after which assumptions 2 to 4 hold; null if they already hold.
 *
 * @throws InputError naming the missing or invalid entry
 */
export function neededMend(raw: RawCircuits): MendName | null {
  const { T, d, weights, biases } = checkedRaw(raw);
  const opens = biases.some((layer, k) =>
    layer.some(
      (bias, at) => bias > 0 || (bias === 0 && weights[k].subarray(at * d, (at + 1) * d).some((w) => w !== 0)),
    ),
  );
  if (opens) return "indicator";
  const differ = biases.some((layer) => layer.some((bias, at) => T > 1 && bias !== layer[at % d]));
  return differ ? "rescale" : null;
}

/**
 * Applies the named mend, which makes circuits share their biases; "split" is followed by "rescale". The bounds for an
 * On-indicator are 1.25 times the largest activations found. `null` changes nothing.
 *
 * @throws InputError when `mend` is unknown or cannot make the biases agree
 */
export function applyMend(raw: RawCircuits, mend: MendName | null): Mended<Circuits> {
  checkedRaw(raw);
  if (mend !== null) oneOf("mend", mend, mendNames);
  switch (mend) {
    case "rescale":
      return rescaleBiases(raw);
    case "split":
      return followedBy(splitSigns(raw), rescaleBiases);
    case "indicator":
      return wrapWithIndicator(raw, { bound: largestActivations(raw).map((layer) => layer.map((a) => HEADROOM * a)) });
    case null:
      return {
        circuits: toCircuits(raw),
        added: 0,
        input: (a0) => Array.from(a0),
        recover: (_layer, _t, activations) => Float64Array.from(activations),
      };
  }
}

/** Inputs tried per circuit. */
const DRAWS = 32;

/** The largest |a_i^l| over all circuits and some of their inputs, [L+1][d]. Other inputs may give larger values. */
export function largestActivations(raw: RawCircuits): number[][] {
  const largest = Array.from({ length: raw.L + 1 }, () => new Array<number>(raw.d).fill(0));
  for (let t = 0; t < raw.T; t++) {
    const random = new RandomSequence(0, "user", t);
    for (let draw = 0; draw < DRAWS; draw++) {
      runRawAlone(raw, t, drawInput(inputsOf(raw.inputs, t), random)).forEach((a, layer) =>
        a.forEach((value, i) => (largest[layer][i] = Math.max(largest[layer][i], Math.abs(value)))),
      );
    }
  }
  return largest;
}

import type { LinearFloors } from "../engine/linear-floors.js";
import { short } from "./card-errors.js";

/**
 * The section of a model card on linear readout of a layer. [L3]
 *
 * @param floors of the layer's true directions, `given` the model's own readout; null where they take too long for a card
 */
export function floorsSection(layer: number, floors: LinearFloors | null): string {
  const command = `\`superpose floors .\` measures ${floors === null ? "it" : "it again"}, \`--layer\` another layer`;
  if (floors === null)
    return `What no linear readout of layer ${layer} can be below, and how near the model's own comes [L3]: ${command}.`;
  const { F, n, welch, own, geometry, given } = floors;
  const over = (name: string, ratio: number | null | undefined): string =>
    ratio === null || ratio === undefined ? "" : ` (${name} = ${ratio.toPrecision(4)})`;
  return (
    `Layer ${layer} holds ${F} true directions, one for each neuron of a circuit, in ${n} dimensions. With the rows of a linear readout scaled so that ` +
    `a direction reads itself as 1, the mean square of what it reads of another is at least ${short(welch)} for any ${F} directions (Welch's floor), ` +
    `at least ${short(own)} for these${over("R_geom", geometry)}, and ${short(given?.meanSquare ?? own)} for the model's own readout${over("R_readout", given?.ratio)} [L3]. ` +
    `A ReLU can be below: it answers 0 to what stays under its threshold. ${command}.`
  );
}

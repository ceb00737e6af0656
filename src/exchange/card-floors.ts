import type { LinearFloors } from "../engine/linear-floors.js";
import { short } from "./card-errors.js";

/**
 * The section of a model card on linear readout of a layer. [L3]
 *
 * @param floors for the layer's true directions, with the model's readout as `given`; null if measuring them takes too
 *   long for a card
 */
export function floorsSection(layer: number, floors: LinearFloors | null): string {
  const command = `\`superpose floors .\` ${floors === null ? "computes them" : "computes them again"}; \`--layer\` selects another layer`;
  if (floors === null)
    return `Lower bounds on the error of linear readouts of layer ${layer}, and the error of the model's own readout [L3]: ${command}.`;
  const { F, n, welch, own, geometry, given } = floors;
  const over = (name: string, ratio: number | null | undefined): string =>
    ratio === null || ratio === undefined ? "" : ` (${name} = ${ratio.toPrecision(4)})`;
  return (
    `Layer ${layer} holds ${F} true directions, one for each neuron of each circuit, in ${n} dimensions. Scale the rows of a linear readout so that ` +
    `each reads its own direction as 1. The mean square response to other directions is then at least ${short(welch)} for any ${F} directions (Welch's floor), ` +
    `at least ${short(own)} for these${over("R_geom", geometry)}, and ${short(given?.meanSquare ?? own)} for the model's own readout${over("R_readout", given?.ratio)} [L3]. ` +
    `A ReLU can do better, because it outputs 0 below its threshold. ${command}.`
  );
}

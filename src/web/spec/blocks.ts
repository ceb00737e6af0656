import { buildLikeMultiPart } from "../../config/build.js";
import { neuronNames } from "../../config/circuits.js";
import { runsBySparseWeights, shapeOf, type RunSpec } from "../../config/run-spec.js";
import type { Part } from "../../network/layer.js";

/** A named block of consecutive neurons. */
export interface Block {
  readonly name: string;
  readonly P: number;
  /** Index of the block's first neuron. */
  readonly offset: number;
}

/** The names of a circuit's neurons, [d]. */
export function blockNames(circuits: RunSpec["circuits"], d: number): readonly string[] {
  return neuronNames(circuits) ?? Array.from({ length: d }, (_, i) => `component ${i}`);
}

/** The blocks of a network's parts, in the order of its neurons. */
export function blocksOf({ circuits, design }: Pick<RunSpec, "circuits" | "design">, parts: readonly Part[]): Block[] {
  return parts.flatMap(({ name, d, P, offset }) => {
    const names =
      design === "published"
        ? blockNames(circuits, d)
        : Array.from({ length: d }, (_, i) => (d === 1 ? name : `${name}, ${i + 1} of ${d}`));
    return names.map((own, i) => ({ name: own, P, offset: offset + i * P }));
  });
}

/** The names of the groups in which the share of active neurons is measured: blocks, or a design's parts. */
export function shareNames(spec: RunSpec): readonly string[] {
  if (!runsBySparseWeights(spec)) return blockNames(spec.circuits, shapeOf(spec).d);
  return spec.design === "published" ? ["all neurons"] : buildLikeMultiPart(spec).parts.map(({ name }) => name);
}

import type { RawCircuits } from "./raw.js";

/**
 * The number of neurons of a circuit that are used in each layer 1…L, [L]. A neuron is used if any circuit reads it in
 * the next layer or, after the last layer, in a readout. The other neurons are padding.
 */
export function usedNeurons({ d, L, weights, readouts }: RawCircuits): number[] {
  return Array.from({ length: L }, (_, k) => {
    const isUsed = new Array<boolean>(d).fill(false);
    const take = (value: number, at: number): void => {
      if (value !== 0) isUsed[at % d] = true;
    };
    if (k + 1 < L) weights[k + 1].forEach(take);
    else for (const { matrix } of readouts) for (const row of matrix) row.forEach(take);
    return isUsed.filter(Boolean).length;
  });
}

/** A sentence on the cost of layers that use fewer than d neurons; null if all neurons are used. */
export function paddingText(circuits: RawCircuits): string | null {
  const { d, L } = circuits;
  const used = usedNeurons(circuits);
  const sum = used.reduce((total, count) => total + count, 0);
  if (sum === d * L) return null;
  const [least, most] = [Math.min(...used), Math.max(...used)];
  const use =
    least === most
      ? `${least} are used`
      : L > 6
        ? `layers use ${least} to ${most} of them`
        : `layers 1 ${L === 2 ? "and" : "to"} ${L} use ${used.slice(0, -1).join(", ")} and ${used[L - 1]} of them`;
  const times = Number(((d * L) / Math.max(1, sum)).toPrecision(3));
  return `Each circuit takes d = ${d} neurons in every layer, ${times} times as many as without padding: ${use}.`;
}

/** A design that computes circuits; figure S5 shows its largest T together with the number of stored features. */
export interface ComputingDesign {
  /** The design's name in the legend. */
  readonly name: string;
  /** The fields of the design's spec, as in a spec file. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly Ds: readonly number[];
  /** Samples per network. */
  readonly samples: number;
}

/**
 * Designs other than the published one; the published design's line is the same as in figure CAP. To draw another
 * design, add its fields here. The largest T of each design is found with the same criterion; if errors are small
 * enough even at the largest T that the design can hold, that T is the result.
 */
export const computingDesigns: readonly ComputingDesign[] = [
  { name: "balanced loads", fields: { assignment: "transversal" }, Ds: [400, 1000], samples: 512 },
  { name: "grid", fields: { design: "grid" }, Ds: [400, 600, 1000], samples: 48 },
];

/** The two groups for which errors are kept separately: circuits that are active in a sample, and the others. */
export const activities = ["active", "inactive"] as const;
/** Whether a circuit is active in a sample. */
export type Activity = (typeof activities)[number];

/** One measured quantity, over samples and circuits, averaged over networks. Dimensionless. */
export interface Statistic {
  /**
   * Mean over networks of the mean squared error; squared errors are summed over a readout's coordinates. 0 if there
   * were no circuits to average over. [E18]
   */
  readonly meanSquare: number;
  /** Standard deviation of the mean square across networks (n−1); null if there is only one network. */
  readonly sd: number | null;
  /** Largest error (a length, not its square) over all samples, circuits and networks. */
  readonly worst: number;
  /**
   * Share of errors larger than 0.25 (in fact 0.2501, so that rounding does not count), averaged over networks; null if
   * they are not counted. [E18b]
   */
  readonly wrong: number | null;
  /** The prediction [E20]–[E22]; null if there is none; for inactive circuits also null if all circuits are active. */
  readonly theory: number | null;
}

/** Errors for one z at one layer; layer 0 is the input, with error 0. `file-rows.ts` defines their form in files. */
export interface ErrorRow {
  /** Circuits active at once. */
  readonly z: number;
  readonly layer: number;
  /** Samples per network; a network's errors cover samples · z active and samples · (T − z) inactive circuits. */
  readonly samples: number;
  readonly networks: number;
  /**
   * Number of samples per network, counted from the first, in which inactive circuits were read; undefined if they were
   * read in all samples.
   */
  readonly inactiveSamples?: number;
  /** The line of the stress panel that perturbed the samples, such as "noiseAfter 0.01"; omitted if there was none. */
  readonly under?: string;
  /** By readout name: for rotations `x` and `alpha`. */
  readonly readouts: Readonly<Record<string, Readonly<Record<Activity, Statistic>>>>;
  /**
   * Share of neurons with A > 1e−4 in each block (or part, in designs with several parts), averaged over networks.
   * [E19]
   */
  readonly activeFraction: readonly number[];
  /** Standard deviation of `activeFraction` across networks, [d]; null if there is only one network. */
  readonly activeFractionSd: readonly number[] | null;
  /**
   * z·S·d/D, the expected share of active neurons while errors are too small to open gates; for a design, the share of
   * neurons from which z circuits are read.
   */
  readonly expectedActiveFraction: number;
  /**
   * Whether a design's theory applies: false with noise, which the theory ignores. For other theories see `theoryEnds`.
   */
  readonly theoryHolds?: boolean;
}

/** Identifies a statistic of a row: its readout, and whether it covers active or inactive circuits. */
export interface StatisticOf {
  readonly readout: string;
  readonly activity: Activity;
}

/** The statistic, if the row has the readout. */
export function statisticAt({ readouts }: Pick<ErrorRow, "readouts">, of: StatisticOf): Statistic | undefined {
  return readouts[of.readout]?.[of.activity];
}

/** The two statistics of a readout: over active and over inactive circuits. */
export function bothOf(readout: string): StatisticOf[] {
  return activities.map((activity) => ({ readout, activity }));
}

/** All statistics of a row, in one list. */
export function statisticsOf({ readouts }: ErrorRow): (StatisticOf & Statistic)[] {
  return Object.entries(readouts).flatMap(([readout, both]) =>
    activities.map((activity) => ({ readout, activity, ...both[activity] })),
  );
}

/** "x, active" */
export function spelled({ readout, activity }: StatisticOf): string {
  return `${readout}, ${activity}`;
}

/** One of our numbers and the corresponding reference number. */
export interface ComparisonEntry {
  /** A description for the list of exceptions: "x active, z = 2, layer 3". */
  readonly label: string;
  readonly ours: number;
  /** Standard deviation across networks (n−1); null or 0 if there is none. */
  readonly oursSd: number | null;
  readonly reference: number;
  readonly referenceSd: number | null;
  /** The entry's tolerance, if the rule for statistics does not suit it. */
  readonly allowed?: number;
}

/** An entry outside its tolerance, with its deviation. */
export interface ComparisonException extends ComparisonEntry {
  readonly tolerance: number;
  /** |ours − reference| / tolerance, always above 1; Infinity if ours is not finite. */
  readonly fraction: number;
}

/** How closely a list of numbers agrees with the reference. */
export interface Comparison {
  readonly entries: number;
  readonly within: number;
  /** Largest |ours − reference| / tolerance; 0 without entries. */
  readonly worst: number;
  /** The entry with the largest deviation. */
  readonly worstLabel: string | null;
  /** Entries outside their tolerance, worst first. */
  readonly exceptions: readonly ComparisonException[];
}

/** The share of entries that must be within their tolerance. */
const requiredShare = 0.99;

/**
 * The entry's own tolerance, or `3·max(sd_ours, sd_reference) + 5%·|reference| + 1e−6`, the rule for statistics over
 * at least five networks (test/reference/README.md).
 */
export function tolerance(entry: ComparisonEntry): number {
  if (entry.allowed !== undefined) return entry.allowed;
  return 3 * Math.max(entry.oursSd ?? 0, entry.referenceSd ?? 0) + 0.05 * Math.abs(entry.reference) + 1e-6;
}

/** Compares every entry with its {@link tolerance}. */
export function compare(entries: readonly ComparisonEntry[]): Comparison {
  const judged = entries.map((entry): ComparisonException => {
    const allowed = tolerance(entry);
    const fraction = Math.abs(entry.ours - entry.reference) / allowed;
    return { ...entry, tolerance: allowed, fraction: Number.isNaN(fraction) ? Infinity : fraction };
  });
  judged.sort((a, b) => b.fraction - a.fraction);
  const worst = judged.at(0);
  const exceptions = judged.filter((entry) => entry.fraction > 1);
  return {
    entries: entries.length,
    within: entries.length - exceptions.length,
    worst: worst?.fraction ?? 0,
    worstLabel: worst?.label ?? null,
    exceptions,
  };
}

/** Whether at least 99% of the entries are within their tolerance. */
export function meetsReference(comparison: Comparison): boolean {
  return comparison.within >= requiredShare * comparison.entries;
}

/** The share of entries within their tolerance, rounded down, so that 98.96% is not shown as 99%. */
export function shareWithin({ within, entries }: Pick<Comparison, "within" | "entries">): string {
  return entries === 0 ? "–" : `${Math.floor((1000 * within) / entries) / 10}%`;
}

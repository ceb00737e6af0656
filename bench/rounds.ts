import { Bench } from "tinybench";

export interface Candidate {
  readonly name: string;
  readonly run: () => unknown;
  /** Work per call, in the unit that the caller reports. */
  readonly work: number;
}

export interface Timing {
  readonly name: string;
  /** Median over rounds of the best time of a call in that round, in seconds. */
  readonly seconds: number;
  /** Work per second at that time. */
  readonly rate: number;
  /** One time per round, seconds. */
  readonly rounds: readonly number[];
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
};

/**
 * Times candidates side by side: in every round each runs a few times, in turn, so that a change of the machine's speed
 * meets all of them. The best call of a round stands for it (what is added to it is other people's noise), the median
 * over rounds for the candidate.
 */
export async function timeInRounds(
  candidates: readonly Candidate[],
  rounds = 7,
  secondsEach = 0.15,
): Promise<Timing[]> {
  const times = candidates.map(() => [] as number[]);
  for (let round = 0; round <= rounds; round++) {
    const bench = new Bench({ time: secondsEach * 1000, iterations: 2, warmup: false, throws: true });
    for (const { name, run } of candidates) {
      bench.add(name, async () => {
        await run();
      });
    }
    await bench.run();
    // The first round compiles and warms caches.
    if (round === 0) continue;
    bench.tasks.forEach(({ result }, k) => {
      if ("latency" in result) times[k]!.push(result.latency.min / 1000);
    });
  }
  return candidates.map(({ name, work }, k) => {
    const seconds = median(times[k]!);
    return { name, seconds, rate: work / seconds, rounds: times[k]! };
  });
}

/** Ratios a/b round by round: median and range. */
export function ratio(a: Timing, b: Timing): { median: number; low: number; high: number } {
  const ratios = a.rounds.map((seconds, round) => seconds / b.rounds[round]!);
  return { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}

/** "1.62 (1.55–1.70)" */
export function ratioText({ median: middle, low, high }: ReturnType<typeof ratio>): string {
  return `${middle.toPrecision(3)} (${low.toPrecision(3)}–${high.toPrecision(3)})`;
}

import { Bench } from "tinybench";

export interface Candidate {
  readonly name: string;
  readonly run: () => unknown;
  /** Work per call, in a unit of the caller's choice. */
  readonly work: number;
}

export interface Timing {
  readonly name: string;
  /** The median over rounds of the best processor time per call in each round, in seconds. */
  readonly seconds: number;
  /** The candidate's `work` per second, computed from `seconds`. */
  readonly rate: number;
  /** The best time of each round, in seconds. */
  readonly rounds: readonly number[];
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
};

/** Processor time of this process, in ms; less sensitive than wall-clock time to other work on the machine. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The shortest piece of work that is timed, in ms; the clock counts in µs. */
const SHORTEST = 1;

/** The number of calls that together take long enough to be timed. */
async function callsPerTiming(run: () => unknown): Promise<number> {
  for (let calls = 1; ; calls *= 4) {
    const began = processorTime();
    for (let call = 0; call < calls; call++) await run();
    const taken = processorTime() - began;
    if (taken > SHORTEST) return Math.ceil((calls * SHORTEST) / taken);
  }
}

/**
 * Times candidates side by side, in processor time. In every round each candidate runs a few times, one after another,
 * so that a change in the machine's speed affects all of them equally. Only the best time of a round is used, because
 * anything beyond it is noise from other processes. The result of a candidate is the median over rounds.
 */
export async function timeInRounds(
  candidates: readonly Candidate[],
  rounds = 7,
  secondsEach = 0.15,
): Promise<Timing[]> {
  const times = candidates.map(() => [] as number[]);
  // The first calls compile code and warm caches.
  const calls: number[] = [];
  for (const { run } of candidates) {
    await callsPerTiming(run);
    calls.push(await callsPerTiming(run));
  }
  for (let round = 0; round < rounds; round++) {
    const bench = new Bench({
      now: processorTime,
      time: secondsEach * 1000,
      iterations: 2,
      warmup: false,
      throws: true,
    });
    candidates.forEach(({ name, run }, k) => {
      // Results that are not promises are not awaited, because an await costs as much as a small kernel.
      bench.add(name, async () => {
        for (let call = 0; call < calls[k]!; call++) {
          const result = run();
          if (result instanceof Promise) await result;
        }
      });
    });
    await bench.run();
    bench.tasks.forEach(({ result }, k) => {
      if ("latency" in result) times[k]!.push(result.latency.min / 1000 / calls[k]!);
    });
  }
  return candidates.map(({ name, work }, k) => {
    const seconds = median(times[k]!);
    return { name, seconds, rate: work / seconds, rounds: times[k]! };
  });
}

/** The median and range of the ratios a/b, round by round. */
export function ratio(
  a: Pick<Timing, "rounds">,
  b: Pick<Timing, "rounds">,
): { median: number; low: number; high: number } {
  const ratios = a.rounds.map((seconds, round) => seconds / b.rounds[round]!);
  return { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}

/** "1.62 (1.55–1.70)" */
export function ratioText({ median: middle, low, high }: ReturnType<typeof ratio>): string {
  return `${middle.toPrecision(3)} (${low.toPrecision(3)}–${high.toPrecision(3)})`;
}

/** The largest number of points in a curve. */
const POINTS = 500;

/** The loss of a run as a curve of at most 500 points, each of which is the mean over the same number of steps. */
export class LossCurve {
  /** Steps per point. */
  readonly every: number;
  /** The mean loss of each point whose steps are complete. */
  readonly means: number[] = [];
  /** The first step's loss; null before that step. */
  first: number | null = null;
  /** The sum of the losses since the last complete point, and the number of these losses. */
  #pending = 0;
  #count = 0;

  constructor(steps: number, kept: readonly number[] = []) {
    this.every = Math.ceil(steps / POINTS);
    const [first, pending, count, ...means] = kept;
    if (first === undefined) return;
    [this.first, this.#pending, this.#count] = [first, pending, count];
    this.means.push(...means);
  }

  add(loss: number): void {
    this.first ??= loss;
    this.#pending += loss;
    if (++this.#count < this.every) return;
    this.means.push(this.#pending / this.#count);
    this.#pending = this.#count = 0;
  }

  /** The mean loss of the last point or, before the first point, of the steps so far; null before the first step. */
  get last(): number | null {
    return this.means.at(-1) ?? (this.#count > 0 ? this.#pending / this.#count : null);
  }

  /** The state of the curve as a list of numbers, from which it can be continued. */
  kept(): number[] {
    return this.first === null ? [] : [this.first, this.#pending, this.#count, ...this.means];
  }
}

/** The length of `LossCurve.kept()` after the first `taken` of the `steps` steps of a run. */
export function keptLength(steps: number, taken: number): number {
  return taken === 0 ? 0 : 3 + Math.floor(taken / new LossCurve(steps).every);
}

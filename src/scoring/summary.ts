/** A mean, and half the width of its 95% confidence interval; null when there are no values. */
export interface Summary {
  readonly mean: number | null;
  readonly plusMinus: number | null;
  readonly count: number;
}

/** Half the width of a 95% interval, in standard errors. */
export const WIDTH = 1.96;

/** The mean of independent values, with its confidence interval (normal approximation). */
export function summarize(values: ArrayLike<number>): Summary {
  const count = values.length;
  if (count === 0) return { mean: null, plusMinus: null, count };
  const all = Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / count;
  const squares = all.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, plusMinus: count > 1 ? WIDTH * Math.sqrt(squares / (count - 1) / count) : null, count };
}

/** The ratio of two sums over samples, with its confidence interval (delta method). */
export function summarizeRatio(above: ArrayLike<number>, below: ArrayLike<number>): Summary {
  const count = above.length;
  let [a, b] = [0, 0];
  for (let at = 0; at < count; at++) {
    a += above[at];
    b += below[at];
  }
  if (!(b > 0)) return { mean: null, plusMinus: null, count };
  const mean = a / b;
  let squares = 0;
  for (let at = 0; at < count; at++) squares += (above[at] - mean * below[at]) ** 2;
  return { mean, plusMinus: count > 1 ? (WIDTH * Math.sqrt((squares / (count - 1)) * count)) / b : null, count };
}

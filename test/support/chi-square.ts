/** Pearson's χ² of counts against equal expected counts: mean n−1, standard deviation √(2(n−1)) for n fair counts. */
export function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

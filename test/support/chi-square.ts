/**
 * Pearson's χ² of counts against equal expected counts. For n fair counts, it has mean n−1 and standard deviation
 * √(2(n−1)).
 */
export function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/**
 * The text of a table: columns two spaces apart, numbers aligned to the right.
 *
 * @param left columns that are aligned to the left, by title or index
 */
export function formatTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  left: readonly (string | number)[] = [],
): string {
  const widths = titles.map((title, c) => Math.max(title.length, ...rows.map((row) => row[c].length)));
  const pad = (cell: string, c: number): string =>
    left.includes(titles[c]) || left.includes(c) ? cell.padEnd(widths[c]) : cell.padStart(widths[c]);
  return [titles, ...rows].map((cells) => cells.map(pad).join("  ").trimEnd()).join("\n");
}

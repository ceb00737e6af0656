/** A table of the benchmark's report. */
export interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** The table as aligned text. */
export function sectionText({ title, columns, rows }: Section): string {
  const lines = [columns, ...rows].map((row) => row.map(String));
  const widths = columns.map((_, k) => Math.max(...lines.map((line) => line[k]!.length)));
  const text = lines.map((line) =>
    line
      .map((cell, k) => cell.padEnd(widths[k]!))
      .join("  ")
      .trimEnd(),
  );
  return [title, "-".repeat(title.length), ...text].join("\n");
}

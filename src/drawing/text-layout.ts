/**
 * Width in em of text set in DejaVu Sans. It is accurate enough to break text into lines, and the same in Node and
 * every browser.
 */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

// Advance widths of DejaVu Sans 2.37, one value per group of characters. Verdana, the usual substitute, differs by only
// a few percent.
function characterWidth(character: string): number {
  if ("ijlI|'".includes(character)) return 0.3;
  if ("ft .,:;!()[]/-·".includes(character)) return 0.37;
  if ("mwMW@%".includes(character)) return 0.92;
  if ("⁰¹²³⁴⁵⁶⁷⁸⁹⁻".includes(character)) return 0.42;
  if ("+=<>≤≥−×→↑~".includes(character)) return 0.84;
  if (/[A-Z]/.test(character)) return 0.7;
  return 0.62;
}

/**
 * Breaks `text` at spaces into lines of at most `width` px at font size `size`. A longer word gets a line to itself.
 */
export function wrapText(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (line !== "" && textWidth(longer) * size > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    if (line !== "") lines.push(line);
  }
  return lines;
}

/**
 * Positions as close as possible to the wanted ones, in the same order, at least `gap` apart and within low…high.
 * Used to place the labels of crowded lines.
 */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b] || a - b);
  // Neighbours that are too close form a cluster, centred on the mean of their wanted positions.
  const clusters: { sum: number; members: number[] }[] = [];
  const start = (cluster: { sum: number; members: number[] }): number => {
    const extent = (cluster.members.length - 1) * gap;
    return Math.max(low, Math.min(high - extent, cluster.sum / cluster.members.length - extent / 2));
  };
  for (const index of order) {
    let cluster = { sum: wanted[index], members: [index] };
    let previous = clusters.at(-1);
    while (previous !== undefined && start(previous) + previous.members.length * gap > start(cluster)) {
      cluster = { sum: previous.sum + cluster.sum, members: [...previous.members, ...cluster.members] };
      clusters.pop();
      previous = clusters.at(-1);
    }
    clusters.push(cluster);
  }
  const placed = new Array<number>(wanted.length);
  for (const cluster of clusters) {
    cluster.members.forEach((member, place) => (placed[member] = start(cluster) + place * gap));
  }
  return placed;
}

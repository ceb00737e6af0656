// Draws the flowcharts of the documentation as SVG; they are Mermaid's `flowchart TD` with arrows between names. GitHub
// draws them itself, but to do the same, the site would have to load 3 MB of script.

const box = { height: 28, gap: 18, character: 7.6, padding: 10 };
const rowHeight = 62;

/** @returns {[string, string][]} the arrows of a flowchart; `a --> b & c` counts as two */
function arrowsOf(text) {
  const lines = text.split("\n").filter((line) => line.includes("-->"));
  return lines.flatMap((line) => {
    const [from, to] = line.split("-->");
    return to.split("&").map((name) => [from.trim(), name.trim()]);
  });
}

/** The row of each name: 0 if no arrow points at it, otherwise one row below all names that point at it. */
function rowsOf(arrows) {
  const row = new Map(arrows.flat().map((name) => [name, 0]));
  for (let moved = true; moved;) {
    moved = false;
    for (const [from, to] of arrows) {
      if (row.get(to) > row.get(from)) continue;
      row.set(to, row.get(from) + 1);
      moved = true;
    }
  }
  return row;
}

/**
 * The nodes of each row and, for each arrow, the chain of nodes that it passes through. Where an arrow skips a row, a
 * node without a box is added to the chain.
 */
function layersOf(arrows) {
  const row = rowsOf(arrows);
  const layers = [];
  const put = (node, r) => (layers[r] ??= []).push(node);
  const nodes = new Map(
    Array.from(row.keys(), (name) => [name, { name, width: name.length * box.character + 2 * box.padding, near: [] }]),
  );
  for (const [name, node] of nodes) put(node, row.get(name));
  const chains = arrows.map(([from, to]) => {
    const chain = [nodes.get(from)];
    for (let r = row.get(from) + 1; r < row.get(to); r++) {
      chain.push({ name: null, width: 0, near: [] });
      put(chain.at(-1), r);
    }
    chain.push(nodes.get(to));
    chain.slice(1).forEach((node, k) => {
      node.near.push(chain[k]);
      chain[k].near.push(node);
    });
    return chain;
  });
  return { layers, chains };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Places a row's nodes, in order, as close as possible to the wanted positions; nodes that would overlap move as a
 * group.
 */
function placeRow(nodes, wanted) {
  const groups = [];
  let offset = 0;
  nodes.forEach((node, k) => {
    offset += k === 0 ? 0 : (nodes[k - 1].width + node.width) / 2 + box.gap;
    groups.push({ members: [[node, offset]], sum: wanted[k] - offset });
    for (let last = groups.at(-1); groups.length > 1; last = groups.at(-1)) {
      const before = groups.at(-2);
      if (before.sum / before.members.length <= last.sum / last.members.length) break;
      groups.splice(-2, 2, { members: [...before.members, ...last.members], sum: before.sum + last.sum });
    }
  });
  for (const { members, sum } of groups) for (const [node, at] of members) node.x = at + sum / members.length;
}

/** Sorts the nodes of every row by the mean position of their neighbours, going down and up the rows repeatedly. */
function arrange(layers) {
  layers.forEach((nodes) =>
    placeRow(
      nodes,
      nodes.map(() => 0),
    ),
  );
  for (let sweep = 0; sweep < 24; sweep++) {
    for (const nodes of sweep % 2 === 0 ? layers : layers.toReversed()) {
      const wanted = new Map(
        nodes.map((node) => [node, node.near.length === 0 ? node.x : mean(node.near.map(({ x }) => x))]),
      );
      nodes.sort((a, b) => wanted.get(a) - wanted.get(b));
      placeRow(
        nodes,
        nodes.map((node) => wanted.get(node)),
      );
    }
  }
}

/** @returns {string} an SVG in the colour of the surrounding text, with a label that lists all arrows */
export function diagram(text) {
  const arrows = arrowsOf(text);
  const { layers, chains } = layersOf(arrows);
  arrange(layers);
  layers.forEach((nodes, r) => nodes.forEach((node) => (node.y = r * rowHeight + box.height / 2 + 1)));
  const all = layers.flat();
  const left = Math.min(...all.map(({ x, width }) => x - width / 2)) - 1;
  const width = Math.max(...all.map(({ x, width }) => x + width / 2)) + 1 - left;
  const height = (layers.length - 1) * rowHeight + box.height + 2;
  const n = (value) => String(Math.round(value * 10) / 10);
  const half = box.height / 2;
  const paths = chains.map((chain) => {
    const points = chain.map(({ name, x, y }, k) => {
      const y1 = name === null ? y : k === 0 ? y + half : y - half - 6;
      return [x - left, y1];
    });
    const curve = points.slice(1).map(([x, y], k) => {
      const [x0, y0] = points[k];
      const middle = (y0 + y) / 2;
      return `C${n(x0)} ${n(middle)} ${n(x)} ${n(middle)} ${n(x)} ${n(y)}`;
    });
    const [x, y] = points.at(-1);
    return `<path d="M${n(points[0][0])} ${n(points[0][1])}${curve.join("")}"/><path fill="currentColor" stroke="none" d="M${n(x - 4)} ${n(y)}h8l-4 6z"/>`;
  });
  const boxes = all
    .filter(({ name }) => name !== null)
    .map(
      ({ name, x, y, width }) =>
        `<rect x="${n(x - left - width / 2)}" y="${n(y - half)}" width="${n(width)}" height="${box.height}" rx="4"/>` +
        `<text x="${n(x - left)}" y="${n(y + 4.5)}">${name}</text>`,
    );
  const label = `Diagram: ${arrows.map(([from, to]) => `${from} to ${to}`).join(", ")}`;
  return (
    `<svg class="diagram" role="img" aria-label="${label}" viewBox="0 0 ${n(width)} ${n(height)}" width="${n(width)}" height="${n(height)}">` +
    `<g class="arrows">${paths.join("")}</g><g class="boxes">${boxes.join("")}</g></svg>`
  );
}

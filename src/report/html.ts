import { meetsReference, type Comparison } from "../results/compare.js";
import { reportStyle } from "./html-style.js";
import { grouped, shortNumber } from "../drawing/numbers.js";
import { escapeMarkup as escape } from "../drawing/svg.js";
import { figureStyles } from "../drawing/theme.js";
import type { FigureReport, Report } from "./types.js";
import type { Table } from "../results/table.js";

/** So many exceptions are listed in full; the rest is counted. */
const listedExceptions = 20;

/**
 * The report as one HTML page that needs nothing else: styles and figures inline, no script, no requests.
 *
 * All text is escaped; the figures' SVG is taken as it is, so it must come from `svgText`.
 */
export function reportHtml(report: Report): string {
  const figures = report.figures.map((figure) => figureSection(figure)).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escape(report.title)}</title>
<style>
${reportStyle}
${figureStyles()}
</style>
</head>
<body>
<header>
<h1>${escape(report.title)}</h1>
<p class="lead">${escape(report.lead)}</p>
${commandBlock(report.command)}
${definitions([
  ["seed", String(report.seed)],
  ["version", report.version],
])}
</header>
${contents(report.figures)}
<main>
${summary(report.figures)}
${figures}
</main>
<footer>circuits-in-superposition ${escape(report.version)}, seed ${escape(String(report.seed))}. Equation numbers such as [E22] refer to docs/equations.md.</footer>
</body>
</html>
`;
}

function contents(figures: readonly FigureReport[]): string {
  const items = figures.map(
    ({ id, title }) => `<li><a href="#${anchor(id)}"><span class="id">${escape(id)}</span>${escape(title)}</a></li>`,
  );
  return `<nav aria-labelledby="contents"><h2 id="contents">Figures</h2><ol>${items.join("")}</ol></nav>`;
}

function summary(figures: readonly FigureReport[]): string {
  const rows = figures.map(({ id, samples, networks, comparison }) => {
    const judged = !comparison
      ? `<td class="number">–</td><td class="number">–</td><td class="number">–</td>`
      : `<td class="number">${verdict(shortNumber(comparison.worst, 2), comparison.worst <= 1)}</td>` +
        `<td class="number">${verdict(share(comparison), meetsReference(comparison))}</td>` +
        `<td class="number">${grouped(comparison.entries)}</td>`;
    return `<tr><th scope="row"><a href="#${anchor(id)}">${escape(id)}</a></th><td>${escape(samples)}</td><td class="number">${escape(networks)}</td>${judged}</tr>`;
  });
  return `<section id="summary">
<h2>How near to the reference</h2>
<p>Deviation is |ours − reference| as a fraction of the tolerance, 3 × the larger standard deviation between networks + 5 % of the reference + 10⁻⁶. At least 99 % of the entries must be within it.</p>
<div class="scroll"><table>
<thead><tr><th scope="col">figure</th><th scope="col">samples per network</th><th scope="col" class="number">networks</th><th scope="col" class="number">worst deviation</th><th scope="col" class="number">within</th><th scope="col" class="number">entries</th></tr></thead>
<tbody>${rows.join("\n")}</tbody>
</table></div>
</section>`;
}

function figureSection(figure: FigureReport): string {
  const { id, question, settings, howToRead, files, command } = figure;
  const links = files.map((file) => `<a href="${escape(encodeURI(file))}">${escape(file)}</a>`).join(" · ");
  return `<section id="${anchor(id)}">
<h2><span class="id">${escape(id)}</span>${escape(question)}</h2>
<figure><div class="scroll" tabindex="0" role="group" aria-label="${escape(`Figure ${id}`)}">${inlineSvg(figure.svg)}</div></figure>
<h3>How to read it</h3>
<p>${escape(howToRead)}</p>
<h3>Settings</h3>
${definitions(settings)}
${!figure.theory ? "" : `<h3>Measured against theory</h3>\n${table(figure.theory)}`}
<h3>Measured against the reference numbers</h3>
${comparisonText(figure.comparison, figure.comparisonNote)}
<h3>The command</h3>
${commandBlock(command)}
${links === "" ? "" : `<p class="links">${links}</p>`}
</section>`;
}

function comparisonText(comparison: FigureReport["comparison"], note: string | undefined): string {
  const remark = note === undefined ? "" : `<p>${escape(note)}</p>`;
  if (!comparison) return remark === "" ? "<p>There are no reference numbers for this figure.</p>" : remark;
  const { entries, within, worst, worstLabel, exceptions } = comparison;
  const meets = meetsReference(comparison);
  const sentence = `<p>${grouped(within)} of ${grouped(entries)} entries are within the tolerance (${verdict(share(comparison), meets)}). The worst deviation is ${shortNumber(worst, 2)} of the tolerance${worstLabel === null ? "" : `, at ${escape(worstLabel)}`}.</p>`;
  if (exceptions.length === 0) return sentence + remark;
  const list = table({
    caption: exceptions.length > listedExceptions ? `The ${listedExceptions} largest exceptions` : "Exceptions",
    columns: ["entry", "ours", "reference", "tolerance", "deviation / tolerance"],
    rows: exceptions
      .slice(0, listedExceptions)
      .map(({ label, ours, reference, tolerance, fraction }) => [label, ours, reference, tolerance, fraction]),
  });
  return `${sentence}${remark}<details><summary>${exceptions.length} exception${exceptions.length === 1 ? "" : "s"}</summary>${list}</details>`;
}

function table({ caption, columns, rows }: Table): string {
  // A column of numbers is set right, its head too.
  const numeric = columns.map((_, index) => rows.length > 0 && rows.every((row) => typeof row[index] !== "string"));
  const kind = (index: number): string => (numeric[index] === true ? ' class="number"' : "");
  const head = columns.map((name, index) => `<th scope="col"${kind(index)}>${escape(name)}</th>`).join("");
  const body = rows.map(
    (row) => `<tr>${row.map((cell, index) => `<td${kind(index)}>${cellText(cell)}</td>`).join("")}</tr>`,
  );
  return `<div class="scroll"><table><caption>${escape(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>`;
}

function cellText(cell: string | number | null): string {
  if (cell === null) return "–";
  if (typeof cell === "string") return escape(cell);
  // Whole numbers are counts and sizes, which are what they are to the last digit.
  return Number.isInteger(cell) && Math.abs(cell) < 1e15 ? grouped(cell) : shortNumber(cell);
}

function definitions(entries: readonly (readonly [string, string])[]): string {
  const shown = entries.filter(([, value]) => value !== "" && value !== "–");
  if (shown.length === 0) return "";
  return `<dl class="meta">${shown.map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`).join("")}</dl>`;
}

function commandBlock(command: string): string {
  return `<pre tabindex="0"><code>${escape(command)}</code></pre>`;
}

/** The page has the figures' style sheet once; their own copies go. */
function inlineSvg(svg: string): string {
  return svg.replace(`<style>${figureStyles()}</style>`, "").trim();
}

function verdict(text: string, good: boolean): string {
  return `<span class="${good ? "good" : "bad"}">${text}</span>`;
}

/** Rounded down: 98.96 % must not read as 99 %. */
function share({ within, entries }: Comparison): string {
  return entries === 0 ? "–" : `${Math.floor((1000 * within) / entries) / 10} %`;
}

function anchor(id: string): string {
  return `figure-${id.replace(/[^\w-]/g, "-")}`;
}

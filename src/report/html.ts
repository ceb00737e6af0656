import { meetsReference, shareWithin } from "../results/compare.js";
import { groups } from "./groups.js";
import { reportStyle } from "./html-style.js";
import { keptRemark } from "./kept.js";
import { summaryLines } from "./summary.js";
import { grouped, shortNumber } from "../drawing/numbers.js";
import { escapeMarkup as escape } from "../drawing/svg.js";
import { figureStyles } from "../drawing/theme.js";
import type { FigureReport, Report } from "./types.js";
import type { Table } from "../results/table.js";

/** The number of exceptions that are listed; the rest are only counted. */
const listedExceptions = 20;

/**
 * The report as one self-contained HTML page: styles and figures inline, no scripts, no requests.
 *
 * All text is escaped. The figures' SVG is inserted unchanged, so it must come from `svgText`.
 */
export function reportHtml(report: Report): string {
  const parts = partsOf(report.figures);
  const sections = parts.map(groupSection).join("\n");
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
<main>
${summary(report.figures)}
${contents(parts)}
${agreement(report.figures)}
${sections}
</main>
<footer>circuits-in-superposition ${escape(report.version)}, seed ${escape(String(report.seed))}. Equation numbers such as [E22] refer to docs/equations.md.</footer>
</body>
</html>
`;
}

/** One part of the report, and its figures. */
interface Part {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly figures: readonly FigureReport[];
}

/** Only parts that have figures are shown. */
function partsOf(figures: readonly FigureReport[]): Part[] {
  return Object.entries(groups)
    .map(([id, text]) => ({ id: `part-${id}`, ...text, figures: figures.filter(({ group }) => group === id) }))
    .filter((part) => part.figures.length > 0);
}

function contents(parts: readonly Part[]): string {
  const lists = parts.map(({ id, title, figures }) => {
    const items = figures.map(
      (figure) =>
        `<li><a href="#${anchor(figure.id)}"><span class="id">${escape(figure.id)}</span>${escape(figure.title)}</a></li>`,
    );
    return `<h3><a href="#${id}">${escape(title)}</a></h3><ol>${items.join("")}</ol>`;
  });
  return `<nav aria-labelledby="contents"><h2 id="contents">Figures</h2>${lists.join("\n")}</nav>`;
}

function groupSection({ id, title, about, figures }: Part): string {
  return `<section class="part" id="${id}">
<h2>${escape(title)}</h2>
<p>${escape(about)}</p>
${figures.map(figureSection).join("\n")}
</section>`;
}

function summary(figures: readonly FigureReport[]): string {
  const lines = summaryLines(figures).map(({ name, text, figures: ids }) => {
    const links = ids.map((id) => `<a href="#${anchor(id)}">${escape(id)}</a>`).join(" ");
    return `<li><strong>${escape(name)}.</strong> ${escape(text)}${links === "" ? "" : ` <span class="links">${links}</span>`}</li>`;
  });
  if (lines.length === 0) return "";
  return `<section id="summary">
<h2>Summary</h2>
<ol class="lines">${lines.join("\n")}</ol>
</section>`;
}

function agreement(figures: readonly FigureReport[]): string {
  const rows = figures.map(({ id, samples, networks, comparison }) => {
    const judged = !comparison
      ? `<td class="number">–</td><td class="number">–</td><td class="number">–</td>`
      : `<td class="number">${verdict(shortNumber(comparison.worst, 2), comparison.worst <= 1)}</td>` +
        `<td class="number">${verdict(shareWithin(comparison), meetsReference(comparison))}</td>` +
        `<td class="number">${grouped(comparison.entries)}</td>`;
    return `<tr><th scope="row"><a href="#${anchor(id)}">${escape(id)}</a></th><td>${escape(samples)}</td><td class="number">${escape(networks)}</td>${judged}</tr>`;
  });
  return `<section id="agreement">
<h2>Agreement with the reference numbers</h2>
<p>Deviation is |ours − reference| as a fraction of the tolerance, which is 3 × the larger standard deviation across networks + 5% of the reference + 10⁻⁶. At least 99% of the entries must be within it.</p>
${scrolling(
  "Agreement with the reference numbers",
  `<table>
<thead><tr><th scope="col">figure</th><th scope="col">samples per network</th><th scope="col" class="number">networks</th><th scope="col" class="number">worst deviation</th><th scope="col" class="number">within</th><th scope="col" class="number">entries</th></tr></thead>
<tbody>${rows.join("\n")}</tbody>
</table>`,
)}
</section>`;
}

function figureSection(figure: FigureReport): string {
  const { id, title, question, settings, howToRead, files, command, samples, networks, kept, keptAt } = figure;
  const links = files.map((file) => `<a href="${escape(encodeURI(file))}">${escape(file)}</a>`).join(" · ");
  return `<section id="${anchor(id)}">
<h3><span class="id">${escape(id)}</span>${escape(title)}</h3>
<p class="question">${escape(question)}</p>
<figure>${scrolling(`Figure ${id}`, inlineSvg(figure.svg))}</figure>
<h4>What this shows</h4>
<p>${escape(howToRead)}</p>
<h4>How it was made</h4>
${definitions([...settings, ["samples per network", samples], ["networks", networks], ["kept rows", kept === null ? "" : keptRemark(kept, keptAt)]])}
${commandBlock(command)}
${links === "" ? "" : `<p class="links">${links}</p>`}
<h4>How far to trust it</h4>
${spreadText(figure)}
${comparisonText(figure.comparison, figure.comparisonNote)}
${!figure.theory ? "" : table(figure.theory)}
</section>`;
}

/** A sentence on whether there are enough networks to show the spread across them. */
function spreadText({ networks, kept }: FigureReport): string {
  const own =
    networks === "–"
      ? ""
      : networks === "1"
        ? "This run measures one network, so it shows no spread across networks."
        : `Spreads are across networks; there are ${networks} networks of each size.`;
  const longer =
    kept === null
      ? ""
      : " The figure's kept rows come from a longer run with more networks or at larger sizes; where sizes are equal, the kept rows are more reliable. If a number in the title is not in the table, it comes from the longer run.";
  return own + longer === "" ? "" : `<p>${escape((own + longer).trim())}</p>`;
}

function comparisonText(comparison: FigureReport["comparison"], note: string | undefined): string {
  const remark = note === undefined ? "" : `<p>${escape(note)}</p>`;
  if (!comparison) return remark === "" ? "<p>There are no reference numbers for this figure.</p>" : remark;
  const { entries, within, worst, worstLabel, exceptions } = comparison;
  const meets = meetsReference(comparison);
  const sentence = `<p>${grouped(within)} of ${grouped(entries)} entries are within the tolerance (${verdict(shareWithin(comparison), meets)}). The worst deviation is ${shortNumber(worst, 2)} times the tolerance${worstLabel === null ? "" : `, at ${escape(worstLabel)}`}.</p>`;
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
  // Columns of numbers and their headings are right-aligned.
  const numeric = columns.map((_, index) => rows.length > 0 && rows.every((row) => typeof row[index] !== "string"));
  const kind = (index: number): string => (numeric[index] === true ? ' class="number"' : "");
  const head = columns.map((name, index) => `<th scope="col"${kind(index)}>${escape(name)}</th>`).join("");
  const body = rows.map(
    (row) => `<tr>${row.map((cell, index) => `<td${kind(index)}>${cellText(cell)}</td>`).join("")}</tr>`,
  );
  return scrolling(
    caption,
    `<table><caption>${escape(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body.join("\n")}</tbody></table>`,
  );
}

/** Content that may be wider than a phone's screen. It can be focused, so that the arrow keys scroll it. */
function scrolling(label: string, content: string): string {
  return `<div class="scroll" tabindex="0" role="group" aria-label="${escape(label)}">${content}</div>`;
}

function cellText(cell: string | number | null): string {
  if (cell === null) return "–";
  if (typeof cell === "string") return escape(cell);
  // Whole numbers are counts and sizes and are printed in full.
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

/**
 * A figure in the page. The page contains the figures' style sheet once, so the copy in each figure is removed. The
 * Plot library labels groups of marks, but a figure is one image with a title and a description, and nothing inside it
 * may have a label.
 */
function inlineSvg(svg: string): string {
  return svg
    .replace(`<style>${figureStyles()}</style>`, "")
    .replace(/ aria-label="[^"]*"/g, "")
    .trim();
}

function verdict(text: string, good: boolean): string {
  return `<span class="${good ? "good" : "bad"}">${text}</span>`;
}

function anchor(id: string): string {
  return `figure-${id.replace(/[^\w-]/g, "-")}`;
}

import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { compare } from "../../src/results/compare.js";
import { reportHtml } from "../../src/report/html.js";
import type { FigureReport } from "../../src/report/types.js";
import { summaryLines } from "../../src/report/summary.js";
import { figureIds } from "../../src/studies/list.js";
import { sampleReport } from "./sample-report.js";

test("a report is one self-contained page", () => {
  const html = reportHtml(sampleReport(["R3", "R5"]));
  expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\((?!#)/);
  expect(html.match(/ (?:src|href)="(?!#|R[35]\.)[^"]*"/g)).toBeNull();
  expect(html).toContain("default-src 'none'");
});

test("every figure has a section, a place in the contents and a line in the summary", () => {
  const { document } = parseHTML(reportHtml(sampleReport(["R3", "R5"])));
  for (const id of ["R3", "R5"]) {
    expect(document.querySelectorAll(`section#figure-${id} figure svg[role="img"]`)).toHaveLength(1);
    expect(document.querySelectorAll(`nav a[href="#figure-${id}"]`)).toHaveLength(1);
    expect(document.querySelectorAll(`#agreement th a[href="#figure-${id}"]`)).toHaveLength(1);
  }
  const ids = Array.from(document.querySelectorAll("[id]"), (node) => node.getAttribute("id"));
  expect(new Set(ids).size).toBe(ids.length);
  expect(document.querySelectorAll("style")).toHaveLength(1);
});

test("scrollable content is focusable and has a label; nothing inside a figure, which is one image, has a label", () => {
  const { document } = parseHTML(reportHtml(sampleReport(["R3", "R5"])));
  const scrolling = Array.from(document.querySelectorAll(".scroll"));
  expect(scrolling.length).toBeGreaterThanOrEqual(4);
  for (const box of scrolling) {
    expect(box.getAttribute("tabindex")).toBe("0");
    expect(box.getAttribute("role")).toBe("group");
    expect(box.getAttribute("aria-label")).not.toBe("");
  }
  expect(document.querySelectorAll("table:not(.scroll table), svg [aria-label]")).toHaveLength(0);
});

test("headings are in order, and figures are in their parts", () => {
  const { document } = parseHTML(reportHtml(sampleReport(["R3", "R5"])));
  const levels = Array.from(document.querySelectorAll("h1,h2,h3,h4"), ({ localName }) => Number(localName[1]));
  expect(levels[0]).toBe(1);
  levels.slice(1).forEach((level, k) => expect(level - levels[k]!).toBeLessThanOrEqual(1));
  expect(document.querySelectorAll("section#part-reproduction > section[id^=figure-]").length).toBe(2);
  expect(document.querySelectorAll("section.part").length).toBe(1);
});

test("the summary of a whole report has ten lines: agreement over all figures, and titles of figures", () => {
  const [base] = sampleReport(["R3"]).figures;
  const entry = (reference: number) => ({ label: "", ours: 1, oursSd: null, reference, referenceSd: null });
  const comparisons: Record<string, ReturnType<typeof compare>> = {
    R5: compare([...Array<number>(299).fill(1), 2].map(entry)),
    R10: compare([1, 2].map(entry)),
    AND1: compare([1, 1].map(entry)),
  };
  const lines = summaryLines(
    figureIds.map((id): FigureReport => ({
      ...{ ...base!, id, title: `Title of ${id}`, comparison: comparisons[id] ?? null },
      group: id === "AND1" ? "hand-made" : "reproduction",
      comparisonNote: "Rare events. A test repeats them.",
    })),
  );
  expect(lines).toHaveLength(10);
  expect(lines.slice(0, 3).map(({ text }) => text)).toEqual([
    "300 of 302 numbers from the authors’ code agree within their tolerance (99.3%); 2 of 2 numbers from closed forms and other publications agree.",
    "R10: 1 of 2 numbers agree. Rare events. Other figures have 1 exception, listed with each figure.",
    "Title of R5.",
  ]);
  for (const { figures } of lines) expect(figures.length).toBeGreaterThan(0);
});

test("the same report gives the same bytes", () => {
  expect(reportHtml(sampleReport(["R5"]))).toBe(reportHtml(sampleReport(["R5"])));
});

test("all text is escaped", () => {
  const hostile = `<script>alert(1)</script>"'&`;
  const base = sampleReport(["R3"]);
  const figure: FigureReport = {
    ...base.figures[0]!,
    id: "R3",
    title: hostile,
    question: hostile,
    settings: [[hostile, hostile]],
    howToRead: hostile,
    samples: hostile,
    networks: hostile,
    theory: { caption: hostile, columns: [hostile], rows: [[hostile]] },
    comparison: compare([{ label: hostile, ours: 2, oursSd: null, reference: 1, referenceSd: null }]),
    comparisonNote: hostile,
    files: [hostile],
    command: hostile,
  };
  const html = reportHtml({
    ...base,
    title: hostile,
    lead: hostile,
    command: hostile,
    version: hostile,
    figures: [figure],
  });
  expect(html).not.toContain("<script");
  expect(html.match(/&#60;script&#62;/g)!.length).toBeGreaterThanOrEqual(16);
});

test("exceptions are listed and the share is rounded down", () => {
  const base = sampleReport(["R3"]);
  const entries = Array.from({ length: 10_000 }, (_, index) => ({
    label: `entry ${index}`,
    ours: index < 104 ? 2 : 1,
    oursSd: null,
    reference: 1,
    referenceSd: null,
  }));
  const html = reportHtml({ ...base, figures: [{ ...base.figures[0]!, comparison: compare(entries) }] });
  expect(html).toContain('<span class="bad">98.9%</span>'); // 98.96%
  expect(html).toContain("9,896 of 10,000 entries");
  expect(html).toContain("<summary>104 exceptions</summary>");
  expect(html).toContain("The 20 largest exceptions");
});

test("a report contains no times", () => {
  expect(reportHtml(sampleReport(["R3"]))).not.toMatch(/\d s</);
});

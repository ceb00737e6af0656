import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { compare } from "../../src/results/compare.js";
import { reportHtml } from "../../src/report/html.js";
import type { FigureReport } from "../../src/report/types.js";
import { sampleReport } from "./sample-report.js";

test("a report is one page that needs nothing else", () => {
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
    expect(document.querySelectorAll(`#summary a[href="#figure-${id}"]`)).toHaveLength(1);
  }
  const ids = Array.from(document.querySelectorAll("[id]"), (node) => node.getAttribute("id"));
  expect(new Set(ids).size).toBe(ids.length);
  expect(document.querySelectorAll("style")).toHaveLength(1);
});

test("the same report is the same bytes", () => {
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
  expect(html).toContain('<span class="bad">98.9 %</span>'); // 98.96 %
  expect(html).toContain("9,896 of 10,000 entries");
  expect(html).toContain("<summary>104 exceptions</summary>");
  expect(html).toContain("The 20 largest exceptions");
});

test("a report has no times", () => {
  expect(reportHtml(sampleReport(["R3"]))).not.toMatch(/\d s</);
});

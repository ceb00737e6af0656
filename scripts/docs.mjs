// Builds the documentation site in build/docs: a static folder that works on any host and under any path, and whose
// pages can also be opened as files.
//
//   npm run docs            Writes the pages with TypeDoc, puts the lab beside them and checks every link. If Chromium
//                           is installed, also checks one page of each kind with axe.
//   npm run docs -- --all   Does the same, but checks every page with axe, which takes minutes.
//
// Settings are in typedoc.json; docs-pages.mjs, docs.css and docs-lab.js add what TypeDoc's pages lack.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build, root } from "./build.mjs";
import { labFolder, labTarget } from "./lab.mjs";
import { launchChromium } from "./lab-browser.mjs";
import { findTool, tools } from "./tools.mjs";

const site = join(root, "build/docs");

/** One page of each kind, for axe to check. */
const kinds = [
  "index.html",
  "documents/Scoring_a_method_against_the_truth.html",
  "modules/exports_theory.html",
  "interfaces/index.Shape.html",
  "functions/index.measure.html",
];

/** @returns {string[]} every link and picture whose target, a file or an anchor in a file, does not exist */
function brokenLinks(pages) {
  const anchors = new Map();
  const anchorsOf = (path) => {
    if (!anchors.has(path)) {
      const html = readFileSync(path, "utf8");
      anchors.set(path, new Set(Array.from(html.matchAll(/ id="([^"]*)"/g), ([, id]) => id)));
    }
    return anchors.get(path);
  };
  return pages.flatMap((page) => {
    const path = join(site, page);
    const targets = new Set(
      Array.from(readFileSync(path, "utf8").matchAll(/ (?:href|src|data-lab)="([^"]*)"/g), ([, to]) => to),
    );
    return [...targets].flatMap((target) => {
      if (target === "" || /^[a-z]+:/.test(target)) return [];
      const [file, anchor] = decodeURI(target).split("#");
      const to = file === "" ? path : resolve(dirname(path), file);
      // In the lab's address, the fragment encodes a state; an empty fragment means the top of a page. Neither
      // kind of fragment names an element to look for.
      const isThere = existsSync(to) && (!to.endsWith(".html") || !anchor || isLab(to) || anchorsOf(to).has(anchor));
      return isThere ? [] : [`${page}: ${target}`];
    });
  });
}

const isLab = (path) => path.startsWith(join(site, "lab/"));

/**
 * @returns {Promise<string[]>} the violations that axe-core finds in pages opened as files, in both themes, on a wide
 * screen and on a phone
 */
async function axeViolations(pages) {
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const found = [];
  const browser = await launchChromium();
  for (const width of [1440, 390]) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, reducedMotion: "reduce" });
    for (const name of pages) {
      await page.goto(pathToFileURL(join(site, name)).href);
      await page.waitForFunction(() => window.app && document.body.style.display === "");
      // The menu is the same on all pages and takes up most of axe-core's time, so it is checked on only one page of
      // each kind.
      if (!kinds.includes(name)) await page.evaluate(() => document.querySelector(".site-menu nav")?.remove());
      await page.evaluate(axe);
      for (const theme of ["light", "dark"]) {
        const violations = await page.evaluate(async (theme) => {
          document.documentElement.dataset.theme = theme;
          const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
          const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
          const lines = violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
          return wide > 0 ? [...lines, `wider than the screen by ${wide} px`] : lines;
        }, theme);
        found.push(...violations.map((text) => `${name}, ${theme}, ${width} px: ${text}`));
      }
    }
    await page.close();
  }
  await browser.close();
  return found;
}

function fail(what, lines) {
  console.error(`${what}:\n${lines.map((line) => `  ${line}`).join("\n")}`);
  process.exit(1);
}

build({ targets: [labTarget] });
const typedoc = join(root, "node_modules/typedoc/bin/typedoc");
const { status } = spawnSync(process.execPath, [typedoc], { cwd: root, stdio: "inherit" });
if (status !== 0) process.exit(1);
cpSync(labFolder, join(site, "lab"), { recursive: true });

const pages = readdirSync(site, { recursive: true })
  .filter((name) => name.endsWith(".html") && !isLab(join(site, name)))
  .sort();
const broken = brokenLinks(pages);
if (broken.length > 0) fail("Broken links", broken);

const isWhole = process.argv.includes("--all");
const hasChromium = findTool(tools.find(({ name }) => name === "chromium")) !== null;
if (!hasChromium) console.log("No Chromium: accessibility is not checked.");
const read = isWhole ? pages : kinds;
const violations = hasChromium ? await axeViolations(read) : [];
if (violations.length > 0) fail("axe finds", violations);
console.log(
  `${pages.length} pages in ${relative(process.cwd(), site)}; all links work${hasChromium ? `; axe-core finds no violations in ${read.length} pages` : ""}.`,
);

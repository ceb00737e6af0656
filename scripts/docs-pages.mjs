// A TypeDoc plugin. It lists pages of the documentation by their headings instead of their file names, fixes TypeDoc's
// output for readers who use a keyboard, a screen reader or a phone, draws flowcharts, and adds the lab's address to
// pictures of the lab.

import { Converter, PageEvent } from "typedoc";
import { diagram } from "./docs-diagram.mjs";

/**
 * The state that each picture of the lab shows, as the fragment of the lab's address. On the site, the lab is in the
 * folder `lab` (docs.mjs).
 */
const shownByPictures = {
  "lab-start.png": "z=3&view=start",
  "lab-contagion.png": "z=3&view=contagion&layer=3&embed=layer",
  "lab-embed.png": "z=2&view=contagion&layer=3&embed=1",
  "lab-capacity.png": "view=errors&L=3&samples=500&embed=T",
  "lab-columns.png": "view=errors&design=columns&S=1&L=40&z=1,2&samples=200&embed=noise",
};

/** The groups of the menu, in order, with the pages that belong to each. */
const groups = {
  "Start here": /(getting-started|benchmark|scoring|compile-your-own|command-line|library|lab)\.md$/,
  Designs: /(designs\/[\w-]+|stress)\.md$/,
  Experiments: /(capacity|storing|universal-and|compressed-computation|training|sweeps|search)\.md$/,
  Reference: /(reproduction|specification|equations|glossary|performance|abi|examples\/README)\.md$/,
  Project: /./,
};

const groupOf = (path) => Object.keys(groups).find((group) => groups[group].test(path));

/** @param {import("typedoc").Application} app */
export function load(app) {
  const paths = app.options.getValue("projectDocuments");
  let created = 0;
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const text = document.content.map(({ text }) => text).join("");
    document.name = /^# (.+)$/m.exec(text)?.[1] ?? document.name;
    document.frontmatter.group = groupOf(paths[created++]);
  });
  app.renderer.on(PageEvent.END, (page) => {
    page.contents &&= withLab(withDiagrams(withOutline(withLandmark(page.contents))));
  });
}

function withLandmark(html) {
  return html
    .replace('<div class="col-content">', '<div class="col-content" role="main">')
    .replace('<div class="page-menu">', '<div class="page-menu" role="complementary" aria-label="This page">');
}

/**
 * Heading levels increase one at a time, as a screen reader expects: TypeDoc's tags set the size, and `aria-level`
 * sets the level. Tables can be scrolled by keyboard. `<summary>` acts as a button, so the links inside it are removed.
 */
function withOutline(html) {
  let level = 0;
  let heading = "";
  return html
    .replace(/<th([^>]*)><\/th>/g, "<td$1></td>")
    .replace(/<summary[\s\S]*?<\/summary>/g, (summary) =>
      summary.replace(/<a [^>]*class="tsd-anchor-icon">[\s\S]*?<\/a>/g, ""),
    )
    .replace(/<h([1-6])([^>]*)>([\s\S]*?)<\/h\1>|<(\/?)table>/g, (found, tag, attributes, content, slash) => {
      if (tag === undefined) {
        const label = `Table: ${heading}`.replaceAll('"', "&quot;");
        return slash ? "</table></div>" : `<div class="wide" tabindex="0" role="group" aria-label="${label}"><table>`;
      }
      level = Math.min(Number(tag), level + 1);
      heading = content.replace(/<[^>]*>/g, "").trim();
      return level === Number(tag) ? found : `<h${tag} aria-level="${level}"${attributes}>${content}</h${tag}>`;
    });
}

function withDiagrams(html) {
  return html.replace(/<pre><code class="mermaid">([\s\S]*?)<\/code>[\s\S]*?<\/pre>/g, (_, code) =>
    diagram(code.replaceAll("&gt;", ">").replaceAll("&amp;", "&")),
  );
}

function withLab(html) {
  return html.replace(/<img src="([./]*)media\/(lab-\w+\.png)"[^>]*>/g, (picture, base, name) => {
    const fragment = shownByPictures[name];
    return fragment === undefined
      ? picture
      : `<span class="lab" data-lab="${base}lab/index.html#${fragment.replaceAll("&", "&amp;")}">${picture}</span>`;
  });
}

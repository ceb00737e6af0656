import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../src/", import.meta.url));
const page = readFileSync(new URL("../../docs/architecture.md", import.meta.url), "utf8");

/** Files that only Node can run; the page must not import them, even indirectly. */
const nodeOnly = [
  "base/folders",
  "base/write-whole",
  "batch/held-file",
  "batch/lock",
  "batch/manifest",
  "batch/queue/submit",
  "batch/read-results",
  "batch/search/folder",
  "batch/sweep/folder",
  "drawing/node-document",
  "drawing/png",
  "jobs/node-clock",
  "kernels/node",
  "report/reproduce",
  "studies/kept-run",
  "studies/reference-data",
  "workers/node-pool",
  "workers/node-worker",
];

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : entry.name.endsWith(".ts") ? [path] : [];
  });
}

const sources = files(root).map((path) => relative(root, path));
const texts = new Map(sources.map((path) => [path, readFileSync(join(root, path), "utf8")]));

/** The files that a file imports, including types unless only `values` are requested. */
function importsOf(path: string, what: "all" | "values" = "all"): string[] {
  const pattern =
    what === "all" ? /(?:from|import\()\s*"(\.[^"]+)"/g : /^(?:import|export)(?! type)[^;]*?from "(\.[^"]+)"/gm;
  return [...texts.get(path)!.matchAll(pattern)].map(([, specifier]) =>
    relative(root, join(root, dirname(path), specifier!)).replace(/\.js$/, ".ts"),
  );
}

type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

/** The arrows of a diagram, such as `a --> b & c`. */
function arrowsOf(diagram: string): Arrows {
  const arrows = new Map<string, Set<string>>();
  const of = (node: string): Set<string> => {
    const known = arrows.get(node) ?? new Set();
    arrows.set(node, known);
    return known;
  };
  for (const line of diagram.split("\n")) {
    const [from, to] = line.split("-->").map((side) => side.split("&").map((node) => node.trim()));
    if (to === undefined) continue;
    for (const node of from!) {
      for (const target of to) {
        of(node).add(target);
        of(target);
      }
    }
  }
  return arrows;
}

const [folders, topics] = Array.from(page.matchAll(/```mermaid\n([\s\S]*?)```/g), ([, diagram]) => arrowsOf(diagram!));

/** The node of the diagram to which a file belongs; the main list of exports counts as part of `exports`. */
function nodeOf(path: string): string {
  return path.includes("/") ? path.split("/")[0]! : "exports";
}

/** The topic of a file in studies; null for shared files. */
function topicOf(path: string): string | null {
  const [folder, topic, file] = path.split("/");
  return folder === "studies" && file !== undefined ? topic! : null;
}

/** Whether arrows lead from one node to another if the arrow `without` is ignored. */
function leads(arrows: Arrows, from: string, to: string, without?: readonly [string, string]): boolean {
  const seen = new Set<string>();
  const visit = (node: string): boolean => {
    if (node === to) return true;
    if (seen.has(node)) return false;
    seen.add(node);
    return [...(arrows.get(node) ?? [])].some((next) => !(without?.[0] === node && without[1] === next) && visit(next));
  };
  return visit(from);
}

describe("the floor plan is the diagram of docs/architecture.md", () => {
  test("every folder is in the diagram, and has a line in the table below it", () => {
    const names = [...new Set(sources.map(nodeOf))].sort();
    expect([...folders!.keys()].sort()).toEqual(names);
    for (const name of names) expect(page).toMatch(new RegExp(`^\\| .*\`${name}\`.* \\|`, "m"));
  });

  test("only the list of the package's main exports is outside the folders", () => {
    expect(sources.filter((path) => !path.includes("/"))).toEqual(["index.ts"]);
  });

  test.each(sources)("%s imports only what is below it", (path) => {
    const from = nodeOf(path);
    for (const target of importsOf(path)) {
      const to = nodeOf(target);
      expect(from === to || leads(folders!, from, to), `${path} (${from}) imports ${target} (${to})`).toBe(true);
    }
  });

  test("a topic of studies imports other topics only along an arrow", () => {
    for (const path of sources) {
      const from = topicOf(path);
      for (const to of importsOf(path).map(topicOf)) {
        if (from === null || to === null || from === to) continue;
        expect(leads(topics!, from, to), `${path} (${from}) imports ${to}`).toBe(true);
      }
    }
  });

  test("there is no cycle of arrows", () => {
    for (const arrows of [folders!, topics!]) {
      for (const [node, targets] of arrows) {
        for (const target of targets) expect(leads(arrows, target, node), `${node} --> ${target}`).toBe(false);
      }
    }
  });

  test("every arrow is needed: some import follows it, and no other arrows imply it", () => {
    const imported = new Set(
      sources.flatMap((path) =>
        importsOf(path).flatMap((target) => [
          `${nodeOf(path)} ${nodeOf(target)}`,
          `${topicOf(path)} ${topicOf(target)}`,
        ]),
      ),
    );
    for (const arrows of [folders!, topics!]) {
      for (const [node, targets] of arrows) {
        for (const target of targets) {
          expect(imported, `${node} --> ${target}`).toContain(`${node} ${target}`);
          expect(leads(arrows, node, target, [node, target]), `${node} --> ${target} is implied by others`).toBe(false);
        }
      }
    }
  });

  test("there are no import cycles between files, including types", () => {
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]): void => {
      expect(trail, `circle: ${[...trail, path].join(" → ")}`).not.toContain(path);
      if (done.has(path)) return;
      for (const target of importsOf(path)) if (texts.has(target)) visit(target, [...trail, path]);
      done.add(path);
    };
    for (const path of sources) visit(path, []);
  });
});

test("the page reaches no file that only Node can run", () => {
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    importsOf(path, "values").forEach(visit);
    expect(texts.get(path), `${path}, reached from the page, imports a module of Node`).not.toMatch(/from "node:/);
  };
  const entries = [
    "web/boot",
    "web/main",
    "web/service-worker",
    "workers/browser-worker",
    "index",
    "exports/assignment",
    "exports/theory",
    "exports/exchange",
    "exports/training",
  ];
  for (const entry of entries) visit(`${entry}.ts`);
  for (const name of nodeOnly) {
    expect(sources).toContain(`${name}.ts`);
    expect(reached, `${name} is not in the page`).not.toContain(`${name}.ts`);
  }
});

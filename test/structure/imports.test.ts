import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../src/", import.meta.url));

/**
 * What each stage may import besides itself; data flows one way. A stage is a folder of src, or a file at its top.
 * `theory` is formulas over shapes and circuits, `report` is rows to pictures: both serve every later stage.
 */
const base = ["errors", "shape", "random", "validation"];
const allowed: Record<string, readonly string[]> = {
  errors: [],
  shape: ["errors"],
  random: ["errors"],
  validation: ["errors"],
  folders: ["errors"],
  circuits: base,
  theory: [...base, "circuits"],
  assignment: [...base, "theory"],
  kernels: base,
  network: [...base, "circuits", "assignment", "theory"],
  designs: [...base, "circuits", "assignment", "theory", "network"],
  measure: [...base, "circuits", "assignment", "theory", "kernels", "network"],
  spec: [...base, "circuits", "assignment", "network", "designs"],
  exchange: [
    ...[...base, "circuits", "assignment", "theory", "kernels", "network", "measure", "spec"],
    "experiments/rows",
  ],
  report: [...base, "experiments/rows"],
  jobs: [...base, "circuits", "kernels", "network", "measure", "spec", "experiments/build", "experiments/rows"],
  experiments: [
    ...[...base, "circuits", "assignment", "theory", "kernels", "network", "designs", "measure", "spec", "jobs"],
    "report",
  ],
  sweep: [...base, "folders", "measure/sums", "spec", "jobs", "experiments", "report"],
  cli: [
    ...[...base, "circuits", "assignment", "theory", "kernels", "network", "measure", "spec", "exchange", "jobs"],
    ...["experiments", "folders", "report", "sweep"],
  ],
  web: [
    ...[...base, "circuits", "assignment", "theory", "kernels", "network", "designs", "measure"],
    ...["spec", "exchange", "jobs"],
    ...["experiments", "report", "sweep"],
  ],
};

/** Files that only Node can run: the page must not reach them. */
const nodeOnly = [
  "folders",
  "kernels/node",
  "report/png",
  "report/node-document",
  "experiments/reference",
  "experiments/registry",
  "jobs/node-clock",
  "jobs/node-pool",
  "jobs/node-worker",
  "sweep/append",
  "sweep/folder",
  "sweep/lines",
  "sweep/lock",
  "sweep/queue",
  "sweep/search-folder",
];

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : entry.name.endsWith(".ts") ? [path] : [];
  });
}

const stageOf = (path: string): string => path.split("/")[0]!.replace(/\.ts$/, "");

describe("imports follow the data flow", () => {
  const sources = files(root).map((path) => relative(root, path));

  test.each(sources.filter((path) => path !== "index.ts" && path !== "browser.ts"))("%s", (path) => {
    const stage = stageOf(path);
    expect(Object.keys(allowed), `${stage} has a place in the order`).toContain(stage);
    const text = readFileSync(join(root, path), "utf8");
    for (const [, specifier] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
      const target = relative(root, join(root, dirname(path), specifier!)).replace(/\.js$/, "");
      const mayImport = [stage, ...allowed[stage]!];
      const permitted = mayImport.some((name) => target === name || target.startsWith(`${name}/`));
      expect(permitted, `${path} imports ${target}`).toBe(true);
    }
  });

  test("the page reaches no file that only Node can run", () => {
    const reached = new Set<string>();
    const visit = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      const text = readFileSync(join(root, path), "utf8");
      for (const [, specifier] of text.matchAll(/^(?:import|export)(?! type)[^;]*?from "(\.[^"]+)"/gm)) {
        visit(relative(root, join(root, dirname(path), specifier!)).replace(/\.js$/, ".ts"));
      }
      expect(text, `${path}, reached from the page, imports a module of Node`).not.toMatch(/from "node:/);
    };
    for (const entry of ["web/boot.ts", "web/main.ts", "jobs/browser-worker.ts", "web/service-worker.ts", "browser.ts"])
      visit(entry);
    for (const name of nodeOnly) expect(reached, `${name} is not in the page`).not.toContain(`${name}.ts`);
  });

  test("no cycles between files", () => {
    const imports = new Map(
      sources.map((path) => {
        const text = readFileSync(join(root, path), "utf8");
        const targets = [...text.matchAll(/^(?:import|export)(?! type)[^;]*?from "(\.[^"]+)"/gm)].map(([, specifier]) =>
          relative(root, join(root, dirname(path), specifier!)).replace(/\.js$/, ".ts"),
        );
        return [path, targets];
      }),
    );
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]): void => {
      expect(trail, `cycle: ${[...trail, path].join(" → ")}`).not.toContain(path);
      if (done.has(path)) return;
      for (const target of imports.get(path) ?? []) visit(target, [...trail, path]);
      done.add(path);
    };
    for (const path of sources) visit(path, []);
  });
});

// Bundles the sources into dist/: one file for each entry of the package, and files that entries share. Packages that
// only the command line and the report use are bundled too, so that the package has few dependencies. tsc makes the
// declarations.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { minifySync } from "rolldown/utils";

/** The files of dist/ and their sources: the package's exports, the program, and the entry points of threads. */
export const entries = {
  index: "src/index.ts",
  assignment: "src/exports/assignment.ts",
  theory: "src/exports/theory.ts",
  exchange: "src/exports/exchange.ts",
  reproduce: "src/exports/reproduce.ts",
  training: "src/exports/training.ts",
  node: "src/exports/node.ts",
  // Used by the benchmarks.
  internal: "src/exports/internal.ts",
  superpose: "src/cli/main.ts",
  "node-worker": "src/workers/node-worker.ts",
  "browser-worker": "src/workers/browser-worker.ts",
};

/** Packages that are imported, not bundled: the loader and the optional packages. */
const external = [/^node:/, "@assemblyscript/loader", "@resvg/resvg-js", "bullmq", "ioredis"];

/**
 * The sources name files relative to themselves, as in `new URL("../../build/core.wasm", import.meta.url)`. All
 * bundles are in one folder, so these paths change: the path of an entry becomes the name of its bundle, and any other
 * path becomes relative to dist/.
 */
function filesFromDist(root) {
  const bundleOf = new Map(
    Object.entries(entries).map(([name, source]) => [source.replace(/ts$/, "js"), `./${name}.js`]),
  );
  return {
    name: "files-from-dist",
    transform(code, id) {
      if (!id.startsWith(join(root, "src")) || !code.includes("import.meta.url")) return null;
      const folder = relative(root, join(id, "..")).split(sep).join("/");
      return code.replace(/(new URL\(\s*["`])(\.\.?\/[^"`$]*)/g, (_all, before, path) => {
        const target = posix.join(folder, path);
        return before + (bundleOf.get(target) ?? posix.relative("dist", target) + (path.endsWith("/") ? "/" : ""));
      });
    },
  };
}

const isOfPackage = (id) => id.includes("node_modules");
/** Code that only the command line runs; users of the package have no reason to debug it. */
const isOfCommands = (id) => /\/src\/(cli|batch|report|scoring|studies)\//.test(id);

/**
 * Source maps omit the code of other packages, because this package does not contain the sources of that code. A bundle
 * is minified and has no map if it contains any of the program's code, or if more than half of its code comes from
 * other packages or is used only by commands and figures. A separate file lists the packages' licences.
 */
function bundledPackages(licenses) {
  /** Whether a bundle is minified and has no map. */
  const isMostlyAround = ({ code, modules }) => {
    const isAround = (id) => isOfPackage(id) || isOfCommands(id);
    const lengths = Object.entries(modules).map(([id, { renderedLength }]) => (isAround(id) ? renderedLength : 0));
    // A map to sources that are not in the package would be useless.
    const isOfProgram = Object.keys(modules).some((id) => /\/src\/(cli|batch|scoring)\//.test(id));
    return isOfProgram || lengths.reduce((sum, length) => sum + length, 0) > code.length / 2;
  };
  const minified = new Set();
  return {
    name: "bundled-packages",
    transform: (code, id) => (isOfPackage(id) ? { code, map: { mappings: "" } } : null),
    renderChunk(code, { fileName, name, modules }) {
      if (!isMostlyAround({ code, modules })) return null;
      minified.add(name);
      return minifySync(fileName, code, { sourcemap: true });
    },
    generateBundle(_options, files) {
      const ids = Object.values(files).flatMap(({ moduleIds = [] }) => moduleIds);
      const folders = new Set(ids.flatMap((id) => /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []));
      this.emitFile({ type: "asset", fileName: licenses, source: [...folders].sort().map(licenseOf).join("\n") });
    },
    writeBundle({ dir }, files) {
      for (const { fileName, name } of Object.values(files)) {
        const path = join(dir, fileName);
        if (!minified.has(name) || !existsSync(`${path}.map`)) continue;
        rmSync(`${path}.map`);
        writeFileSync(path, readFileSync(path, "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));
      }
    },
  };
}

/** A package's name, version and licence. */
function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  return `${name} ${version}, ${license}\n\n${file === undefined ? "" : readFileSync(join(folder, file), "utf8")}`;
}

/**
 * The core's file also loads the bundler's helpers, which use Node's `createRequire` for CommonJS packages. So that
 * browsers can load the helpers, `createRequire` is looked up only when such a package needs it.
 */
const requireWhenAsked = {
  name: "require-when-asked",
  renderChunk(code) {
    const found = code.replace('import { createRequire } from "node:module";\n', "");
    if (found === code) return null;
    const lazy = '(id) => process.getBuiltinModule("node:module").createRequire(import.meta.url)(id)';
    return found.replace("(() => createRequire(import.meta.url))()", lazy);
  },
};

/**
 * The authors' numbers, with which the report compares its results. Like the kept rows of long runs, they are
 * compressed into dist/, because the package has neither test/ nor results/.
 */
export const comparedWith = [
  "layer-errors",
  "sweep",
  "embedding-matrix-check",
  "random-vectors",
  "step",
  "universal-and",
  "compressed-computation",
].map((name) => `test/reference/${name}.json`);

function referenceData(root) {
  return {
    name: "reference-data",
    generateBundle() {
      const results = join(root, "results");
      const kept = existsSync(results) ? readdirSync(results).filter((name) => name.endsWith(".json")) : [];
      for (const path of [...comparedWith, ...kept.map((name) => `results/${name}`)]) {
        const source = gzipSync(readFileSync(join(root, path)), { level: 9 });
        const folder = posix.basename(posix.dirname(path));
        this.emitFile({ type: "asset", fileName: `${folder}/${posix.basename(path)}.gz`, source });
      }
    },
  };
}

/** Replaces the address of the core with its bytes. */
function inlinedBinary(root) {
  return {
    name: "inlined-binary",
    load(id) {
      if (id !== join(root, "src/kernels/binary.ts")) return null;
      const text = readFileSync(join(root, "build/core.wasm"), "base64");
      return `const text = "${text}";
export const binary = () => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));`;
    },
  };
}

/**
 * Groups of modules that are loaded together. All modules of a group go into one file, where the bundler by default
 * would make many. This makes the package smaller when it is bundled again, and the library loads fewer files.
 */
const groups = [
  // The modules that build and measure a network, and everything that they import. The program's help loads only
  // the group `errors`.
  {
    name: "core",
    test: /\/src\/(circuits\/rotation|network\/(network|embedding)|kernels\/load|results\/measure)\.ts$/,
    includeDependenciesRecursively: true,
    priority: 1,
  },
  { name: "errors", test: /\/src\/base\/errors\.ts$/, priority: 2 },
  // Several entries use parts of the following groups. The smallest page that measures a network contains
  // none of these groups.
  {
    name: "task-kinds",
    test: /\/src\/(workers\/(task-kinds|local)|runs\/(chunk|sample)|studies\/([^/]+\/measure|stress\/cost)|engine\/splits|scoring\/(products|resampling|samples|scored-network|summary|targets|probe|baselines\/linear-probe))\.ts$/,
  },
  {
    name: "training",
    test: /\/src\/(base\/transposed|training\/(trainer|evaluate|circuits-verdict|and-verdict))\.ts$/,
  },
  { name: "stored-features", test: /\/src\/theory\/(naive|normal-tail|storage|stored-features)\.ts$/ },
].map((group) => ({ includeDependenciesRecursively: false, ...group }));

/** @param {string} root folder of the checkout @param {string} dir folder for the bundles */
export async function bundle(root, dir) {
  const input = Object.fromEntries(Object.entries(entries).map(([name, source]) => [name, join(root, source)]));
  const plugins = [filesFromDist(root), requireWhenAsked, referenceData(root), bundledPackages("LICENSES.txt")];
  await write(root, { input, plugins, external, platform: "node" }, { dir, codeSplitting: { groups } });
  // The main entry with everything it needs, for pages and notebooks that load a single address.
  const single = [inlinedBinary(root), bundledPackages("single.LICENSES.txt")];
  const output = { dir, minify: true, codeSplitting: false, sourcemap: false };
  await write(root, { input: { single: input.index }, plugins: single, platform: "browser" }, output);
}

async function write(root, options, output) {
  const bundled = await rolldown({
    ...options,
    cwd: root,
    // Uses the package's ES modules, because the CommonJS bundle that its package.json names needs Node's
    // `createRequire`.
    resolve: {
      alias: { "ml-matrix": join(root, "node_modules/ml-matrix/src/index.js") },
      mainFields: ["module", "main"],
    },
    // Neither our modules nor the bundler's helpers have side effects.
    treeshake: { moduleSideEffects: (id) => !id.startsWith(join(root, "src")) && !/^(\0|node:)/.test(id) },
    // Groups that do not include their modules' dependencies require this setting.
    preserveEntrySignatures: "allow-extension",
    checks: { pluginTimings: false },
    onLog(level, log, handler) {
      // Names are replaced without moving line breaks, so source maps stay valid.
      if (log.code !== "SOURCEMAP_BROKEN" && log.code !== "INEFFECTIVE_DYNAMIC_IMPORT") handler(level, log);
    },
  });
  await bundled.write({
    format: "es",
    // In the package, our sources are beside dist/, no matter where this build writes the bundles.
    sourcemap: true,
    sourcemapExcludeSources: true,
    sourcemapPathTransform: (source) => source.replace(/^(\.\.\/)+/, "../"),
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    ...output,
  });
  await bundled.close();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await bundle(process.argv[2], process.argv[3]);

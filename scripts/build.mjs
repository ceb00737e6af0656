// Builds build/core.wasm and build/core-relaxed.wasm with asc, and dist/ with rolldown. The script itself imports no
// packages.
//
//   node scripts/build.mjs           builds what has changed
//   node scripts/build.mjs --force   builds everything
//
// A target is up to date if its outputs exist and its stamp file holds the hash of its inputs. The stamp is removed
// before a build and written after it, and outputs get their final names only when they are complete. A build that is
// killed therefore never leaves a wrong stamp.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** @typedef {{name: string, inputs: string[], outputs: string[], make: (root: string, folder: string) => void}} Target */

/**
 * The files from which a binary is built; package-lock.json is one of them because the binary states the package's
 * version.
 */
const kernelInputs = ["assembly", "src/kernels/abi.ts", "asconfig.json", "package-lock.json"];

/** The kernels: the only part that must be built before the sources can run. @type {Target[]} */
export const kernelTargets = [
  {
    name: "build/core.wasm",
    inputs: kernelInputs,
    outputs: ["build/core.wasm", "build/core.wat"],
    make(root, folder) {
      const files = ["--outFile", join(folder, "core.wasm"), "--textFile", join(folder, "core.wat")];
      runTool(root, "assemblyscript/bin/asc.js", ["assembly/index.ts", "--target", "release", ...files]);
      stateVersions(root, join(folder, "core.wasm"));
    },
  },
  {
    name: "build/core-relaxed.wasm",
    inputs: kernelInputs,
    outputs: ["build/core-relaxed.wasm"],
    make(root, folder) {
      const file = join(folder, "core-relaxed.wasm");
      runTool(root, "assemblyscript/bin/asc.js", ["assembly/index.ts", "--target", "relaxed", "--outFile", file]);
      stateVersions(root, file);
    },
  },
];

/** Appends a custom section, named after the package, with the package's version and the core's ABI as JSON. */
function stateVersions(root, file) {
  const { name, version } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const [, abi] = /ABI = (\d+)/.exec(readFileSync(join(root, "src/kernels/abi.ts"), "utf8"));
  const sized = (bytes) => Buffer.concat([Buffer.of((bytes.length & 127) | 128, bytes.length >> 7), bytes]);
  const content = JSON.stringify({ package: name, version, abi: Number(abi) });
  appendFileSync(
    file,
    Buffer.concat([Buffer.of(0), sized(Buffer.concat([sized(Buffer.from(name)), Buffer.from(content)]))]),
  );
}

/** Type declarations for users of the package. */
const types = {
  name: "types",
  inputs: ["src", "scripts/build.mjs", "tsconfig.json", "tsconfig.build.json", "package-lock.json"],
  outputs: ["types"],
  make(root, folder) {
    runTool(root, "typescript/bin/tsc", ["-p", "tsconfig.build.json", "--outDir", join(folder, "types")]);
    dropUnreached(join(folder, "types"));
    // The complete folder is moved up two levels, so the relative paths in it change.
    for (const name of readdirSync(join(folder, "types"), { recursive: true })) {
      if (!name.endsWith(".map")) continue;
      const path = join(folder, "types", name);
      writeFileSync(path, readFileSync(path, "utf8").replace('"sources":["../../', '"sources":["'));
    }
    writeFileSync(join(folder, "types/core.wasm.d.ts"), wasmDeclaration);
  },
};

/** Removes declarations that no entry of the package imports, directly or indirectly. */
function dropUnreached(folder) {
  const reached = new Set();
  const reach = (path) => {
    if (reached.has(path) || !existsSync(path)) return;
    reached.add(path);
    const imports = readFileSync(path, "utf8").matchAll(/(?:from|import\() ?"(\.[^"]+)\.js"/g);
    for (const [, name] of imports) reach(join(dirname(path), `${name}.d.ts`));
  };
  for (const name of ["index.d.ts", ...readdirSync(join(folder, "exports")).map((file) => `exports/${file}`)]) {
    if (name.endsWith(".d.ts")) reach(join(folder, name));
  }
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, name);
    if (/\.d\.ts(\.map)?$/.test(name) && !reached.has(path.replace(/\.map$/, ""))) rmSync(path);
  }
}

/** In bundlers that support it, importing the binary gives its address. */
const wasmDeclaration = "declare const url: string;\nexport default url;\n";

/** @type {Target[]} */
const targets = [
  ...kernelTargets,
  {
    name: "dist",
    inputs: [
      "src",
      "assembly",
      "asconfig.json",
      "scripts/bundle.mjs",
      "package-lock.json",
      "test/reference",
      "results",
    ],
    outputs: ["dist"],
    make(root, folder) {
      run(root, join(root, "scripts/bundle.mjs"), [root, join(folder, "dist")]);
      chmodSync(join(folder, "dist/superpose.js"), 0o755);
    },
  },
];

/** The targets that a package contains: those above and the declarations. @type {Target[]} */
export const packageTargets = [...targets, types];

/**
 * Builds the targets whose inputs changed.
 *
 * @param {{root?: string, force?: boolean, targets?: Target[], log?: (line: string) => void}} [options]
 * @returns {string[]} the names of the targets built
 */
export function build(options = {}) {
  const { root: base = root, force = false, targets: all = targets, log = console.log } = options;
  const built = [];
  for (const target of all) {
    const hash = hashOf(base, target.inputs);
    const stamp = join(base, "build", `.${target.name.replaceAll("/", "-")}.stamp`);
    const present = target.outputs.every((output) => existsSync(join(base, output)));
    if (!force && present && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) continue;
    const start = performance.now();
    rmSync(stamp, { force: true });
    mkdirSync(join(base, "build"), { recursive: true });
    const folder = mkdtempSync(join(base, "build", ".partial-"));
    try {
      target.make(base, folder);
      for (const output of target.outputs) {
        rmSync(join(base, output), { recursive: true, force: true });
        renameSync(join(folder, output.split("/").at(-1)), join(base, output));
      }
      const newStamp = join(folder, "stamp");
      writeFileSync(newStamp, hash);
      renameSync(newStamp, stamp);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    log(`Built ${target.name} in ${((performance.now() - start) / 1000).toFixed(1)} s.`);
    built.push(target.name);
  }
  return built;
}

/** SHA-256 over the names and contents of the given files and of all files in the given folders. */
function hashOf(base, inputs) {
  const hash = createHash("sha256");
  const add = (path) => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) add(join(path, name));
    } else {
      const content = readFileSync(path);
      hash.update(`${relative(base, path)}\0${content.length}\0`).update(content);
    }
  };
  // results/ need not exist.
  for (const path of inputs.map((input) => join(base, input))) if (existsSync(path)) add(path);
  return hash.digest("hex");
}

/** Runs a package's script with this Node; its output is shown only if it fails. */
export function runTool(base, script, args) {
  run(base, join(base, "node_modules", script), args);
}

function run(base, script, args) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [script, ...args], {
    cwd: base,
    encoding: "utf8",
  });
  if (status === 0) return;
  throw new BuildError(`${stdout ?? ""}${stderr ?? ""}${error ? `${error.message}\n` : ""}${script} failed.`);
}

/** A failed build; the message gives the reason. */
export class BuildError extends Error {}

/** Runs the main part of a script: a BuildError is printed without a stack and ends the process with code 1. */
export function runScript(main) {
  try {
    main();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  runScript(() => {
    if (build({ force: process.argv.includes("--force") }).length === 0) console.log("Everything is up to date.");
  });
}

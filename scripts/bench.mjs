// The script behind `npm run bench`: installs the packages to compare with, bundles the benchmarks and runs them.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { root } from "./build.mjs";

function run(command, args, cwd = root) {
  const { status } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

const bench = join(root, "bench");
const peers = join(bench, "peers");
if (!existsSync(join(peers, "node_modules", ".package-lock.json"))) {
  console.error("Installing the packages used for comparison in the benchmarks.");
  run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], peers);
}
mkdirSync(join(root, "build", "bench"), { recursive: true });
const bin = (name) => join(root, "node_modules", name);
run(process.execPath, [
  ...[bin("assemblyscript/bin/asc.js"), join(bench, "assembly", "peak.ts"), "-o", join(root, "build/bench/peak.wasm")],
  ...["--enable", "simd", "-O3", "--noAssert", "--runtime", "stub"],
]);
// The project itself (`#internal`) and all packages are imported, not bundled, so that the built library is measured.
const code = join(root, "build/bench/code/main.js");
const bundle = await rolldown({ input: join(bench, "main.ts"), external: /^[^./]/, platform: "node" });
await bundle.write({ file: code, format: "esm", codeSplitting: false });
run(process.execPath, [code, ...process.argv.slice(2)]);

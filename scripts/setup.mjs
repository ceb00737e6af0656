// Prepares a fresh clone: installs packages, then builds. It runs before `npm start`, for example. It prints a line for
// each step it takes, and nothing if everything is up to date. With --force, it always builds (`npm run build`); with
// --packages, it never builds (tests build what they need; see test/support/build.ts). The script itself
// imports no packages.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The first version of Node with process.getBuiltinModule, which the core uses to read its binary. */
const MIN_NODE = [20, 16];

/** Whether node_modules has every package in package-lock.json, each in the version stated there. */
export function packagesMatch(root) {
  const installedList = join(root, "node_modules/.package-lock.json");
  if (!existsSync(installedList)) return false;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  let installed;
  try {
    installed = JSON.parse(readFileSync(installedList, "utf8")).packages;
  } catch {
    return false;
  }
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === "") return true;
    // Optional packages for other platforms are not installed here.
    if (!Object.hasOwn(installed, path)) return optional === true;
    return installed[path].version === version && existsSync(join(root, path));
  });
}

/**
 * Runs npm and shows its errors. If npm started this script, that npm is used, because `npm` might not be on the path.
 */
export function npm(args, folder) {
  const path = process.env.npm_execpath;
  const all = [...args, "--no-audit", "--no-fund", "--loglevel=error"];
  const stdio = ["ignore", "ignore", "inherit"];
  return path?.endsWith("npm-cli.js")
    ? spawnSync(process.execPath, [path, ...all], { cwd: folder, stdio })
    : spawnSync("npm", all, { cwd: folder, stdio, shell: process.platform === "win32" });
}

function installPackages(root, BuildError) {
  console.log("Installing packages (npm ci) …");
  const { status } = npm(["ci", "--include=dev"], root);
  if (status !== 0) throw new BuildError("npm ci failed; the lines above give the reason.");
}

async function setUp() {
  const version = process.versions.node;
  const [major, minor] = version.split(".").map(Number);
  if (major < MIN_NODE[0] || (major === MIN_NODE[0] && minor < MIN_NODE[1])) {
    console.error(`Node ${version} is too old: circuits-in-superposition needs Node ${MIN_NODE.join(".")} or newer.`);
    process.exitCode = 1;
    return;
  }
  const { build, BuildError, packageTargets, root, runScript } = await import("./build.mjs");
  runScript(() => {
    if (!packagesMatch(root)) installPackages(root, BuildError);
    const isPacking = process.env.npm_lifecycle_event === "prepack";
    const targets = isPacking ? { targets: packageTargets } : {};
    if (!process.argv.includes("--packages")) build({ ...targets, force: process.argv.includes("--force") });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] || "").href) await setUp();

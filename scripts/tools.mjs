// Programs that the tests and the lab's screenshots need but npm does not install. They are found on this machine or
// installed with Debian's apt-get. This script itself imports no packages.
//
//   node scripts/tools.mjs              finds or installs all these programs and prints their paths
//   node scripts/tools.mjs chromium     the same for one of the programs

import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * A program: the one at the path in the environment variable `variable` if this is set, otherwise the first of
 * `commands` on PATH. If `module` is given, the program must be a Python that has this module installed.
 *
 * @typedef {{name: string, commands: string[], variable?: string, module?: string, package: string, neededBy: string}} Tool
 */

/** @type {Tool[]} */
export const tools = [
  {
    name: "chromium",
    commands: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    variable: "CHROMIUM_PATH",
    package: "chromium",
    neededBy: "tests in a browser",
  },
  { name: "redis-server", commands: ["redis-server"], package: "redis-server", neededBy: "tests of the queue" },
  {
    name: "python3-torch",
    commands: ["python3"],
    module: "torch",
    package: "python3-torch",
    neededBy: "tests of model.py",
  },
  { name: "openssl", commands: ["openssl"], package: "openssl", neededBy: "tests of the queue" },
  { name: "wabt", commands: ["spectest-interp"], package: "wabt", neededBy: "the test in a host without JavaScript" },
];

/** @returns {string | null} the path of a tool; null if it is not found */
export function findTool({ commands, variable, module }, env = process.env) {
  if (variable !== undefined && env[variable]) return isExecutable(env[variable]) ? env[variable] : null;
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  const found = commands.flatMap((name) => folders.map((folder) => join(folder, name))).filter(isExecutable);
  if (module === undefined) return found[0] ?? null;
  const hasModule = `import importlib.util, sys; sys.exit(importlib.util.find_spec("${module}") is None)`;
  return found.find((python) => spawnSync(python, ["-c", hasModule]).status === 0) ?? null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Installs missing tools where this is possible.
 *
 * @param {Tool[]} [wanted]
 * @param {{log?: (line: string) => void, env?: NodeJS.ProcessEnv, install?: (packages: string[]) => void}} [options]
 * log is called before anything is installed, and for every tool that is still missing
 */
export function ensureTools(wanted = tools, options = {}) {
  const { log = console.log, env = process.env, install = aptInstall } = options;
  const missing = () => wanted.filter((tool) => findTool(tool, env) === null);
  // If an environment variable gives the path of a tool, we do not install the tool.
  const installable = missing().filter(({ variable }) => variable === undefined || !env[variable]);
  if (installable.length > 0) {
    const packages = installable.map((tool) => tool.package);
    const uses = [...new Set(installable.map(({ neededBy }) => neededBy))];
    log(`Installing ${packages.join(", ")} with apt-get, for ${uses.join(" and ")} …`);
    install(packages);
  }
  for (const tool of missing()) log(messageOf(tool, env));
}

/**
 * The path of a tool.
 *
 * @throws {Error} when the tool is not found
 */
export function toolPath(name) {
  const tool = tools.find((each) => each.name === name);
  const path = findTool(tool);
  if (path === null) throw new Error(messageOf(tool, process.env));
  return path;
}

function messageOf(tool, env) {
  const { name, variable, neededBy } = tool;
  if (variable !== undefined && env[variable])
    return `${variable} = ${env[variable]}: not a program, so ${neededBy} will fail.`;
  const orSet = variable === undefined ? "" : `, or set ${variable}`;
  return `${name} is missing: ${neededBy} fail without it. Install the Debian package ${tool.package}${orSet}.`;
}

function aptInstall(packages) {
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const run = (...args) => {
    // apt-get waits for its lock, because two tests may install something at the same time.
    const [command, ...rest] = [...asRoot, "apt-get", "-o", "DPkg::Lock::Timeout=300", ...args];
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    return spawnSync(command, rest, { stdio: ["ignore", "ignore", "inherit"], env }).status === 0;
  };
  const install = () => run("install", "-y", "-q", "--no-install-recommends", ...packages);
  // The existing package list may be good enough; it is updated only if the installation fails.
  if (!install() && run("update", "-q")) install();
}

if (import.meta.url === pathToFileURL(process.argv[1] || "").href) {
  const names = process.argv.slice(2);
  const wanted = names.length === 0 ? tools : tools.filter(({ name }) => names.includes(name));
  ensureTools(wanted);
  for (const tool of wanted) console.log(`${tool.name}: ${findTool(tool) ?? "missing"}`);
  if (wanted.some((tool) => findTool(tool) === null)) process.exitCode = 1;
}

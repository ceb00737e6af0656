// Finds a Chromium for the tests of the lab and for its screenshots, or installs Debian's. Plain Node, no packages.
//
//   node scripts/browser.mjs      says where it is, or installs it

import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** For a machine without a display, a sandbox for root, or a network. */
export const launchFlags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a Chromium: CHROMIUM_PATH, or the first known name on PATH; null if there is none. */
export function findChromium(env = process.env) {
  if (env.CHROMIUM_PATH) return isExecutable(env.CHROMIUM_PATH) ? env.CHROMIUM_PATH : null;
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find(isExecutable) ?? null;
}

/**
 * The path of a Chromium, installed with apt-get if there is none and that is possible.
 *
 * @param {(line: string) => void} [log] is told before anything is installed
 * @returns {string | null} null when there is none and none could be installed; why has been said
 */
export function ensureChromium(log = console.log) {
  const found = findChromium();
  if (found) return found;
  if (process.env.CHROMIUM_PATH) {
    log(`CHROMIUM_PATH = ${process.env.CHROMIUM_PATH}: is not a program that can be run.`);
    return null;
  }
  log("The lab's tests need Chromium, which is not here: installing Debian's (apt-get install chromium) …");
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const run = (args) => {
    const [command, ...rest] = [...asRoot, "apt-get", ...args];
    const options = {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    };
    return spawnSync(command, rest, options).status === 0;
  };
  const install = ["install", "-y", "-q", "--no-install-recommends", "chromium"];
  // The package list may be there already, or be too old.
  if (!run(install) && run(["update", "-q"])) run(install);
  const installed = findChromium();
  if (!installed) {
    log("Chromium could not be installed. Install it, or set CHROMIUM_PATH to one; the lab's tests fail without it.");
  }
  return installed;
}

if (import.meta.url === pathToFileURL(process.argv[1] || "").href) {
  const path = ensureChromium();
  if (path) console.log(path);
  else process.exitCode = 1;
}

// Builds and serves the lab.
//
//   npm run lab             builds what has changed and serves it on this machine; PORT chooses the port
//   npm run build:lab       writes build/lab, a static folder that works from any path
//
// While you edit, `npx vite` serves the sources and reloads whatever changes.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { preview } from "vite";
import { build, BuildError, root, runTool } from "./build.mjs";

/** The built page, as a target of build.mjs. */
export const labTarget = {
  name: "build/lab",
  inputs: ["src", "build/core.wasm", "vite.config.ts", "package.json", "package-lock.json"],
  outputs: ["build/lab"],
  make(root, folder) {
    runTool(root, "vite/bin/vite.js", ["build", "--logLevel=warn", "--outDir", join(folder, "lab")]);
  },
};

export const labFolder = join(root, "build/lab");

/**
 * Serves a folder at a URL path, as a static host does.
 *
 * @param {string} folder
 * @param {{path?: string, port?: number}} [options] port 0 selects a free port
 * @returns {Promise<{url: string, close: () => Promise<void>}>}
 */
export async function serve(folder, { path = "/", port = 0 } = {}) {
  const server = await preview({
    ...{ configFile: false, logLevel: "error", appType: "mpa", root: folder, base: path },
    build: { outDir: "." },
    preview: { host: "127.0.0.1", port, strictPort: true, cors: false },
  });
  return { url: server.resolvedUrls.local[0], close: () => server.close() };
}

async function main() {
  try {
    build({ targets: [labTarget] });
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return;
  }
  if (process.argv.includes("--build")) {
    console.log("The lab is in build/lab.");
    return;
  }
  try {
    const { url } = await serve(labFolder, { port: Number(process.env.PORT ?? 5173) });
    console.log(`The lab is at ${url} (stop it with Ctrl-C).`);
  } catch (error) {
    console.error(`The lab cannot be served: ${error.message}. PORT=0 selects a free port.`);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] || "").href) await main();

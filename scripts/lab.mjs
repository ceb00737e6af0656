// The lab, built and served.
//
//   npm run lab             builds what has changed and serves it on this machine; PORT chooses the port
//   npm run build:lab       writes build/lab, a static folder that works from any path
//
// While editing, `npx vite` serves the sources and reloads what changes.

import { createServer } from "node:http";
import { readFileSync, statSync } from "node:fs";
import { extname, join, normalize, sep } from "node:path";
import { pathToFileURL } from "node:url";
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

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/**
 * Serves a folder under a path, as a static host does.
 *
 * @param {string} folder
 * @param {{path?: string, port?: number}} [options] port 0 takes a free one
 * @returns {Promise<{url: string, close: () => Promise<void>}>}
 */
export async function serve(folder, { path = "/", port = 0 } = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const name = pathname.startsWith(path) ? decodeURI(pathname.slice(path.length)) : null;
    const file = name === null ? null : normalize(join(folder, name === "" ? "index.html" : name));
    if (!file?.startsWith(folder + sep) || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    response.end(readFileSync(file));
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${path}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
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
    console.log(`The lab is at ${url} (Ctrl-C ends it).`);
  } catch (error) {
    console.error(`The lab cannot be served: ${error.message}. PORT=0 takes a free port.`);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] || "").href) await main();

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { chromium, type Browser } from "playwright-core";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a folder as any static host does. */
export async function serveFolder(folder: string): Promise<Site> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, "http://localhost").pathname));
    readFile(join(folder, path)).then(
      (content) => response.writeHead(200, { "content-type": types[extname(path)] ?? "text/plain" }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A headless Chromium of this machine. */
export async function launchChromium(): Promise<Browser> {
  const path = fileURLToPath(new URL("../../scripts/browser.mjs", import.meta.url));
  const { findChromium, launchFlags } = (await import(path)) as {
    findChromium: () => string | null;
    launchFlags: string[];
  };
  const executablePath = findChromium();
  if (executablePath === null) {
    throw new Error("There is no Chromium: run node scripts/browser.mjs, or set CHROMIUM_PATH.");
  }
  return chromium.launch({ executablePath, args: launchFlags });
}

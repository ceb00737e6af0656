import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

// The lab: `npm run lab` serves it; `npm run build:lab` writes it to build/lab, which can be served at any path.

const publicFolder = new URL("src/web/public/", import.meta.url);
const source = (path: string): string => fileURLToPath(new URL(`src/web/${path}`, import.meta.url));
const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as { version: string };

/**
 * What the built page may load: only its own files, and nothing inline. To save a figure, the page loads it from a
 * blob: URL.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Placed first in the head, because a policy applies only to the elements after it. */
function contentSecurityPolicy(): Plugin {
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: () => [
        {
          tag: "meta",
          attrs: { "http-equiv": "Content-Security-Policy", content: policy },
          injectTo: "head-prepend",
        },
      ],
    },
  };
}

/**
 * Makes the browser request the page's own code, and the code it shares with the workers, at the same time as the
 * entry, so that these requests do not wait until the entry runs.
 */
function earlyPage(): Plugin {
  return {
    name: "early-page",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
        const entry = chunks.find(({ name, isEntry }) => isEntry && name === "index");
        const page = chunks.find(({ name }) => name === "main");
        if (!entry || !page) throw new Error("The page's code is missing from the bundle.");
        return [...new Set([...entry.imports, page.fileName, ...page.imports])].map((file) => {
          const attrs = { rel: "modulepreload", crossorigin: true, href: `./${file}` };
          return { tag: "link", attrs, injectTo: "head" };
        });
      },
    },
  };
}

/** Gives the service worker the list of files, and a version that is a hash of them. */
function offlineFiles(): Plugin {
  return {
    name: "offline-files",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const worker = Object.values(bundle).find(({ fileName }) => fileName === "service-worker.js");
        if (worker?.type !== "chunk") throw new Error("The service worker is missing from the bundle.");
        const hash = createHash("sha256");
        for (const output of Object.values(bundle)) hash.update(output.type === "chunk" ? output.code : output.source);
        // The preview picture, which other sites show with links to the page, is not needed offline.
        const names = [
          ...Object.keys(bundle).filter((name) => name !== worker.fileName),
          ...readdirSync(publicFolder).filter((name) => name !== "preview.png"),
        ];
        const files = ["./", ...names.map((name) => `./${name}`).sort()];
        const cache = `superpose-lab-${hash.digest("hex").slice(0, 16)}`;
        worker.code = `const FILES=${JSON.stringify(files)},CACHE=${JSON.stringify(cache)};${worker.code}`;
      },
    },
  };
}

export default defineConfig(({ command }) => ({
  root: "src/web",
  base: "./",
  define: { VERSION: JSON.stringify(version), IS_BUILT: JSON.stringify(command === "build") },
  plugins: [contentSecurityPolicy(), earlyPage(), offlineFiles()],
  // The core is outside the page's folder.
  server: { fs: { allow: ["../.."] } },
  build: {
    outDir: "../../build/lab",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    // Vite's own preloading needs a document, which workers do not have.
    modulePreload: false,
    rolldownOptions: {
      input: {
        index: source("index.html"),
        // The page uses the worker's modules too.
        "lab-worker": source("computation/lab-worker.ts"),
        "service-worker": source("service-worker.ts"),
      },
      output: {
        // All code that tasks need goes into one file, even code shared with the training code, which is loaded later.
        codeSplitting: { groups: [{ name: "tasks", test: /\/(lab-tasks|train-settings)\.ts$/ }] },
        entryFileNames: ({ name }) => (name === "service-worker" ? "service-worker.js" : "assets/[name]-[hash].js"),
      },
    },
  },
}));

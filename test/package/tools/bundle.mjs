// Bundles a script for the browser with one of four bundlers, as their users do, and writes index.html, which loads it.
//
//   node bundle.mjs esbuild|rollup|webpack|vite ENTRY FOLDER
//
// Runs from build/tools, where the bundlers are installed.

import { basename, join } from "node:path";
import { rmSync, writeFileSync } from "node:fs";

const [bundler, entry, folder] = process.argv.slice(2);

const page = (script) => `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<output></output>
<script type="module" src="./${script}"></script>
`;

const bundlers = {
  async esbuild() {
    const { build } = await import("esbuild");
    const loader = { ".wasm": "file" };
    await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: "esm",
      outdir: folder,
      loader,
      logLevel: "warning",
      // esbuild would report imports without effect; these are the subject of another test.
      logOverride: { "ignored-bare-import": "silent" },
    });
    return basename(entry);
  },

  async rollup() {
    const { rollup } = await import("rollup");
    const { nodeResolve } = await import("@rollup/plugin-node-resolve");
    const { importMetaAssets } = await import("@web/rollup-plugin-import-meta-assets");
    const { transform } = await import("esbuild");
    const minify = {
      name: "minify",
      renderChunk: async (code) => (await transform(code, { minify: true, format: "esm" })).code,
    };
    const bundle = await rollup({
      input: entry,
      plugins: [nodeResolve({ browser: true }), importMetaAssets(), minify],
    });
    await bundle.write({ dir: folder, format: "es" });
    return basename(entry);
  },

  async webpack() {
    const { default: webpack } = await import("webpack");
    const config = {
      mode: "production",
      entry,
      output: { path: folder, filename: basename(entry), module: true },
      experiments: { outputModule: true },
    };
    const stats = await new Promise((resolve, reject) =>
      webpack(config, (error, result) => (error ? reject(error) : resolve(result))),
    );
    if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString("errors-warnings"));
    return basename(entry);
  },

  async vite() {
    const { build } = await import("vite");
    // Vite starts from a page, which is placed beside the script.
    const root = join(entry, "..");
    const html = join(root, "index.html");
    writeFileSync(html, page(basename(entry)));
    try {
      const options = { outDir: folder, emptyOutDir: true, modulePreload: { polyfill: false } };
      await build({ root, base: "./", logLevel: "warn", build: { ...options, rollupOptions: { input: html } } });
    } finally {
      rmSync(html);
    }
    return null;
  },
};

const script = await bundlers[bundler]();
if (script !== null) writeFileSync(join(folder, "index.html"), page(script));

// Makes a Next.js app that uses the packed package, builds it with Turbopack and with webpack, and runs each build.
// Prints what plain Node measures, then what the app measures on the server and in a browser. Fails unless all
// results are equal.
//
//   node examples/next/create.mjs [FOLDER]

import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { npm } from "../../scripts/setup.mjs";
import { launchChromium } from "../../scripts/lab-browser.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const port = 3417;
const folder = resolve(process.argv[2] ?? mkdtempSync(join(tmpdir(), "superpose-next-")));
process.env.NEXT_TELEMETRY_DISABLED = "1";

function check({ status }, what) {
  if (status !== 0) throw new Error(`${what} failed: the lines above say why.`);
}

mkdirSync(folder, { recursive: true });
for (const part of ["app", "next.config.js", "package.json"])
  cpSync(join(here, part), join(folder, part), { recursive: true });
check(npm(["pack", "--pack-destination", folder], fileURLToPath(new URL("../..", import.meta.url))), "npm pack");
const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
check(npm(["install", join(folder, tarball)], folder), "npm install");

const next = (...args) => [
  process.execPath,
  [join(folder, "node_modules/next/dist/bin/next"), ...args],
  { cwd: folder },
];

/** The text of a page's <output>, once it has appeared. */
async function inBrowser(url) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(url);
    const text = await page.waitForFunction(() => document.querySelector("output")?.textContent || null);
    return await text.jsonValue();
  } finally {
    await browser.close();
  }
}

const program = 'import { measured } from "./app/measured.js"; console.log(JSON.stringify(await measured()));';
const node = spawnSync(process.execPath, ["--input-type=module", "-e", program], { cwd: folder, encoding: "utf8" });
const expected = node.stdout.trim();
console.log(`Node:             ${expected}`);

function report(where, numbers) {
  console.log(`${`${where}:`.padEnd(17)} ${numbers}`);
  if (numbers !== expected) process.exitCode = 1;
}

for (const bundler of ["turbopack", "webpack"]) {
  rmSync(join(folder, ".next"), { recursive: true, force: true });
  const [builder, args, options] = next("build", `--${bundler}`);
  check(spawnSync(builder, args, { ...options, stdio: ["ignore", "ignore", "inherit"] }), `next build --${bundler}`);
  const [server, serverArgs, serverOptions] = next("start", "--port", String(port));
  const child = spawn(server, serverArgs, { ...serverOptions, stdio: ["ignore", "pipe", "inherit"] });
  try {
    await new Promise((ready, failed) => {
      child.stdout.setEncoding("utf8").on("data", (text) => /ready/i.test(text) && ready());
      child.once("exit", () => failed(new Error("next start ended.")));
    });
    report(`${bundler}, route`, await (await fetch(`http://localhost:${port}/api/measure`)).text());
    report(`${bundler}, page`, await inBrowser(`http://localhost:${port}/`));
  } finally {
    child.kill();
  }
}

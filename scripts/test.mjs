// Runs the tests. The last line says `N passed, N failed`; the exit code is 0 only when everything passed.
//
//   npm test                format, lint and types, then all tests, even if a check fails
//   npm run test:unit       only the unit tests
//   npm run test:slow       only the slow tests, *.slow.test.ts
//   npm test -- NAME…       only the tests with a NAME in their path; vitest's options may follow
//
// vitest builds what the tests need (vitest.config.ts). Programs that npm does not install are installed here if many
// tests run (scripts/tools.mjs); if only a few tests are named, those tests install them.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./build.mjs";

const checks = [
  { name: "format", script: "prettier/bin/prettier.cjs", args: ["--check", "--log-level=warn", "."] },
  { name: "lint", script: "eslint/bin/eslint.js", args: ["."] },
  { name: "types", script: "typescript/bin/tsc", args: ["-p", "."] },
];

/** Runs a package's script in a new process. @returns whether the script succeeds, and its output if it is piped */
async function run(script, args, stdio) {
  const child = spawn(process.execPath, [join(root, "node_modules", script), ...args], { cwd: root, stdio });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (output += text));
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  return { passes: code === 0, output };
}

/** Runs the checks in parallel. @returns the names of the checks that fail */
async function runChecks() {
  const results = checks.map(({ script, args }) => run(script, args, ["ignore", "pipe", "pipe"]));
  const failing = [];
  for (const [k, { name }] of checks.entries()) {
    const { passes, output } = await results[k];
    process.stdout.write(output);
    if (!passes) failing.push(name);
  }
  return failing;
}

/**
 * The numbers of passed and failed tests in a report written by vitest's JSON reporter. A file that fails outside its
 * tests, for example because it does not load, counts as one failed test.
 */
export function countTests(report) {
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles.length };
}

/** Installs the programs that tests need. Programs still missing are reported, and the tests that need them fail. */
async function installTools() {
  await run("../scripts/tools.mjs", [], "inherit");
}

async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), "superpose-tests-"));
  try {
    const file = join(folder, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const { passes } = await run("vitest/vitest.mjs", ["run", ...reporters, ...args], "inherit");
    const counts = countTests(JSON.parse(readFileSync(file, "utf8")));
    // An error outside any test fails the run without failing a test.
    return passes ? counts : { ...counts, failed: Math.max(counts.failed, 1) };
  } catch (error) {
    console.error(`The tests wrote no report: ${error.message}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main() {
  const args = process.argv.slice(2);
  const isWhole = args.length === 0;
  // Programs are installed while the checks run.
  const [failing] = isWhole ? await Promise.all([runChecks(), installTools()]) : [[]];
  if (args[0] === "--project=slow") await installTools();
  // The tests for the packed package, `npm run test:package`, first install gigabytes of other tools.
  const { passed, failed } = await runTests(isWhole ? ["--project=unit", "--project=slow"] : args);
  if (failing.length > 0) console.log(`Failing checks: ${failing.join(", ")}.`);
  if (!isWhole) console.log("Not checked: format, lint, types and the other tests. `npm test` checks them all.");
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failing.length + failed > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();

// What `npm test` runs: format, lint, types, then the tests. All four run whatever the others say. The last line counts
// the tests, `N passed, N failed`; the exit code is 0 only when everything passed.
//
// Arguments go to vitest: `npm test -- test/spec`.

import { spawnSync } from "node:child_process";
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

function run(script, args) {
  const { status } = spawnSync(process.execPath, [join(root, "node_modules", script), ...args], {
    cwd: root,
    stdio: "inherit",
  });
  return status === 0;
}

/**
 * Tests passed and failed in a report of vitest's JSON reporter. A file that fails outside its tests, by not loading
 * for instance, counts as one failed test.
 */
export function countTests(report) {
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles.length };
}

function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), "superpose-tests-"));
  try {
    const file = join(folder, "report.json");
    const passing = run("vitest/vitest.mjs", [
      ...["run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`],
      ...args,
    ]);
    const counts = countTests(JSON.parse(readFileSync(file, "utf8")));
    // An error outside any test fails the run without failing a test.
    return passing ? counts : { ...counts, failed: Math.max(counts.failed, 1) };
  } catch (error) {
    console.error(`The tests gave no report: ${error.message}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function main() {
  const failing = checks.filter(({ script, args }) => !run(script, args)).map(({ name }) => name);
  const { passed, failed } = runTests(process.argv.slice(2));
  if (failing.length > 0) console.log(`Failing checks: ${failing.join(", ")}.`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failing.length + failed > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();

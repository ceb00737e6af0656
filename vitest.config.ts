import { configDefaults, defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.js";

const slow = "test/**/*.slow.test.ts";
const consumers = "test/package/*.slow.test.ts";
const globalSetup = "test/support/build.ts";

/**
 * Unit tests import the sources; together they take less than a minute. Test files that run in the same worker share
 * their modules, which halves the CPU time; a test file must therefore restore every global that it changes, and may
 * mock only modules that are imported at the time of a call. Slow tests, *.slow.test.ts, run the built program, a
 * browser or a server, or take longer than about three seconds per file. Anything that the tests need is built first if
 * it is out of date.
 */
export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "threads",
    // Three workers on two cores, because tests of the queue and of the page wait for other processes.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Needed in watch mode, because no test imports the kernels' source.
    forceRerunTriggers: [...configDefaults.forceRerunTriggers, "**/assembly/**/*.ts"],
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: [slow], globalSetup, isolate: false },
      },
      {
        extends: true,
        test: { name: "slow", include: [slow], exclude: [consumers], globalSetup, isolate: false },
      },
      { extends: true, test: { name: "package", include: [consumers], globalSetup: "test/package/setup.ts" } },
    ],
  },
});

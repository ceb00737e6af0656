import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The test files that take longest, in this order. */
const longest = [
  "browser/lab.slow.test.ts",
  "batch/queue/queue.slow.test.ts",
  "structure/contributing.slow.test.ts",
  "studies/reference.slow.test.ts",
  "docs/compile-your-own.slow.test.ts",
  "docs/commands.slow.test.ts",
];

/**
 * Starts the longest files first, so that none of them runs alone at the end. Without a cache, as in a fresh clone,
 * vitest goes by the size of the files, which says little about the time.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = longest.findIndex((name) => moduleId.endsWith(`/test/${name}`));
      return rank < 0 ? longest.length : rank;
    };
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}

import { expect, test } from "vitest";
import { runStandalone, parseStandaloneSettings } from "../../../src/studies/standalone.js";
import { standaloneEmbeddings } from "../../../src/studies/storage/embeddings-standalone.js";

const noTasks = { results: () => { throw new Error("it has no tasks"); } } as never; // prettier-ignore

test("training of given sizes reports progress and can be aborted", async () => {
  const settings = parseStandaloneSettings(standaloneEmbeddings, { n: 2, m: [3], steps: 20 });
  const shares: number[] = [];
  await runStandalone(standaloneEmbeddings, settings, { executor: noTasks, onProgress: (share) => shares.push(share) });
  expect(shares.at(-1)).toBe(1);
  expect([...shares].sort((a, b) => a - b)).toEqual(shares);

  const long = parseStandaloneSettings(standaloneEmbeddings, { n: 2, m: [40], steps: 100_000 });
  const stop = new AbortController();
  const run = runStandalone(standaloneEmbeddings, long, { executor: noTasks, signal: stop.signal });
  setTimeout(() => stop.abort(new Error("stopped")));
  await expect(run).rejects.toThrow("stopped");
});

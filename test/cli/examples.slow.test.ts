import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test, vi } from "vitest";
import { loadKernels } from "../../src/kernels/node.js";
import { localExecutor } from "../../src/workers/local.js";
import { superpose } from "../support/in-process.js";
import { superpose as built } from "../support/program.js";
import { testFolder } from "../support/folder.js";

// Worker threads would run the built program, but these commands are called from the sources.
vi.mock("../../src/workers/node-pool.js", async (original) => ({
  ...(await original<object>()),
  nodeExecutor: () => localExecutor(loadKernels()),
}));

// The output of reproduce, which takes minutes, is tested elsewhere.
vi.mock("../../src/report/reproduce.js", () => ({
  reproduce: async () => ({ seconds: 1, hasPngs: true, figures: [], files: [] }),
}));

const folder = testFolder("examples");

/** The files that the examples name, with small contents. */
const files: Readonly<Record<string, string>> = {
  "experiment.yaml": "{D: 40, T: 12, S: 2, L: 3, samples: 10}",
  "designs/published.yaml": "{D: 40, T: 12, S: 2, L: 2, samples: 10}",
  "sweep.yaml": "base: {D: 40, T: 10, S: 2, L: 2, samples: 5}\ngrid: {seed: {from: 1, to: 16}}\n",
  "examples/searches/ramp.yaml":
    "base: {D: 40, T: 10}\nvary: {S: [1, 2]}\nobjective: {minimise: error, readout: x, layer: 2, z: 1}\nbudget: 2\nscreen: {samples: 4, networks: 1}\nfinal: {best: 1, samples: 4, networks: 1}\n",
  "examples/searches/robust.yaml":
    "base: {D: 40, T: 10, L: 2}\nvary: {S: [1, 2]}\nobjective: {maximise: depth, readout: x, under: all, z: 1}\nbudget: 2\nscreen: {samples: 4, networks: 1}\nfinal: {best: 1, samples: 4, networks: 1}\n",
  "examples/train/compressed.yaml": "{F: 6, N: 4, steps: 20, batch: 32, samples: 100}",
  "examples/train/circuits.yaml":
    "{task: circuits, spec: {D: 16, T: 5, S: 2, L: 2, z: [1]}, steps: 10, batch: 16, samples: 20}",
  "circuits.json": JSON.stringify({ weights: [[[[1]], [[0.5]]]], biases: [[-0.25]] }),
};
for (const [name, content] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

/** Sizes that take a second or more, and the small sizes to use instead. */
const small: readonly (readonly [string, string])[] = [
  ["--n 1024 --m 4096", "--n 16 --m 32"],
  ["--D 1000 --T 557 --S 6", "--D 40 --T 12 --S 2"],
  ["--samples 2000 --networks 3", "--samples 10 --networks 2"],
  ["--P 250 --S 6 --T 557", "--P 11 --S 3 --T 9"],
  ["--samples 10000", "--samples 20"],
  ["circuits.yaml --out trained", "circuits.yaml --out circuits"],
  ["--method pca", "--method pca --samples 50"],
  ["score bench-tiny components.safetensors", "score bench-tiny components.safetensors --samples 50"],
  ["zoo rotations-1000", "zoo bench-tiny"],
  ["stress designs/published.yaml", "stress designs/published.yaml --samples 4 --networks 1"],
];

/** A file or folder of an example: paths in the repository are unchanged, others are moved into the test's folder. */
function placed(word: string): string {
  const isPath = /[a-z]\.[a-z]+$|^(out|results|found|robust|trained|circuits|model|bench-tiny|rotations)$/.test(word);
  return isPath && !word.includes("reference") ? join(folder, word) : word;
}

function wordsOf(example: string): string[] {
  const text = small.reduce((left, [large, few]) => left.replace(large, few), example);
  const [command, ...others] = text.split(" ");
  // The first argument of `zoo` is a model, although other examples have folders with such names.
  return [command, ...others.map((word, k) => (command === "zoo" && k === 0 ? word : placed(word)))];
}

/** The examples in a command's help. Commands that use workers get one worker, which is this thread. */
async function examplesOf(...command: string[]): Promise<string[]> {
  const { out } = await superpose(...command, "--help");
  const workers = command.length === 0 || out.includes("--workers") ? " --workers 1" : "";
  return Array.from(
    out.slice(out.indexOf("\nExample:")).matchAll(/^ {2}superpose (.*)$/gm),
    ([, example]) => example! + workers,
  );
}

test("every example of help runs, at small sizes", async () => {
  const names = (await superpose("--help")).out.match(/(?<=^ {2})[a-z]+(?= \[options\])/gm)!;
  const examples = [...(await examplesOf()), ...(await Promise.all(names.map((name) => examplesOf(name)))).flat()];
  expect(examples.length).toBeGreaterThanOrEqual(names.length + 1);
  const byName = (name: string): string[] => examples.filter((example) => example.startsWith(`${name} `));
  // Commands that write files for other commands come first.
  const first = ["export", "baseline", "sweep"].flatMap(byName);
  for (const example of [...first, ...examples.filter((other) => !first.includes(other))]) {
    const words = wordsOf(example);
    if (words[0] === "baseline") {
      cpSync(join(folder, "model"), join(folder, "bench-tiny"), { recursive: true });
      const truth = ["--method", "truth", "--samples", "20", "--out", join(folder, "components.safetensors")];
      await superpose("baseline", join(folder, "bench-tiny"), ...truth);
    }
    if (words[0] === "worker") {
      // There is no queue at this address; the test only checks that it is contacted.
      process.env["SUPERPOSE_QUEUE_PATIENCE"] = "0.01";
      const { code, err } = await superpose(...words);
      expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining("did not answer within 0.01 s") });
      delete process.env["SUPERPOSE_QUEUE_PATIENCE"];
      continue;
    }
    // Training has its own threads, which run the built program.
    const { code, err } = words[0] === "train" ? built(...words) : await superpose(...words);
    expect(code, `${example}: ${err}`).toBe(0);
  }
});

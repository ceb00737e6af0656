import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test, vi } from "vitest";
import { main } from "../../src/cli/program.js";
import { writeNpz } from "../../src/exchange/npz.js";
import { loadKernels } from "../../src/kernels/node.js";
import { localExecutor } from "../../src/workers/local.js";
import { testFolder } from "../support/folder.js";

// Worker threads would run the built program, but these commands are called from the sources.
vi.mock("../../src/workers/node-pool.js", async (original) => ({
  ...(await original<object>()),
  nodeExecutor: () => localExecutor(loadKernels()),
}));
// Training takes minutes, so the commands end where its threads would start.
vi.mock("../../src/workers/training-threads.js", () => ({
  trainInThreads: () => {
    throw new DOMException("This operation was aborted", "AbortError");
  },
}));

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = testFolder("commands");
const textOf = (page: string): string => readFileSync(join(root, page), "utf8");
const pages = [
  "README.md",
  ...["docs", "docs/designs", "examples"].flatMap((at) =>
    readdirSync(join(root, at))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${at}/${name}`),
  ),
];

/** A line with a comment that says how many seconds, minutes or hours it takes is not run to its end. */
const marked = /#.*\b(seconds|minutes?|hours?)\b/;
/** Commands within the text, which have no comments, that take more than about a second. */
const longInText = [
  /^(reproduce|stress|train|zoo|export)\b/,
  /^run (\S+ )*(designs\/|--design |--experiment (capacity|compressed|storage$|storage |floors)|--engine dense)/,
];

/**
 * Lines that other tests run: benchmark.slow, compile-your-own.slow, and the tests of assignments and the queue. The
 * export of the rows design is omitted too, because it searches for seconds before it can be stopped.
 */
const elsewhere =
  /^(zoo bench-medium|assignments|check (xor|own|mlps)\.|run --circuits mlps|worker|sweep .*--queue|export designs\/rows)/;

/** Placeholders in the pages, and what is put in their place. */
const filled: readonly (readonly [string, string])[] = [
  ["NAME.yaml", "published.yaml"],
  ["--only KIND --levels LEVEL", "--only noiseAfter --levels 0.01"],
];

interface Shown {
  readonly command: string;
  /** Whether it takes too long to be run to its end: it is stopped once its arguments and files are accepted. */
  readonly isLong: boolean;
}

/** The lines of shell examples, and the complete commands within the text that name files of the repository. */
function commandsOf(page: string): Shown[] {
  const text = filled.reduce((left, [name, value]) => left.replaceAll(name, value), textOf(page));
  const lines = Array.from(text.matchAll(/^(?: {4})?(?:npx )?superpose (.+)$/gm), ([, line]) => line!);
  const prose = text.replace(/```[\s\S]*?```/g, "");
  const named = Array.from(prose.matchAll(/`(?:npx )?superpose ([^`\n]+)`/g), ([, line]) => line!).filter(
    (line) =>
      /^\w+ /.test(line) &&
      !/[A-Z]{3,}\b(?! --wide)(?<!CAP|AND\d)|[…<]|--(layers|mended)$/.test(line) &&
      (line.match(/\S+\.(yaml|json|npz|safetensors)/g) ?? []).every((file) => existsSync(join(root, file))),
  );
  const isLong = (command: string): boolean => longInText.some((pattern) => pattern.test(command));
  return [
    ...lines.map((command) => ({ command, isLong: marked.test(command) })),
    ...named.filter((line) => !lines.includes(line)).map((command) => ({ command, isLong: isLong(command) })),
  ].filter(({ command }, k, all) => !elsewhere.test(command) && all.findIndex((own) => own.command === command) === k);
}

/** Flags whose value is a file or folder. */
const fileFlags = ["--out", "--csv", "--parquet", "--figure", "--inputs"];

/**
 * A command's arguments. Files that are not in the repository are in the test's own folder, where everything is
 * written.
 */
function argumentsOf(command: string, isLong: boolean): string[] {
  const words = command.replace(/\s+#.*| && cd .*/, "").split(/\s+/);
  const args = words.map((word, k) => {
    const before = words[k - 1] ?? "";
    if (before === "--out") return join(folder, isLong ? "stopped" : ".", word);
    if (word === ".") return join(folder, "bench-medium");
    const isFile = fileFlags.includes(before) || /[a-z]\.[a-z]+$/.test(word) || (k > 0 && !before.startsWith("-"));
    const isOwn = isFile && words[0] !== "zoo" && !word.startsWith("-") && !existsSync(join(root, word));
    return isOwn ? join(folder, word) : word;
  });
  return words[0] === "zoo"
    ? [...args, ...(words.includes("--out") ? [] : ["--out", join(folder, "zoo", words[1]!)])]
    : args;
}

async function run(args: readonly string[], signal = new AbortController().signal): Promise<string> {
  let err = "";
  const code = await main(args, { version: "0", signal, print: () => undefined, note: (line) => (err += `${line}\n`) });
  return code === 0 ? "done" : err;
}

/**
 * Makes the files that a reader has before running a page's commands: the files that the pages show, and small ones in
 * place of files that readers bring or compute.
 */
beforeAll(async () => {
  const yamlOf = (page: string): string => /```yaml\n([\s\S]*?)```/.exec(textOf(page))![1]!;
  const small = "{D: 28, T: 8, S: 2, L: 2, z: [1], samples: 10, construction: balanced}";
  const files: Readonly<Record<string, string>> = {
    "experiment.yaml": yamlOf("docs/command-line.md"),
    "sweep.yaml": yamlOf("docs/sweeps.md"),
    "small.yaml": small,
    "found/best.yaml": small,
    "small-sweep.yaml": `base: ${small}\ngrid: {seed: [1, 2]}\n`,
    "columns.yaml": "{design: columns, D: 300, T: 100, L: 3, samples: 10, networks: 1}",
    "circuits.yaml": textOf("examples/specs/own.yaml"),
    "own-circuits.json": textOf("examples/specs/own-circuits.json"),
    "my-circuits.json": textOf("examples/specs/own-circuits.json"),
    "toy.json": "[[1, 0, 0.6], [0, 1, 0.8]]",
  };
  mkdirSync(join(folder, "found"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const code = { dtype: "F32", shape: [3, 2], data: Float32Array.of(1, 0, 0, 1, 0.6, 0.8) } as const;
  writeFileSync(
    join(folder, "sae.npz"),
    writeNpz(
      new Map([
        ["decoder", code],
        ["encoder", code],
      ]),
    ),
  );
  const at = (name: string): string => join(folder, name);
  expect(await run(["sweep", at("small-sweep.yaml"), "--out", at("swept"), "--workers", "1"])).toBe("done");
  for (const name of ["model", "bench-tiny", "bench-small", "bench-medium", "rows1"])
    expect(await run(["export", at("small.yaml"), "--out", at(name)])).toBe("done");
  expect(await run(["export", at("columns.yaml"), "--out", at("columns")])).toBe("done");
  for (const name of ["result.npz", "result.safetensors"])
    expect(await run(["baseline", at("bench-tiny"), "--method", "truth", "--samples", "20", "--out", at(name)])).toBe(
      "done",
    );
});

test(
  "the commands of README and docs run as they stand; of long ones, arguments and files are accepted",
  { timeout: 600_000 },
  async () => {
    for (const page of pages) {
      for (const { command, isLong } of commandsOf(page)) {
        const result = await run(argumentsOf(command, isLong), isLong ? AbortSignal.abort() : undefined);
        expect.soft(result, `${page}: superpose ${command}`).toMatch(isLong ? /aborted|^done$/ : /^done$/);
      }
    }
  },
);

// The panel of every design, docs/designs/stress.md:
//
//   node scripts/stress.mjs --samples 64 --networks 1
//
// The whole panels go to build/stress as JSON. Takes half a minute for most designs on one core; without those flags four times as long. Names of designs print their rows alone.
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

const root = fileURLToPath(new URL("../", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { samples: { type: "string" }, networks: { type: "string" }, workers: { type: "string" } },
});
const all = readdirSync(`${root}designs`)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => name.replace(".yaml", ""));
const names = positionals.length > 0 ? positionals : all;
const run = promisify(execFile);

mkdirSync(`${root}build/stress`, { recursive: true });
/** Tables of all designs, each with its design's name before the rows. */
const tables = [];
for (const name of names) {
  const spec = readFileSync(`${root}designs/${name}.yaml`, "utf8");
  const asked = Number(/^networks: (\d+)/m.exec(spec)?.[1] ?? 1);
  const flags = Object.entries(values).flatMap(([flag, value]) => [
    `--${flag}`,
    flag === "networks" ? String(Math.min(asked, Number(value))) : value,
  ]);
  const out = `${root}build/stress/${name}.json`;
  const args = [`${root}dist/superpose.js`, "stress", `designs/${name}.yaml`, "--markdown", "--out", out, ...flags];
  const { stdout } = await run(process.execPath, args, { cwd: root });
  stdout
    .trim()
    .split("\n\n")
    .forEach((table, k) => {
      const [titles, line, ...rows] = table.split("\n");
      tables[k] ??= [`| design ${titles}`, `| --- ${line}`];
      tables[k].push(...rows.map((row) => `| ${name} ${row}`));
      if (positionals.length > 0) console.log(tables[k].join("\n"));
    });
  console.error(name);
}

if (positionals.length === 0) {
  const flags = Object.entries(values).flatMap(([flag, value]) => (flag === "workers" ? [] : [`--${flag}`, value]));
  writeFileSync(
    `${root}docs/designs/stress.md`,
    `# What designs survive

Every spec of \`designs/\` under the same panel, [docs/stress.md](../stress.md), which says what each column is. Each row is one command,

    superpose stress designs/NAME.yaml${flags.length === 0 ? "" : ` ${flags.join(" ")}`}

which prints the whole panel; \`node scripts/stress.mjs${flags.length === 0 ? "" : ` ${flags.join(" ")}`}\` writes this page. *And biases* is the same noise on biases as well. Depths are steps with a mean square of x of at most 0.25; ≥ where the spec has
no more. Perturbations come one at a time but for *all at once*: noise of 0.01 after the ReLU, on weights and on inputs, bfloat16, indicators of 0.9 to 1.1 and |x| of 0.5 to 1.5. bfloat16 is of weights, biases and activations. Circuits are conditional rotations by any angle (switched: 16) that stay active; specs of general name others, and their depth is of x where there is one, or of the last readout.

${tables[0].join("\n")}

*x at most* is the largest root mean square of x under any perturbation of the whole panel, until ten steps after it fails: near 1 a design that fails is merely wrong, above 10 it runs away.

${tables[1].join("\n")}

*Inactive x* are circuits a sample that are not active and read |x| > 0.25 at step 1; *unseen* those of them whose indicator is within ±0.25.
`,
  );
}

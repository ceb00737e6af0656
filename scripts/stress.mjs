// Runs the panel on every design and writes docs/designs/stress.md:
//
//   node scripts/stress.mjs --samples 64 --networks 1
//
// The complete panels are written to build/stress as JSON. On one core, this takes half a minute per design in most
// cases, and four times as long without the flags. If names of designs are given, it prints only their rows.
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
/** Tables of all designs, with the design's name at the start of each row. */
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

This page puts every spec in \`designs/\` through the same panel; [docs/stress.md](../stress.md) explains the columns. One command measures a row:

    npx superpose stress designs/NAME.yaml${flags.length === 0 ? "" : ` ${flags.join(" ")}`}   # up to a minute

It prints the whole panel. \`node scripts/stress.mjs${flags.length === 0 ? "" : ` ${flags.join(" ")}`}\` writes this page. In the column *and biases*, biases get the same noise too. A depth is the number of steps, counted from the first, in which the mean squared error of x is at most 0.25; ≥ means that the spec has no more steps.

Perturbations are applied one at a time. Only *all at once* combines several: noise of 0.01 after the ReLU, on weights and on inputs; bfloat16; indicators of 0.9 to 1.1; and |x| of 0.5 to 1.5. bfloat16 applies to weights, biases and activations. Circuits
are conditional rotations by any angle (switched: by one of 16 angles), and active circuits stay active. The specs of the general design use other circuits; there, depth refers to x if the circuits have one, and otherwise to the last readout.

${tables[0].join("\n")}

*x at most* is the largest root mean square of x at any step under any perturbation of the panel; runs stop ten steps after they have failed. A failing design is merely wrong if this value is near 1, and diverges if it is above 10.

${tables[1].join("\n")}

*Inactive x* is the number of inactive circuits per sample with |x| > 0.25 at step 1; *unseen* is the number of those whose indicator is within ±0.25.
`,
  );
}

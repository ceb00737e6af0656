// `npm run bench`: prints tables of ratios with their spread, the machine and versions, and writes out/bench.json.

import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { benchFactored, benchSizes } from "./factored.js";
import { benchGemm, benchOdd } from "./gemm.js";
import { benchJob } from "./job.js";
import { benchNumpy } from "./numpy.js";
import { loadPeers } from "./peer-products.js";
import { benchPage } from "./page.js";
import { benchQueue } from "./queue.js";
import { sectionText, type Section } from "./section.js";
import { benchStart } from "./start.js";
import { benchTraining } from "./training.js";
import { benchTwins } from "./twins.js";

const { peers, missing } = await loadPeers();
const machine = {
  processor: cpus()[0]!.model.trim(),
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  v8: process.versions.v8,
  peers: Object.fromEntries(peers.map(({ name, version }) => [name, version])),
};
console.log(
  `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}, V8 ${machine.v8}`,
);
for (const { name, version } of peers) console.log(`${name} ${version}`);
for (const reason of missing) console.log(`left out: ${reason}`);

const wanted = process.argv.slice(2);
const sections: Record<string, () => Promise<Section | null>> = {
  factored: benchFactored,
  sizes: benchSizes,
  job: benchJob,
  queue: benchQueue,
  page: benchPage,
  start: benchStart,
  gemm: () => benchGemm(peers),
  odd: () => benchOdd(peers),
  twins: benchTwins,
  numpy: benchNumpy,
  training: benchTraining,
};
const done: Record<string, Section> = {};
for (const [name, run] of Object.entries(sections)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const section = await run();
  if (section === null) continue;
  done[name] = section;
  console.log(`\n${sectionText(section)}`);
}
mkdirSync("out", { recursive: true });
writeFileSync("out/bench.json", `${JSON.stringify({ machine, sections: done }, null, 2)}\n`);
console.log("\nWrote out/bench.json.");

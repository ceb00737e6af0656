// What `npm start` runs: `superpose reproduce` with settings of the engine that suit half a minute of work on all cores. What
// comes out is the same to the byte; package.json gives Node another one, `--single-threaded-gc`, which has to be there at
// the start: collecting in one thread leaves the cores to the experiments.

import { setFlagsFromString } from "node:v8";

// The engine of Node 20 and 21 optimises functions so early that it does half of them again when it has seen more of their data, which
// takes a twentieth of all time. Later ones count otherwise, and do not know this flag.
if (process.versions.v8.startsWith("11.")) setFlagsFromString("--interrupt-budget=400000");

// What draws the PNGs reads a font anew for every piece of text, and would give that memory back and ask for it again each time.
process.env.MIMALLOC_PURGE_DELAY ??= "-1";

process.argv.splice(2, 0, "reproduce");
await import("../dist/superpose.js");

// The script behind `npm start`: `superpose reproduce` with engine settings that suit half a minute of work on all
// cores. The output is the same, byte for byte. Collecting garbage in one thread leaves the other cores to the
// experiments, so package.json also passes Node `--single-threaded-gc`, which must be given when Node starts.

import { setFlagsFromString } from "node:v8";

// The engine of Node 20 and 21 optimises functions so early that it must optimise half of them again after they have
// run on more data. This second pass takes a twentieth of the total time, so the flag below delays optimisation.
// Later engines use other rules to decide when to optimise, and do not have the flag.
if (process.versions.v8.startsWith("11.")) setFlagsFromString("--interrupt-budget=400000");

// The PNG renderer reads a font again for every piece of text. With this setting, its allocator keeps the memory
// instead of returning it to the system each time.
process.env.MIMALLOC_PURGE_DELAY ??= "-1";

process.argv.splice(2, 0, "reproduce");
await import("../dist/superpose.js");

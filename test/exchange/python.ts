import { spawnSync } from "node:child_process";

/** Whether this machine has Python with NumPy; checks with it are skipped elsewhere. */
export const numpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;

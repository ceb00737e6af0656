import { trajectories } from "../../../src/studies/trajectories/figure.js";
import { ramp } from "../../../src/studies/trajectories/ramp-figure.js";
import type { Drawings } from "../drawings.js";
import { trajectoryRows } from "./fixed-rows.js";

export const drawings: Drawings = {
  R1: (options) => trajectories(trajectoryRows([1], 10), options),
  R2: (options) => trajectories(trajectoryRows([1], 10), { ...options, show: "truth" }),
  R3: ramp,
  R4: (options) => trajectories(trajectoryRows([1, 2, 3], 5), options),
};

import type { Trajectory } from "../../../src/studies/trajectories/rows.js";

/** R1, R2, R4: rotations that drift away from the truth as the measured errors grow. */
export function trajectoryRows(zs: readonly number[], perZ: number): Trajectory[] {
  const drift = [
    [0, 0, 0.09, 0.36, 0.77, 1.3],
    [0, 0.19, 0.39, 0.76, 1.24, 1.9],
    [0, 0.28, 0.57, 0.94, 1.44, 2.3],
  ];
  return zs.flatMap((z) =>
    Array.from({ length: perZ }, (_, sample) => {
      const theta = 0.5 + 1.7 * sample;
      const start = 2.4 * sample + z;
      const truth = [0, 1, 2, 3, 4, 5].map((layer) => [
        Math.cos(start + layer * theta),
        Math.sin(start + layer * theta),
      ]);
      const readout = truth.map(([x, y], layer) => {
        const angle = 1.1 * sample + 0.7 * layer * z;
        const size = drift[z - 1]![layer]! * (0.6 + 0.12 * (sample % 5));
        return [x! + size * Math.cos(angle), y! + size * Math.sin(angle)];
      });
      return { z, sample, circuit: (sample * 97 + z * 31) % 557, truth, readout };
    }),
  );
}

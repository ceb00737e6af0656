import * as Plot from "@observablehq/plot";
import { panel } from "../../drawing/compose.js";
import { errorsByLayer } from "../../studies/layer-errors/figure.js";
import { trajectories } from "../../studies/trajectories/figure.js";

/**
 * Draws small empty figures, one per turn of the event loop, while the workers start, so that the browser has compiled
 * the drawing code before the first real figure arrives.
 */
export async function warmUp(): Promise<void> {
  const options = { document, id: "warm-up", command: "", styles: false, width: 300 };
  const path = [
    [1, 0],
    [0, 1],
  ];
  const error = { meanSquare: 0.1, sd: null, worst: 0.2, wrong: null, theory: 0.1 };
  const row = {
    ...{ z: 1, layer: 1, samples: 1, networks: 1, activeFraction: [0.1], activeFractionSd: null },
    ...{ expectedActiveFraction: 0.1, readouts: { x: { active: error, inactive: error } } },
  };
  const bare = { width: 160, height: 120, x: { domain: [0, 1] }, y: { domain: [0, 1] } };
  const jobs = [
    () => panel(document, { ...bare, marks: [] }),
    () => panel(document, { ...bare, marks: [Plot.line(path), Plot.dot(path), Plot.text(["0"])] }),
    () => trajectories([{ z: 1, sample: 0, circuit: 0, truth: path, readout: path }], options),
    () => errorsByLayer([row, { ...row, layer: 2 }], { ...options, readout: "x" }),
  ];
  for (const job of jobs) {
    await new Promise((resolve) => setTimeout(resolve));
    job();
  }
}

import { buildLikeMultiPart } from "../config/build.js";
import type { RunSpec } from "../config/run-spec.js";
import type { ModelFile } from "../exchange/model-files.js";
import type { StressInput, StressReport } from "../studies/stress/panel.js";
import type { Session } from "./session.js";
import { cardSection, withSection } from "./stress-text.js";
import { withWorkers } from "./workers.js";

/** Default number of samples per network and perturbation. */
export const SAMPLES = 96;

/** The panel's input for a spec's networks with the given numbers. */
export function panelInput(spec: RunSpec, numbers: readonly number[]): StressInput {
  const circuits = { ...buildLikeMultiPart(spec).circuits, T: spec.T, L: spec.L };
  return { networks: { run: spec }, numbers, circuits, z: spec.z, samples: SAMPLES, seed: spec.seed };
}

/** Runs networks through the panel and shows the progress. */
export async function measurePanel(input: StressInput, workers: number, session: Session): Promise<StressReport> {
  // Loaded here so that help and input errors appear immediately.
  const { stress } = await import("../studies/stress/panel.js");
  return withWorkers({ workers, label: "stressing" }, (executor, { update }) => {
    let done = 0;
    let total = 0;
    return stress(input, (tasks, count) => {
      const before = done;
      total += count;
      const onDone = (of: number): void => update((done = before + of), total);
      return executor.results(tasks, { onDone, signal: session.signal });
    });
  });
}

/** Adds the panel of a model's network to its card, as `superpose stress --card` does. */
export async function withPanel(
  files: readonly ModelFile[],
  spec: RunSpec,
  network: number,
  workers: number,
  session: Session,
): Promise<ModelFile[]> {
  // The exported network has ReLUs, so it is measured with them, not with the oracle gate.
  const input = panelInput({ ...spec, gate: "relu" }, [network]);
  const section = cardSection(await measurePanel(input, workers, session), input);
  return files.map((file) =>
    file.name === "README.md" && typeof file.content === "string"
      ? { ...file, content: withSection(file.content, section) }
      : file,
  );
}

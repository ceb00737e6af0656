import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

interface BuildScript {
  readonly build: (options?: { readonly targets?: readonly object[] }) => string[];
  readonly kernelTargets: readonly object[];
}

/**
 * Builds what tests need, before each run (also in watch mode). Unit tests need the kernels, slow ones also the
 * program.
 */
export default async function setup(project: TestProject): Promise<void> {
  const script = fileURLToPath(new URL("../../scripts/build.mjs", import.meta.url));
  const { build, kernelTargets } = (await import(script)) as BuildScript;
  const update = (): void => void build(project.name === "unit" ? { targets: kernelTargets } : {});
  update();
  project.onTestsRerun(update);
}

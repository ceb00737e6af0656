import type { DesignSettings } from "../../designs/design.js";
import { designOf } from "../../designs/designs.js";
import { hasMatrix } from "../../network/construction.js";
import type { RunSpec } from "../../config/run-spec.js";
import { settingsOf } from "../../config/circuits.js";
import { correctionsOf, publishedOnly } from "../../config/applicability.js";

/**
 * Whether a field has an effect with a spec's circuits, design and construction; fields without an effect are disabled.
 */
export function isApplicable(name: string, spec: RunSpec): boolean {
  const { circuits, construction, schedule, noise } = spec;
  const design = designOf(spec.design);
  const corrections = correctionsOf(construction);
  const isSetting = (setting: keyof DesignSettings): boolean =>
    design === null ? settingsOf(circuits).includes(setting) : design.settings.includes(setting);
  if (design !== null && (publishedOnly as readonly string[]).includes(name)) return false;
  switch (name) {
    case "ramp":
    case "gain":
    case "offset":
    case "cellNeurons":
    case "codeNeurons":
    case "codeSize":
      return isSetting(name);
    case "angles":
      return settingsOf(circuits).includes(name) && (design?.angles ?? null) === null;
    case "S":
      return design === null || design.S.length > 1;
    case "assignment":
      return schedule === "permuted" || schedule === "fixed";
    case "chiFactor":
    case "chi":
    case "kappa":
      return corrections[name];
    case "gate":
      return !hasMatrix(construction);
    case "noiseAt":
      return noise > 0;
    default:
      return true;
  }
}

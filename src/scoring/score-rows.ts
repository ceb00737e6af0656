import { shortNumber } from "../drawing/numbers.js";
import type { Scores } from "./score.js";
import type { CircuitSummary } from "./resampling.js";
import type { Summary } from "./summary.js";

/** One score, as shown in tables and figures. */
export interface ScoreRow {
  /** "layer 2" or "network". */
  readonly where: string;
  readonly score: string;
  readonly mean: number | null;
  /** Half the width of the 95% interval. */
  readonly plusMinus: number | null;
  /** The population to which the interval refers; empty if there is no interval. */
  readonly over: string;
  readonly note: string;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

/** All scores of a result, layer by layer, followed by those of the whole network. */
export function scoreRows({ layers, behaviour }: Scores): ScoreRow[] {
  const rows: ScoreRow[] = [];
  const add = (where: string, score: string, of: Summary | number | null, over: string, note = ""): void => {
    if (of === null) return;
    const { mean, plusMinus } = typeof of === "number" ? { mean: of, plusMinus: null } : of;
    rows.push({ where, score, mean, plusMinus, over: plusMinus === null ? "" : over, note });
  };
  const addSampled = (where: string, score: string, of: CircuitSummary, counted = ""): void => {
    const { sdBetweenCircuits: sd } = of;
    const between = sd === null ? "" : `sd between circuits ${shortNumber(sd, 2)}`;
    add(where, score, of, "test samples", [counted, between].filter((text) => text !== "").join("; "));
  };
  for (const { layer, components, dictionary, probe } of layers) {
    const where = `layer ${layer}`;
    if (components !== null) {
      const dead = components.dead > 0 ? `, ${components.dead} of them 0` : "";
      add(
        where,
        "faithfulness",
        components.faithfulness,
        "",
        `${counted(components.components, "component")}${dead}; 0 is best`,
      );
      add(where, "purity", components.purity, "components");
      add(
        where,
        "share of any circuit",
        components.meanShare,
        "components",
        `noise has ${shortNumber(components.chanceShare)}`,
      );
      add(where, "coverage", components.coverage, "circuits");
    }
    if (dictionary !== null) {
      const dead = dictionary.dead > 0 ? `, ${dictionary.dead} of them 0` : "";
      add(
        where,
        "mean max cosine",
        dictionary.maxCosine,
        "directions",
        `${counted(dictionary.latents, "latent")}${dead}`,
      );
      add(where, "recall at 0.9", dictionary.recall, "");
      add(where, "matched cosine", dictionary.matchedCosine, "directions");
      addSampled(where, "AUC", dictionary.auc, counted(dictionary.auc.count, "circuit"));
      addSampled(where, "F1", dictionary.f1);
      addSampled(where, "R²", dictionary.r2);
    }
    if (probe !== null) {
      addSampled(where, "probe AUC", probe.auc, counted(probe.auc.count, "circuit"));
      addSampled(where, "probe R²", probe.r2);
    }
  }
  if (behaviour !== null) {
    add("network", "error", behaviour.full, "test samples", "0 is best");
    add(
      "network",
      "error, own components",
      behaviour.kept,
      "test samples",
      `${shortNumber(behaviour.components)} kept per layer`,
    );
    add("network", "error, random components", behaviour.random, "test samples");
    add("network", "error, naive", behaviour.naive, "");
  }
  return rows;
}

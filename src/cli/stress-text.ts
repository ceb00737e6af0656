import { counted, shortNumber } from "../drawing/numbers.js";
import { relativeKinds } from "../studies/stress/perturbations.js";
import type { StressInput, StressReport, StressRow } from "../studies/stress/panel.js";
import { formatTable } from "./table.js";

/** The x of a network, even of one that fails, counts as bounded if at most this many times the size of the inputs. */
const BOUNDED = 10;

/** Readable tables: the network, a summary, and a line for each perturbation. */
export function reportText(
  report: StressReport,
  { samples, numbers }: Pick<StressInput, "samples" | "numbers">,
): string {
  const { inventory: own, headlines, rows } = report;
  const perStep = own.layers / own.steps;
  const parts = [
    `${own.neurons} neurons, ${counted(own.layers, "layer")} for ${counted(own.steps, "step")} (${shortNumber(perStep)} per step; ${own.differentLayers} distinct), ` +
      `${counted(own.circuits, "circuit")} (${own.differentCircuits} distinct)\n` +
      `largest weight ${shortNumber(own.largestWeight)}, bias ${shortNumber(own.largestBias)}, activation ${shortNumber(own.largestActivation)}`,
  ];
  headlines.forEach(({ z, depth, isLeast, smallest, largest }) => {
    const isAsked = rows.some((row) => row.z === z && relativeKinds.includes(row.kind));
    const halved =
      smallest === null
        ? isAsked
          ? `; no level of noise on weights, neurons or inputs halves it${rows.some((row) => row.z === z && row.halves) ? ", but lines with * do" : ""}`
          : ""
        : `; halved at a level of ${percent(smallest.level)}: ${smallest.name} (depth ${smallest.depth})`;
    const at = largest.level === null ? largest.name : `${largest.name}, ${shortNumber(largest.level)}`;
    const growth = `largest root mean square of x: ${shortNumber(largest.size)} (${at}), ${largest.size <= BOUNDED ? "bounded" : "growing"}`;
    parts.push(
      `z = ${z}: depth ${depthText(depth, isLeast)}${halved}\n${growth}\n${counted(samples, "sample")} in each of ${counted(numbers.length, "network")}`,
      rowsText(rows.filter((row) => row.z === z)),
      detailsText(z, report),
    );
  });
  return parts.join("\n\n");
}

function rowsText(rows: readonly StressRow[]): string {
  return formatTable(
    ["perturbation", "level", "depth", "at step", "mean square", "over 0.25", "largest |x|", "activation"],
    rows.map((row) => [
      row.name,
      row.level === null ? "" : shortNumber(row.level),
      `${depthText(row.depth, row.isLeast)}${row.halves ? " *" : "  "}`,
      String(row.step),
      ...[row.meanSquare, row.wrong, row.size, row.largest].map((value) => shortNumber(value)),
    ]),
    ["perturbation"],
  );
}

function detailsText(z: number, { inactive, worst }: StressReport): string {
  const lines = inactive
    .filter((row) => row.z === z)
    .map(({ step, wrongX, unseenX, wrongIndicators, largestX, largestIndicator }) => {
      const rest =
        wrongIndicators === null || largestIndicator === null
          ? ""
          : `, ${shortNumber(unseenX)} of them with an indicator of at most 0.25; ${shortNumber(wrongIndicators)} with an indicator over 0.25 (largest ${shortNumber(largestIndicator)})`;
      return `inactive circuits at step ${step}: ${shortNumber(wrongX)} per sample with |x| over 0.25 (largest ${shortNumber(largestX)})${rest}`;
    });
  const found = worst
    .filter((row) => row.z === z)
    .map(
      ({ step, error, circuits }) =>
        `worst set found by search at step ${step}: circuits ${circuits.join(", ")}, off by ${shortNumber(error)}`,
    );
  return ["* at most half the depth", ...lines, ...found].join("\n");
}

/**
 * Two Markdown tables for cards and docs: the network's sizes, and the depth under each perturbation, with a row for
 * each z.
 */
export function markdownText(report: StressReport): string {
  const { inventory: own, headlines, rows, inactive } = report;
  const survives = headlines.map(({ z, depth, isLeast, smallest, largest }) => {
    const depthOf = (kind: string, level: number | null): string => {
      const row = rows.find((each) => each.z === z && each.kind === kind && each.level === level);
      return row === undefined ? "–" : depthText(row.depth, row.isLeast);
    };
    return [
      String(z),
      depthText(depth, isLeast),
      smallest === null ? "–" : `${percent(smallest.level)}, ${smallest.name}`,
      ...survived(z).map(([, kind, level]) => depthOf(kind, level)),
      shortNumber(largest.size),
    ];
  });
  const made = headlines.map(({ z }) => {
    const { wrongX, unseenX } = inactive.find((row) => row.z === z) ?? { wrongX: 0, unseenX: 0 };
    return [
      String(z),
      `${own.layers} for ${own.steps}`,
      `${own.circuits}, ${own.differentCircuits} differ`,
      ...[own.largestWeight, own.largestBias, own.largestActivation, wrongX, unseenX].map((value) =>
        shortNumber(value),
      ),
    ];
  });
  const titles = survived(0).map(([title]) => title);
  return [
    markdownTable(["z", "depth", "halved by", ...titles, "x at most"], survives),
    markdownTable(
      [
        "z",
        "layers, steps",
        "circuits",
        "largest weight",
        "bias",
        "activation",
        "inactive x > 0.25 per sample",
        "unseen by indicators",
      ],
      made,
    ),
  ].join("\n\n");
}

const SECTION = "## What it survives\n";

/** The stress section of a model's card. */
export function cardSection(report: StressReport, { samples }: Pick<StressInput, "samples">): string {
  return `${SECTION}
The tables give the number of steps for which the mean square of x stays at most 0.25, for each number z of active circuits, unperturbed and under perturbations (${samples} samples). *Halved by* is the smallest
relative perturbation that halves the depth. *x at most* is the largest root mean square of x under any perturbation. Measured by \`superpose stress\`; docs/stress.md in the package explains each column.

${markdownText(report)}
`;
}

/**
 * Puts the section into a card: in place of an existing stress section or, if the card has no such section, before the
 * section on tensors.
 */
export function withSection(card: string, section: string): string {
  const start = card.indexOf(`\n${SECTION}`) + 1;
  const next = (from: number, heading: string): number => {
    const at = card.indexOf(`\n${heading}`, from);
    return at === -1 ? card.length : at + 1;
  };
  const from = start === 0 ? next(0, "## Tensors") : start;
  const rest = card.slice(start === 0 ? from : next(start, "## "));
  return `${card.slice(0, from)}${section}${rest === "" ? "" : `\n${rest}`}`;
}

/** The perturbations in the columns of the first table in {@link markdownText}: title, kind and level. */
function survived(z: number): readonly (readonly [title: string, kind: string, level: number | null])[] {
  return [
    ["weights ± 1%", "weightNoise", 0.01],
    ["and biases", "parameterNoise", 0.01],
    ["bfloat16", "bfloat16All", null],
    ["int8", "int8", null],
    ["σ = 0.01 before ReLU", "noiseBefore", 0.01],
    ["σ = 0.01 after", "noiseAfter", 0.01],
    ["inputs ± 0.01", "inputNoise", 0.01],
    ["indicator 0.9", "indicatorLow", 0.1],
    ["1.1", "indicatorHigh", 0.1],
    ["\\|x\\| = 0.5", "length", 0.5],
    ["1.5", "length", 1.5],
    ["all at once", "all", null],
    ["z − 1", "active", z - 1],
    ["z + 1", "active", z + 1],
    ["z + 2", "active", z + 2],
    ["t, t + 1", "neighbours", null],
    ["of one cell", "cell", null],
    ["worst sets", "search", null],
  ];
}

function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return [titles, titles.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const depthText = (depth: number, isLeast: boolean): string => `${isLeast ? "≥ " : ""}${depth}`;
const percent = (share: number): string => `${Number((100 * share).toPrecision(2))}%`;

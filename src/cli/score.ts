import { extname } from "node:path";
import { Option, type Command } from "commander";
import { within } from "../base/errors.js";
import { numberFrom } from "../config/fields.js";
import { checked, wholeSchema } from "../base/validation.js";
import { checkWritable, writeWhole } from "../base/write-whole.js";
import { svgText } from "../drawing/svg.js";
import { shortNumber } from "../drawing/numbers.js";
import { importToScore } from "../exchange/multi-part-model.js";
import { MAX_HEADER } from "../exchange/safetensors.js";
import type { Scores } from "../scoring/score.js";
import { scoreRows } from "../scoring/score-rows.js";
import { hasParts, layersOf, type ScoredNetwork } from "../scoring/scored-network.js";
import { noteIgnored } from "./circuits-file.js";
import { readBytes } from "../base/read-bytes.js";
import { hintFor, readWith } from "./read-model.js";
import { withProgress } from "./progress.js";
import type { Session } from "./session.js";
import { formatTable } from "./table.js";

/** Largest number of samples in a split. */
const MOST_SAMPLES = 1_000_000;

interface Options {
  readonly json?: true;
  readonly figure?: string;
  readonly samples: string;
  readonly z?: string;
}

/** `superpose score`: compares the result of a method with the truth. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Compares what a method found in an exported model with what the model computes: parameter components " +
        "(layers.2.U [C, D, r], layers.2.V [C, r, D]), dictionaries (layers.2.decoder [F, D], with or without encoder and bias) " +
        "and linear probes (layers.2.probe [T, 1 + readout rows, D]). For a design's network, dictionaries and probes are scored at layers where circuits complete a step, and components at layers where some weights belong to individual circuits. docs/scoring.md defines every number.",
    )
    .argument("<model>", "a .safetensors or .npz file from `superpose export` or `superpose zoo`, or its folder")
    .argument("<file>", "the method's result, .safetensors or .npz")
    .option("--json", "print all scores as JSON, including every component and circuit")
    .option("--figure <file>", "also draw the scores to an .svg file")
    .addOption(samplesOption())
    .addOption(zOption())
    .addHelpText("after", "\nExample:\n  superpose score bench-tiny components.safetensors")
    .action(async (path: string, file: string, options: Options) => {
      const { figure } = options;
      if (figure !== undefined) checkWritable(figure, [".svg"]);
      const imported = readWith(path, importToScore);
      const network = networkOf(imported);
      const settings = scoringSettings(imported, options);
      const [{ readResult, LARGEST_RESULT }, { scoreResult }, { loadKernels }] = await Promise.all([
        import("../scoring/result-file.js"),
        import("../scoring/score.js"),
        import("../kernels/node.js"),
      ]);
      const bytes = readBytes(file, LARGEST_RESULT + MAX_HEADER);
      const hint = hintFor(extname(file).toLowerCase(), bytes, "Results");
      const result = within(file, () => readResult(bytes, network), hint);
      const scores = await withProgress("scoring", () => scoreResult(network, result, settings, () => loadKernels()));
      if (result.ignored.length > 0) noteIgnored(file, result.ignored, "with other names", session);
      if (figure !== undefined) await drawScores(scores, figure, `superpose score ${path} ${file} --figure ${figure}`);
      if (options.json === true) {
        const head = { version: session.version, shape: shapeOf(network), settings, ignored: result.ignored };
        session.print(`${JSON.stringify({ ...head, ...scores }, null, 2)}\n`);
      } else session.print(`${scoresText(scores)}\n`);
    });
}

async function drawScores(scores: Scores, path: string, command: string): Promise<void> {
  // Loaded here so that help and input errors appear immediately.
  const [{ createDocument }, { scoresFigure }] = await Promise.all([
    import("../drawing/node-document.js"),
    import("../scoring/figure.js"),
  ]);
  const { svg } = scoresFigure(scores, { document: createDocument(), id: "scores", command });
  writeWhole(path, svgText(svg));
}

export function samplesOption(): Option {
  return new Option("--samples <number>", "samples in each split").default("2000");
}

export function zOption(): Option {
  return new Option("--z <number>", "circuits active at once (default: the first z in the model's spec)");
}

export function networkOf(imported: ReturnType<typeof importToScore>): ScoredNetwork {
  return "network" in imported ? { ...imported.network, owned: imported.owned } : imported.model;
}

/** The network's sizes; for a network of several parts, also the layers in which circuits complete a step. */
function shapeOf(network: ScoredNetwork): object {
  if (!hasParts(network)) return network.shape;
  const { d, T, L } = network.circuits;
  const { D, layers, steps } = layersOf(network);
  return { D, d, T, L, layers, steps };
}

/** Settings of the samples, from a model's metadata and the flags. */
export function scoringSettings(
  imported: ReturnType<typeof importToScore>,
  options: { readonly samples: string; readonly z?: string },
): { construction: string; samples: number; z: number; seed: number } {
  const { metadata } = imported;
  const spec = specOf(metadata);
  const z = options.z === undefined ? (spec.z ?? 1) : numberFrom(options.z);
  return {
    construction: "network" in imported ? (metadata["design"] ?? "parts") : (metadata["construction"] ?? "balanced"),
    samples: checked("samples", wholeSchema(2, MOST_SAMPLES), numberFrom(options.samples)),
    z: checked("z", wholeSchema(1, networkOf(imported).circuits.T), z),
    seed: spec.seed ?? 1,
  };
}

/** The z and the seed of the spec in a file's metadata; a value that cannot be read is left out. */
function specOf(metadata: Readonly<Record<string, string>>): { z?: number; seed?: number } {
  try {
    const spec = JSON.parse(metadata["spec"] ?? "{}") as { readonly z?: unknown; readonly seed?: unknown } | null;
    const z: unknown = Array.isArray(spec?.z) ? spec.z[0] : undefined;
    const seed = spec?.seed;
    return {
      ...(Number.isSafeInteger(z) ? { z: z as number } : {}),
      ...(Number.isSafeInteger(seed) && (seed as number) >= 0 ? { seed: seed as number } : {}),
    };
  } catch {
    return {};
  }
}

/** A table with a line for each score. */
function scoresText(scores: Scores): string {
  const rows = scoreRows(scores).map(({ where, score, mean, plusMinus, over, note }) => [
    ...[where, score, mean === null ? "–" : shortNumber(mean)],
    ...[plusMinus === null ? "" : `± ${shortNumber(plusMinus, 2)}`, over, note],
  ]);
  return formatTable(["where", "score", "value", "95%", "over", ""], rows, ["where", "score", "95%", "over", ""]);
}

import { statSync } from "node:fs";
import { extname } from "node:path";
import { Option, type Command } from "commander";
import { checked, wholeSchema } from "../base/validation.js";
import { checkWritable, writeInPlaces } from "../base/write-whole.js";
import { numberFrom, fieldFromText, fieldNamed } from "../config/fields.js";
import { bytesText } from "../config/combinations.js";
import { parseField } from "../config/parse-spec.js";
import { splits, type Split } from "../engine/splits.js";

import { withProgress } from "./progress.js";
import { importModelOrNetwork } from "../exchange/multi-part-model.js";
import { readModelFor } from "./read-model.js";
import type { Session } from "./session.js";

interface Options {
  readonly samples: string;
  readonly split: Split;
  readonly seed?: string;
  readonly z?: string;
  readonly out: string;
}

const endings = [".safetensors", ".npz", ".parquet"];

/** `superpose activations`: a model's activations on many samples, as input for interpretability methods. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Runs random samples through a model from `superpose export` or `superpose zoo`. Writes circuits [N, z], inputs [N, z, d], truth.L [N, z, d] (the values in each " +
        "active circuit when it runs alone) and activations.L [N, D] for every layer; layer 0 is the embedded input. In a design, a step of the " +
        "circuits may take several layers: truth.L is for step L, and the list `steps` in the metadata gives the layer that completes each " +
        "step. Even with the same seed, the two splits and `superpose run` draw their samples from different streams of random numbers. Memory does not " +
        "grow with N. One thread does all the work, and the same arguments always produce the same bytes.",
    )
    .argument("<model>", "a .safetensors or .npz file, or its folder")
    .requiredOption("--out <file>", `a ${endings.join(", ")} file; in Parquet, each sample is a row of lists`)
    .addOption(new Option("--samples <number>", "how many").default("1000"))
    .addOption(new Option("--split <name>", "which samples").choices(splits).default("train"))
    .addOption(new Option("--seed <number>", "seed of the samples (default: the model's own)"))
    .addOption(new Option("--z <number>", "circuits active at once (default: the first z in the model's spec)"))
    .addHelpText(
      "after",
      "\nExample:\n  superpose activations model --samples 10000 --split test --out test.safetensors",
    )
    .action(async (path: string, options: Options) => {
      await writeActivations(path, options, session);
    });
}

async function writeActivations(path: string, options: Options, session: Session): Promise<void> {
  const { out, split } = options;
  checkWritable(out, endings);
  const imported = readModelFor(out, path, importModelOrNetwork);
  const { metadata } = imported;
  const source = "model" in imported ? imported.model : imported.network;
  const own = ownSettings(metadata["spec"]);
  const seed = parseField("seed", fieldFromText(fieldNamed("seed"), options.seed ?? String(own.seed))) as number;
  const { MOST_RECORDED, recordActivations, recordedSteps, recordedTensors } =
    await import("../exchange/activations.js");
  const z = checked("z", wholeSchema(1, source.circuits.T), numberFrom(options.z ?? String(own.z)));
  const samples = checked("samples", wholeSchema(1, MOST_RECORDED), numberFrom(options.samples));
  const [{ sampleSinks }, { loadKernels }] = await Promise.all([
    import("../exchange/sample-sinks.js"),
    import("../kernels/node.js"),
  ]);
  const about = {
    version: session.version,
    ...(metadata["spec_hash"] === undefined ? {} : { spec_hash: metadata["spec_hash"] }),
    ...{ split, seed: String(seed), z: String(z), samples: String(samples) },
    ...("model" in imported ? {} : { steps: JSON.stringify(recordedSteps(source)) }),
  };
  await withProgress("running", ({ update }) =>
    writeInPlaces(out, async (write) => {
      const sink = sampleSinks[extname(out).toLowerCase()](recordedTensors(source, { samples, z }), about, write);
      await recordActivations(source, { samples, z, seed, split }, loadKernels(), sink, {
        onProgress: update,
        signal: session.signal,
      });
    }),
  );
  session.print(`${out}  ${bytesText(statSync(out).size)}\n`);
}

/** The seed and the first z of the spec in a file's metadata; both are 1 if there is no spec. */
function ownSettings(text: string | undefined): { readonly seed: unknown; readonly z: unknown } {
  try {
    const { seed = 1, z = 1 } = JSON.parse(text ?? "{}") as { seed?: unknown; z?: unknown };
    return { seed, z: Array.isArray(z) ? z[0] : z };
  } catch {
    return { seed: 1, z: 1 };
  }
}

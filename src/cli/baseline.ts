import { extname } from "node:path";
import { Option, type Command } from "commander";
import { oneOf } from "../base/errors.js";
import { counted } from "../drawing/numbers.js";
import { numberFrom } from "../config/fields.js";
import { checked, wholeSchema } from "../base/validation.js";
import { checkWritable, writeWhole } from "../base/write-whole.js";
import { writeNpz } from "../exchange/npz.js";
import { writeSafetensors } from "../exchange/safetensors.js";
import { importToScore } from "../exchange/multi-part-model.js";
import { baselineMethods } from "../scoring/baselines/methods.js";
import { readModelFor } from "./read-model.js";
import { networkOf, samplesOption, scoringSettings, zOption } from "./score.js";
import { withProgress } from "./progress.js";
import type { Session } from "./session.js";

interface Options {
  readonly method: string;
  readonly out: string;
  readonly samples: string;
  readonly z?: string;
  readonly layers?: string;
  readonly seed: string;
}

/** `superpose baseline`: runs a simple method whose result serves as a baseline for other scores. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Fits a method to an exported model, using samples of the model's train split if the method needs any, and writes the result in the format that " +
        "`superpose score` reads. The same model, method and seed always produce the same bytes. `--method truth` writes what a perfect method would find.",
    )
    .argument("<model>", "a .safetensors or .npz file from `superpose export` or `superpose zoo`, or its folder")
    .addOption(new Option("--method <name>", "the method").choices(baselineMethods).makeOptionMandatory())
    .requiredOption("--out <file>", "output file, .safetensors or .npz")
    .addOption(samplesOption())
    .addOption(zOption())
    .addOption(new Option("--seed <number>", "seed for the method's random numbers").default("1"))
    .option(
      "--layers <list>",
      "layers to fit, counted from 1, e.g. 2,4 (default: all; for a design, the layers at which circuits complete a step or own weights)",
    )
    .addHelpText("after", "\nExample:\n  superpose baseline bench-tiny --method pca --out pca.safetensors")
    .action(async (path: string, options: Options) => {
      checkWritable(options.out, [".safetensors", ".npz"]);
      const method = oneOf("method", options.method, baselineMethods);
      const methodSeed = checked("seed", wholeSchema(0, Number.MAX_SAFE_INTEGER), numberFrom(options.seed));
      const imported = readModelFor(options.out, path, importToScore);
      const layers =
        options.layers === undefined
          ? {}
          : {
              layers: options.layers
                .split(",")
                .map((layer) => checked("layers", wholeSchema(1, 99_999), numberFrom(layer))),
            };
      const settings = { ...scoringSettings(imported, options), method, methodSeed, ...layers };
      const tensors = await withProgress(`fitting ${method}`, async () => {
        const [{ fitBaseline }, { loadKernels }] = await Promise.all([
          import("../scoring/baselines/baseline.js"),
          import("../kernels/node.js"),
        ]);
        return fitBaseline(networkOf(imported), settings, () => loadKernels());
      });
      const metadata = { method, settings: JSON.stringify(settings), version: session.version };
      const isNpz = extname(options.out).toLowerCase() === ".npz";
      writeWhole(options.out, isNpz ? writeNpz(tensors, metadata) : writeSafetensors(tensors, metadata));
      session.note(`${options.out}: ${counted(tensors.size, "tensor")}`);
    });
}

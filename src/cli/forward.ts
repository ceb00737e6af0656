import type { Command } from "commander";
import { InputError } from "../base/errors.js";
import { isObject } from "../base/validation.js";
import { compareCase, parseCase } from "../network/case.js";
import { checkWritable, writeWhole } from "../base/write-whole.js";
import { readData } from "./read-data.js";
import { namesModel } from "./read-model.js";
import type { Session } from "./session.js";

/** `superpose forward`: runs a network on given inputs and prints everything that it computes. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Reads assignments, circuits (angles in radians) and inputs from a case file and prints {input, expected}: chi, the truth, the " +
        "activations of every layer and the readout of every circuit. If the file has `expected`, the largest " +
        "deviation from it goes to stderr.",
    )
    .argument("<case>", "a case file, .json or .yaml")
    .option("--out <file>", "write to a .json file instead of printing")
    .addHelpText("after", "\nExample:\n  superpose forward test/reference/cases/rotation-capped.json --out answer.json")
    .action(async (file: string, { out }: { out?: string }) => {
      if (out !== undefined) checkWritable(out, [".json"]);
      await forward(file, out, session);
    });
}

/** A case file's input and, if given, its expected output. A file without the key `input` is itself the input. */
function caseIn(content: unknown): { readonly input: unknown; readonly expected?: unknown } {
  if (isObject(content) && Object.hasOwn(content, "input")) return content as { readonly input: unknown };
  return { input: content };
}

async function forward(file: string, out: string | undefined, session: Session): Promise<void> {
  if (namesModel(file)) {
    throw new InputError(
      `${file}: this is an exported model, not a case file; run it with \`superpose import\`, or get its activations with \`superpose activations\` or model.py.`,
      "file",
    );
  }
  const { input, expected: reference } = caseIn(readData(file));
  const parsed = parseCase(input);
  // Loaded here so that help and input errors appear immediately.
  const [{ runCase }, { loadKernels }] = await Promise.all([
    import("../engine/run-case.js"),
    import("../kernels/node.js"),
  ]);
  const expected = runCase(parsed, loadKernels());
  const deviation = reference === undefined ? undefined : compareCase(expected, reference);
  const json = JSON.stringify({ input, expected }) + "\n";
  if (out === undefined) session.print(json);
  else writeWhole(out, json);
  if (deviation) {
    const where = deviation.where === "" ? "" : ` at ${deviation.where}`;
    session.note(
      `largest deviation from the expected output in the file: ${deviation.largest.toExponential(2)}${where}`,
    );
  }
}

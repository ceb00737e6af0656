import type { Network } from "../network/network.js";
import { givenReadouts } from "../config/circuits.js";
import type { RunSpec } from "../config/run-spec.js";
import { modelCard } from "./card.js";
import { exportModel } from "./model.js";
import { modelPy } from "./model-py.js";
import { writeNpz } from "./npz.js";
import { checkTexts } from "./tensor.js";
import { writeSafetensors } from "./safetensors.js";

/** One file of a model's folder. */
export interface ModelFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** Text that the files contain in addition to the network. */
export interface ModelFilesText {
  readonly title: string;
  readonly about: string;
  readonly command: string;
  readonly version: string;
  readonly errors?: string;
  readonly floors?: string;
}

/** @throws InputError naming the missing or invalid text */
export function checkFilesText(text: ModelFilesText): void {
  checkTexts("text", text, ["title", "about", "command", "version"]);
  checkTexts("text", { errors: "", floors: "", ...text }, ["errors", "floors"]);
}

/**
 * The files of an exported network: model.safetensors, model.npz, README.md and model.py. The same network, spec and
 * text produce the same bytes.
 *
 * @param index index of the network in the run, from 0
 * @throws InputError if an argument is out of bounds (the error names it) or the network is too large to write
 */
export async function modelFiles(
  network: Network,
  spec: RunSpec,
  index: number,
  text: ModelFilesText,
): Promise<ModelFile[]> {
  checkFilesText(text);
  const { tensors, metadata } = await exportModel(network, spec, index, text.version);
  return [
    { name: "model.safetensors", content: writeSafetensors(tensors, metadata) },
    { name: "model.npz", content: writeNpz(tensors, metadata) },
    {
      name: "README.md",
      content: modelCard(network, tensors, {
        ...text,
        beside: besideOf(spec),
        areCircuitsGiven: givenReadouts(spec.circuits) !== null,
        specHash: metadata["spec_hash"],
      }),
    },
    { name: "model.py", content: modelPy(network.construction) },
  ];
}

/** Effects that a run of the spec includes but the weights do not. */
function besideOf({ gate, noise, noiseAt }: RunSpec): string {
  const parts: string[] = [];
  if (gate === "oracle") {
    parts.push(
      "**The spec's gate is the oracle**, which is neither in the weights nor in model.py: in every layer, it keeps pre-activations of either sign on the " +
        "neurons of active circuits, and sets all other neurons to 0. `superpose import` applies the oracle, so the errors that it measures differ from those of the ReLU network here.",
    );
  }
  if (noise > 0) {
    parts.push(
      `**The spec has noise**, which is not in the files: normal, with standard deviation ${noise}, on every neuron's ${noiseAt} in every layer. ` +
        "`superpose run` adds the noise; model.py and `superpose import` do not.",
    );
  }
  return parts.join("\n\n");
}

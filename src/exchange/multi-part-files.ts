import { designOf } from "../designs/designs.js";
import { denseWeights } from "../network/dense.js";
import { isOwned, widthOf, type Layer } from "../network/layer.js";
import type { MultiPartNetwork } from "../network/multi-part.js";
import { wholeNumber } from "../base/errors.js";
import { circuitsName } from "../config/circuits.js";
import { checkSpec } from "../config/check-spec.js";
import { specHash } from "../config/hash.js";
import type { RunSpec } from "../config/run-spec.js";
import { loadSection } from "./card-load.js";
import { FORMAT, LARGEST_MODEL } from "./model.js";
import { checkFilesText, type ModelFile, type ModelFilesText } from "./model-files.js";
import { multiPartModelPy } from "./model-py.js";
import { areAlike, multiPartTensors } from "./multi-part-tensors.js";
import { writeNpz } from "./npz.js";
import { writeSafetensors } from "./safetensors.js";

/**
 * The files of an exported network of several parts: model.safetensors, model.npz, README.md and model.py. The same
 * network, spec and text produce the same bytes.
 *
 * @throws InputError if an argument is out of bounds (the error names it) or the network is too large to write
 */
export async function multiPartFiles(
  network: MultiPartNetwork,
  spec: RunSpec,
  index: number,
  text: ModelFilesText,
): Promise<ModelFile[]> {
  checkFilesText(text);
  checkSpec(spec);
  wholeNumber("index", index, 0);
  const tensors = multiPartTensors(network, LARGEST_MODEL);
  const hash = await specHash(spec);
  const metadata = {
    format: `${FORMAT} parts`,
    version: text.version,
    design: spec.design,
    parts: JSON.stringify(network.parts),
    readouts: JSON.stringify(network.circuits.readouts.map(({ name }) => name)),
    spec: JSON.stringify(spec),
    spec_hash: hash,
    seed: String(spec.seed),
    network: String(index),
  };
  return [
    { name: "model.safetensors", content: writeSafetensors(tensors, metadata) },
    { name: "model.npz", content: writeNpz(tensors, metadata) },
    { name: "README.md", content: card(network, spec, hash, text) },
    { name: "model.py", content: multiPartModelPy },
  ];
}

function card(
  { circuits, parts, layers }: MultiPartNetwork,
  spec: RunSpec,
  hash: string,
  text: ModelFilesText,
): string {
  const { T, L } = circuits;
  const { angles = null, mostActive, caveats } = designOf(spec.design) ?? {};
  const rows = parts.map(({ name, d, P, offset }) => `| ${name} | ${offset} to ${offset + d * P - 1} | ${d} × ${P} |`);
  return `# ${text.title}

${text.about}

A ReLU network of ${layers.length} layers with ${widthOf(parts)} neurons each that runs ${T} ${spec.circuits === "rotation" ? "conditional rotations" : `circuits (${circuitsName(spec.circuits)})`}, built with the ${spec.design} design. The
circuits take ${L} steps; \`steps\` lists the layer that completes each step. All weights are made by hand; nothing is trained.${
    angles === null
      ? ""
      : ` **Each circuit turns x by one of ${angles} angles, and each input is at one of these angles;** the design allows no other angles.`
  } ${
    mostActive === undefined
      ? ""
      : `It is designed for at most ${mostActive} active circuit${mostActive === 1 ? "" : "s"} at a time, at any size. `
  }docs/designs in the package explains the design's trade-offs.
${caveats === undefined ? "" : `\n**What it does not survive**, at D = 1000: ${caveats} \`superpose stress FOLDER --card\` adds the whole panel for this model.\n`}${text.errors === undefined ? "" : `\n## Errors\n\n${text.errors}\n`}
Made by version ${text.version} of circuits-in-superposition. The same command produces the same bytes:

\`\`\`sh
${text.command}
\`\`\`

Spec hash ${hash}; the whole spec and the seed are in the file's metadata.

## Neurons

| part | neurons | blocks |
|---|---|---|
${rows.join("\n")}

Neuron n of block i of a part has number offset + i·P + n.

## Tensors

| name | shape | what |
|---|---|---|
| \`weights.K\`, \`biases.K\` | [D, D], [D] | A^n = ReLU(W A^(n−1) + B); equal layers share them |
| \`layers.weights\`, \`layers.biases\` | [layers] | K of each layer, from layer 1 onwards; −1 is the identity |
| \`steps\` | [L] | the layer that completes the circuits' step l |
| \`components.K.U.…\`, \`components.K.V.…\` | index [entries, 3], value [entries] | circuit, k, neuron: factors U_t, V_t of the part of \`weights.K\` that circuit t owns; no circuit owns the rest (copies and gates) |
| \`write.index\`, \`write.value\` | [entries, 3], [entries] | circuit, component, neuron: A^0[neuron] += value·a^0[component] for every active circuit |
| \`reads\`, \`read.K.index\`, \`read.K.value\` | [L], [entries, 3], [entries] | circuit, row, neuron: y[row] += value·A[neuron]; \`reads\` has the K of each step |
| \`constants\` | [L, rows] | added to y; the rows belong to the readouts ${circuits.readouts.map(({ name }) => `\`${name}\``).join(", ")}, in this order |
| \`circuits.weight\`, \`circuits.bias\` | ${areAlike(circuits) ? "[T, d, d], [d] | the small circuits: a^l = ReLU(w a^(l−1) + b), the same in all steps" : "[L, T, d, d], [L, d] | the small circuits: a^l = ReLU(w^l a^(l−1) + b^l)"} |
| \`readout.NAME\` | [rows, d] | R of a readout y = R·a, where a holds the activations of a circuit that runs alone |
| \`inputs.…\` | | how inputs a^0 are drawn |

This card has no floors of linear readout [L3]. They apply to layers with one direction for each neuron of each circuit, but a design stores circuits in several parts,
some of which are codes that only a threshold can read. \`superpose floors\` accepts any array of directions.

In every layer from layer 2 onwards, W = Σ_t U_t V_t + rest; \`model.components(n)\` in model.py returns these terms. Circuits own the weights that perform their steps. The rest (copies of
neurons, and the gates between parts) serves all circuits. In all distinct layers together, ${Number((100 * sharedShare({ parts, layers })).toPrecision(4))}% of ‖W‖² is the shared part, because gates have large weights.

${loadSection({
  layers: layers.length,
  L,
  D: widthOf(parts),
  T,
  readout: circuits.readouts.at(-1)!.name,
  hasComponents: true,
})}

\`superpose import model.safetensors\` runs random samples through the file and prints the errors by step. \`superpose activations model.safetensors --out FILE\` writes the
activations of all ${layers.length} layers with the truth of every step.

Equal layers share their parameters; use \`safetensors.torch.save_model\` to save the module.
`;
}

/** The fraction of ‖W‖² that belongs to no circuit, over the distinct layers from layer 2 onwards. */
function sharedShare({ parts, layers }: Pick<MultiPartNetwork, "parts" | "layers">): number {
  const square = (own: readonly Layer[]): number =>
    own.reduce(
      (sum, layer) =>
        denseWeights({ parts, layers: [layer, layer] }, 2).reduce((all, value) => all + value * value, sum),
      0,
    );
  const distinct = [...new Set(layers.slice(1))];
  const all = square(distinct);
  return all === 0
    ? 0
    : square(distinct.map((layer) => ({ ...layer, terms: layer.terms.filter((term) => !isOwned(term)) }))) / all;
}

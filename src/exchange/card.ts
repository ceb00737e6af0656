import { toRaw } from "../circuits/raw.js";
import { paddingText } from "../circuits/usage.js";
import type { Network } from "../network/network.js";
import { blockSize } from "../base/shape.js";
import { loadSection } from "./card-load.js";
import { weightsSection } from "./card-weights.js";
import type { Tensor } from "./tensor.js";

/** The parts of a model card that cannot be derived from the network and its tensors. */
export interface CardText {
  readonly title: string;
  /** A description of what the circuits compute. */
  readonly about: string;
  /** The command that creates the same files. */
  readonly command: string;
  readonly version: string;
  readonly specHash: string;
  /** Effects that a run of the spec includes but the weights do not; empty if there are none. */
  readonly beside?: string;
  /** Whether the user supplied the small circuits. */
  readonly areCircuitsGiven?: boolean;
  /** The section on expected and measured errors, in Markdown. */
  readonly errors?: string;
  /** The section on lower bounds for linear readout of a layer, in Markdown. */
  readonly floors?: string;
}

const meanings: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [
    /^layers\.\d+\.weight$/,
    "W of the layer, with a row per output neuron; layer 1 has no W, because its weight is the identity",
  ],
  [/^layers\.\d+\.bias$/, "B of the layer"],
  [/^embedding\.neurons$/, "[L, T, S], ground truth: the neurons of each circuit in each layer"],
  [/^unembedding\.scale$/, "[L], the scale used to read out circuits"],
  [/^unembedding\.shift$/, "[L], the shift used to read out circuits"],
  [/^circuits\.weight$/, "[L, T, d, d], ground truth: the weights of the small circuits"],
  [/^circuits\.mean$/, "[L, d, d], the part of these weights that the network's construction shares between circuits"],
  [/^circuits\.bias$/, "[L, d], the biases of the small circuits"],
  [/^readout\./, "R of a readout y = R·a, where a holds a circuit's activations"],
  [/^inputs\.of$/, "[T], the index of each circuit's input distribution (listed below)"],
  [/^inputs\.\d+\.center$/, "each input is `center` + cos φ·`cos` + sin φ·`sin`, with φ uniform"],
  [/^inputs\.\d+\.(cos|sin)$/, "the same"],
  [/^inputs\.\d+\.low$/, "each component of an input is uniform from low to high"],
  [/^inputs\.\d+\.high$/, "the same"],
  [/^inputs\.\d+\.vectors$/, "each input is one of these vectors, chosen uniformly"],
];

/** The README.md of a model, with a description, a list of its tensors, and instructions for loading it. */
export function modelCard(network: Network, tensors: ReadonlyMap<string, Tensor>, text: CardText): string {
  const { shape, circuits, construction } = network;
  const { D, d, T, S, L } = shape;
  const P = blockSize(shape);
  const padding = paddingText(toRaw(circuits));
  const ratio = Number(((T * d) / D).toPrecision(3));
  const readouts = circuits.readouts.map(
    ({ name, matrix }) => `\`${name}\` (${matrix.length} ${matrix.length === 1 ? "row" : "rows"})`,
  );
  const first = circuits.readouts.at(-1)!.name;
  return `# ${text.title}

${text.about}

A ReLU network of ${L} layers with ${D} neurons each that runs ${T} small circuits of ${d} neurons per layer in superposition:
${ratio} times as many circuit neurons as network neurons. Each circuit neuron is spread over ${S} neurons, and few circuits
are active at once. The weights are made by the ${construction} construction, so the file states what this network should compute and which neurons
and weights each circuit uses.

Made by version ${text.version} of circuits-in-superposition. The same command produces the same bytes:

\`\`\`sh
${text.command}
\`\`\`

Spec hash ${text.specHash}; the whole spec and the seed are in the file's metadata.

## Files

| file | what |
|---|---|
| \`model.safetensors\` | all tensors and metadata |
| \`model.npz\` | the same for NumPy; the metadata is JSON text, \`json.loads(str(file["metadata"]))\` |
| \`model.py\` | the network as a torch.nn.Module, with the truth about its circuits |

## The network

With A⁰ the embedded input, for l = 1…${L}:

    A^l = ReLU(W^l A^(l−1) + B^l)

The ${D} neurons form ${d} blocks of P = ${P}. Component i of a circuit lives in block i, on the ${S} neurons i·P + n with n in
\`embedding.neurons[l − 1, t]\`. For an active circuit t, A⁰ already holds the pre-activation of its first layer,
\`circuits.weight[0, t] @ a⁰\`, on the circuit's neurons in layer 1, so the weight of layer 1 is the identity. An inactive circuit has input 0 and should
stay at 0.${padding === null ? "" : ` ${padding}`}
${text.beside ? `\n${text.beside}\n` : ""}
A circuit's activations are read out of layer l block by block as \`scale·(sum over its ${S} neurons) − shift·(sum over the block)\`;
the readouts ${readouts.join(", ")} are applied to them. The truth is the circuit run alone,
\`a^l = ReLU(circuits.weight[l − 1, t] @ a^(l−1) + circuits.bias[l − 1])\`.

## The weights

${weightsSection(network, tensors, text.areCircuitsGiven ?? false)}
${text.errors === undefined ? "" : `\n## Errors\n\n${text.errors}\n`}${text.floors === undefined ? "" : `\n## Linear readout\n\n${text.floors}\n`}
## Tensors

Tensors are little-endian and row-major. Names count layers from 1; index k of a tensor over layers is layer k + 1.

| name | type | shape | what |
|---|---|---|---|
${tensorRows(tensors)}

${loadSection({ layers: L, L, D, T, readout: first, hasComponents: true })}

\`superpose import model.safetensors\` runs random samples through the file and prints the errors by layer.
`;
}

/** The rows in the table of tensors. Consecutive tensors that differ only in the layer share a row. */
export function tensorRows(tensors: ReadonlyMap<string, Tensor>): string {
  const rows = new Map<string, { names: string[]; rest: string }>();
  for (const [name, { dtype, shape }] of tensors) {
    const meaning = meanings.find(([pattern]) => pattern.test(name))?.[1] ?? "";
    const rest = `${dtype} | [${shape.join(", ")}] | ${meaning}`;
    const key = `${name.replace(/\d+/, "#")} ${rest}`;
    const row = rows.get(key) ?? { names: [], rest };
    row.names.push(`\`${name}\``);
    rows.set(key, row);
  }
  return [...rows.values()]
    .map(({ names, rest }) => `| ${names.length > 2 ? `${names[0]} … ${names.at(-1)}` : names.join(", ")} | ${rest} |`)
    .join("\n");
}

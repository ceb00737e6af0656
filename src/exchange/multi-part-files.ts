import { widthOf } from "../network/layer.js";
import type { MultiPartNetwork } from "../network/multi-part.js";
import { specHash } from "../config/hash.js";
import type { RunSpec } from "../config/run-spec.js";
import { FORMAT, LARGEST_MODEL } from "./model.js";
import type { ModelFile, ModelFilesText } from "./model-files.js";
import { writeNpz } from "./npz.js";
import { multiPartTensors } from "./multi-part-tensors.js";
import { writeSafetensors } from "./safetensors.js";

/**
 * The files that hand out a network of several parts: model.safetensors, model.npz, README.md and load.py. The same network,
 * spec and text give the same bytes.
 *
 * @throws InputError when the network is too large to write
 */
export async function multiPartFiles(
  network: MultiPartNetwork,
  spec: RunSpec,
  index: number,
  text: ModelFilesText,
): Promise<ModelFile[]> {
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
    { name: "load.py", content: partedLoaderPy },
  ];
}

function card(
  { circuits, parts, layers }: MultiPartNetwork,
  spec: RunSpec,
  hash: string,
  text: ModelFilesText,
): string {
  const { T, L } = circuits;
  const rows = parts.map(({ name, d, P, offset }) => `| ${name} | ${offset} to ${offset + d * P - 1} | ${d} × ${P} |`);
  return `# ${text.title}

${text.about}

A ReLU network of ${layers.length} layers with ${widthOf(parts)} neurons each that runs ${T} conditional rotations, by the ${spec.design} design. The
circuits take ${L} steps; after which layers is in \`steps\`. The weights are made by hand, not trained.

Version ${text.version} of circuits-in-superposition made it; the same command gives the same bytes:

\`\`\`sh
${text.command}
\`\`\`

Spec hash ${hash}; the whole spec and the seed are in the file's metadata.

## Neurons

| part | neurons | blocks |
|---|---|---|
${rows.join("\n")}

Neuron n of block i of a part is number offset + i·P + n.

## Tensors

| name | shape | what |
|---|---|---|
| \`weights.K\`, \`biases.K\` | [D, D], [D] | A^n = ReLU(W A^(n−1) + B); layers that are alike share them |
| \`layers.weights\`, \`layers.biases\` | [layers] | K of each layer, the first for layer 1; −1 is the identity |
| \`steps\` | [L] | the layer after which the circuits have taken step l |
| \`write.index\`, \`write.value\` | [entries, 3], [entries] | circuit, component, neuron: A^0[neuron] += value·a^0[component] for every active circuit |
| \`reads\`, \`read.K.index\`, \`read.K.value\` | [L], [entries, 3], [entries] | circuit, row, neuron: y[row] += value·A[neuron], K by step |
| \`constants\` | [L, rows] | added to y; the rows are those of the readouts ${circuits.readouts.map(({ name }) => `\`${name}\``).join(", ")} in this order |
| \`circuits.weight\`, \`circuits.bias\` | [T, d, d], [d] | the small circuits: a^l = ReLU(w a^(l−1) + b), alike in all steps |
| \`readout.NAME\` | [rows, d] | what is read out of a circuit alone, y = R·a |
| \`inputs.…\` | | how inputs a^0 are drawn |

## Load

\`\`\`python
import torch
from load import Model

model = Model("model.safetensors")
circuits = torch.tensor([[3], [7]])  # which circuits are active, [batch, z]
a0 = torch.tensor([[[1.5, 0.5, 2.0, 1.0]], [[1.5, 0.5, 2.0, 1.0]]])  # their inputs: x = (1, 0) and the indicator on
steps = model.forward(model.embed(circuits, a0))  # activations after steps 1 to ${L}, each [batch, D]
print(model.read(steps[-1], ${L}).shape)  # every circuit's readouts, [batch, ${T}, rows]
\`\`\`
`;
}

/** load.py of networks of several parts. */
export const partedLoaderPy = `"""Circuits in one ReLU network of several parts. README.md says what the tensors are."""

import torch
from safetensors.torch import load_file


class Model:
    def __init__(self, path="model.safetensors"):
        self.tensors = load_file(path)
        self.T, self.d = self.tensors["circuits.weight"].shape[:2]
        self.D = len(self.tensors["biases.0"])
        self.rows = self.tensors["constants"].shape[1]

    def _table(self, name, per_circuit):
        """The sparse matrix of an index table: [T * per_circuit, D]."""
        index = self.tensors[name + ".index"].long()
        at = torch.stack([index[:, 0] * per_circuit + index[:, 1], index[:, 2]])
        return torch.sparse_coo_tensor(at, self.tensors[name + ".value"], (self.T * per_circuit, self.D))

    def embed(self, circuits, inputs):
        """Active circuits [batch, z] and their inputs [batch, z, d] to A^0 [batch, D]."""
        values = torch.zeros((len(circuits), self.T, self.d))
        values[torch.arange(len(circuits))[:, None], circuits] = inputs.float()
        return (self._table("write", self.d).t() @ values.reshape(len(circuits), -1).t()).t()

    def forward(self, A):
        """A^0 [batch, D] to the activations after steps 1 to L."""
        steps = set(self.tensors["steps"].tolist())
        after = []
        which = zip(self.tensors["layers.weights"].tolist(), self.tensors["layers.biases"].tolist())
        for n, (weight, bias) in enumerate(which, 1):
            if weight >= 0:  # layer 1 has the identity
                A = A @ self.tensors[f"weights.{weight}"].T
            A = (A + self.tensors[f"biases.{bias}"]).clip(min=0)
            if n in steps:
                after.append(A)
        return after

    def read(self, A, step):
        """Activations after a step to the readouts of every circuit, [batch, T, rows]."""
        k = int(self.tensors["reads"][step - 1])
        y = (self._table(f"read.{k}", self.rows) @ A.t()).t().reshape(len(A), self.T, self.rows)
        return y + self.tensors["constants"][step - 1].float()
`;

import { wholeReluLayer, type ReluLayer, type WholeReluLayer } from "../network/relu-layer.js";
import type { ModelFile } from "./model-files.js";
import { writeNpz } from "./npz.js";
import { writeSafetensors } from "./safetensors.js";
import { checkTexts, type Tensor } from "./tensor.js";

/**
 * The files of an exported network with one hidden layer: model.safetensors and model.npz (each with W_in [N][F], b [N]
 * and W_out [outputs][N] in F32), README.md and model.py. The same network and text produce the same bytes.
 *
 * @param text.about description of the network and its performance, in Markdown
 * @throws InputError naming weights that have the wrong length or are not finite, or text that is missing
 */
export function reluLayerFiles(
  layer: ReluLayer,
  text: {
    readonly title: string;
    readonly about: string;
    readonly command: string;
    readonly version: string;
    /** Additional metadata of the files, as text. */
    readonly metadata?: Readonly<Record<string, string>>;
  },
): ModelFile[] {
  const whole = wholeReluLayer(layer);
  const { F, N, outputs } = whole;
  checkTexts("text", text, ["title", "about", "command", "version"]);
  const tensor = (data: Float32Array<ArrayBuffer>, ...shape: number[]): Tensor => ({ dtype: "F32", shape, data });
  const tensors = new Map([
    ["W_in", tensor(whole.encoder, N, F)],
    ["b", tensor(whole.bias, N)],
    ["W_out", tensor(whole.decoder, outputs, N)],
  ]);
  const metadata = { ...text.metadata, format: "circuits-in-superposition relu-layer", version: text.version };
  return [
    { name: "model.safetensors", content: writeSafetensors(tensors, metadata) },
    { name: "model.npz", content: writeNpz(tensors, metadata) },
    { name: "README.md", content: card(whole, text) },
    { name: "model.py", content: modelPy },
  ];
}

function card(
  { F, N, outputs }: WholeReluLayer,
  text: { readonly title: string; readonly about: string; readonly command: string; readonly version: string },
): string {
  return `# ${text.title}

${text.about}

Made by version ${text.version} of circuits-in-superposition. The same command produces the same bytes:

\`\`\`sh
${text.command}
\`\`\`

## Tensors

\`ŷ = W_out · relu(W_in · x + b)\`, row-major, F32, in model.safetensors and model.npz; model.py is the network in PyTorch.

| tensor | shape | |
|---|---|---|
| W_in | [${N}][${F}] | neuron, input |
| b | [${N}] | neuron |
| W_out | [${outputs}][${N}] | output, neuron |
`;
}

const modelPy = `"""A network with one hidden layer from model.safetensors: y = W_out relu(W_in x + b)."""

import sys
from pathlib import Path

import torch
from safetensors.torch import load_file


class ReluLayer(torch.nn.Module):
    def __init__(self, path=Path(__file__).parent / "model.safetensors"):
        super().__init__()
        for name, tensor in load_file(path).items():
            self.register_parameter(name, torch.nn.Parameter(tensor))

    def forward(self, x):
        return torch.relu(x @ self.W_in.T + self.b) @ self.W_out.T


if __name__ == "__main__":
    model = ReluLayer(*sys.argv[1:])
    x = torch.zeros(model.W_in.shape[1])
    x[0] = 1
    print("output 0 if only input 0 is on:", model(x)[0].item())
`;

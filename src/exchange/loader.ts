/** load.py, written beside every model: the network, the embedding of inputs and the readouts in PyTorch. */
export const loaderPy = `"""T small circuits in one ReLU network, in superposition. README.md says what the tensors are."""

import torch
from safetensors.torch import load_file


class Model:
    def __init__(self, path="model.safetensors"):
        self.tensors = {name: torch.as_tensor(t, dtype=torch.float32) for name, t in load_file(path).items()}
        self.neurons = torch.as_tensor(self.tensors["embedding.neurons"], dtype=torch.int64)  # [L, T, S]
        self.L, self.T, self.S = self.neurons.shape
        self.D, self.d = len(self.tensors["layers.1.bias"]), self.tensors["circuits.bias"].shape[1]

    def embed(self, circuits, inputs):
        """Active circuits [batch, z] and their inputs [batch, z, d] to A^0 [batch, D]."""
        e = torch.zeros((self.T, self.D // self.d))
        e[torch.arange(self.T)[:, None], self.neurons[0]] = 1
        values = torch.einsum("bzij,bzj->bzi", self.tensors["circuits.weight"][0][circuits], inputs)
        return torch.einsum("bzi,bzp->bip", values, e[circuits]).reshape(len(circuits), self.D)

    def forward(self, A):
        """A^0 [batch, D] to the activations of layers 1 to L."""
        layers = []
        for l in range(1, self.L + 1):
            if f"layers.{l}.weight" in self.tensors:  # layer 1 has the identity
                A = A @ self.tensors[f"layers.{l}.weight"].T
            A = (A + self.tensors[f"layers.{l}.bias"]).clip(min=0)
            layers.append(A)
        return layers

    def read(self, A, l, name):
        """Activations of layer l to the readout of every circuit, [batch, T, rows]."""
        scale, shift = self.tensors["unembedding.scale"][l - 1], self.tensors["unembedding.shift"][l - 1]
        blocks = A.reshape(len(A), self.d, self.D // self.d)
        a = scale * blocks[:, :, self.neurons[l - 1]].sum(-1) - shift * blocks.sum(-1)[:, :, None]
        return torch.einsum("ri,bit->btr", self.tensors["readout." + name], a)
`;

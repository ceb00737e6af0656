import { nameInFiles } from "../results/file-rows.js";
import type { Activity } from "../results/rows.js";
import { hasMatrix, type Construction } from "../network/construction.js";

// model.py is written beside every model: a torch.nn.Module that also contains the ground truth of its circuits.
// Networks of one part and of several parts differ in layout, readout and components; the rest of the text is the same.

/** The suffix of a readout's name in files of rows, as a Python string. */
const ending = (activity: Activity): string => JSON.stringify(nameInFiles({ readout: "", activity }));

/** The parts of the file that depend on the kind of network. */
interface Text {
  readonly about: string;
  /** Python code that sets T, d, D, steps, layers and tables from the tensors t. */
  readonly init: string;
  /** Python code that computes y [n, T, rows] from A. */
  readonly read: string;
  /** Python code of the methods `components` and `labels`. */
  readonly methods: string;
}

/** Indents text so that it can be the body of a method. */
const inMethod = (text: string): string => text.trim().replace(/^(?=.)/gm, "        ");

const modelOf = ({ about, init, read, methods }: Text): string => `"""${about} README.md describes the tensors."""

import json
from collections import namedtuple

import numpy as np
import torch
from torch import nn

Batch = namedtuple("Batch", "circuits inputs features")  # [n, z], [n, z, d] and, sparse, [n, T * d]


def check(holds, message):
    if not holds:
        raise ValueError(message)


def check_shape(name, values, width):
    shape = [*values.shape]
    check(shape[1:] == [width], f"{name}: shape {shape} must be [n, {width}].")


class Bias(nn.Module):  # layer 1: its weight is the identity
    def __init__(self, D):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(D))

    def forward(self, A):
        return A + self.bias


class Superposed(nn.Module):
    """Hooks on layers["2"] get the pre-activations of layer 2; hooks on relu["2"] get its activations."""

    @classmethod
    def load(cls, folder="."):
        """Reads model.safetensors, or model.npz if the package safetensors is missing."""
        try:
            from safetensors import safe_open

            with safe_open(f"{folder}/model.safetensors", "pt") as file:
                return cls({name: file.get_tensor(name) for name in file.keys()}, file.metadata())
        except (ImportError, FileNotFoundError):
            tensors = dict(np.load(f"{folder}/model.npz"))
            return cls(tensors, json.loads(str(tensors.pop("metadata"))))

    def __init__(self, tensors, metadata):
        super().__init__()
        t = {name: torch.as_tensor(tensor).float() for name, tensor in tensors.items()}
${inMethod(init)}
        self.L, self.readouts = len(self.steps), json.loads(metadata["readouts"])
        R = [t["readout." + name] for name in self.readouts]
        self.rows = [len(matrix) for matrix in R]
        for name, table in {**tables, "R": torch.cat(R)}.items():  # .to() moves them as well
            self.register_buffer(name, table, persistent=False)
        self.draws = {name[7:]: t[name].double().numpy() for name in t if name[:7] == "inputs."}

    def sample(self, n, z, seed=0, split="train", among=None):
        """n samples, each of z different random circuits; train and test use different random streams."""
        among = np.arange(self.T) if among is None else np.unique(among)
        check(split in ("train", "test"), f"split = {split!r}: must be train or test.")
        check(n >= 1 and seed >= 0, f"n = {n}, seed = {seed}: must be at least 1 and at least 0.")
        check(1 <= z <= len(among), f"z = {z}: must be from 1 to {len(among)}.")
        check(np.isin(among, range(self.T)).all(), f"among: must be from 0 to {self.T - 1}.")
        random = np.random.default_rng([seed, ("train", "test").index(split)])
        circuits = np.stack([random.choice(among, z, replace=False) for _ in range(n)]).astype(int)
        angle, u = random.uniform(0, 2 * np.pi, (n, z, 1)), random.uniform(0, 1, (n, z, self.d))
        kind, inputs = self.draws.get("of", np.zeros(self.T))[circuits, None], np.zeros(u.shape)
        for k in np.unique(kind):  # inputs of a kind lie on an ellipse, in a box or in a list
            of = lambda name: self.draws.get(f"{k:.0f}.{name}", np.zeros((1, self.d)))
            ellipse = of("center") + np.cos(angle) * of("cos") + np.sin(angle) * of("sin")
            drawn = ellipse + (1 - u) * of("low") + u * of("high")
            inputs = np.where(kind == k, drawn + random.choice(of("vectors"), (n, z)), inputs)
        return self.batch(circuits, inputs)

    def batch(self, circuits, inputs):
        """Your own samples: circuits [n, z], distinct within a sample, with inputs [n, z, d]."""
        given = torch.as_tensor(circuits).to(self.R.device)
        inputs = torch.as_tensor(inputs).to(self.R)
        circuits, shape = given.long(), (*given.shape, self.d)
        is_one = (circuits == given) & (circuits >= 0) & (circuits < self.T)
        check(given.dim() == 2 and given.numel() > 0, f"circuits: {[*shape[:-1]]} must be [n, z].")
        check(is_one.all(), f"circuits: must be whole numbers from 0 to T - 1 = {self.T - 1}.")
        check(circuits.sort(1).values.diff(dim=1).all(), "circuits: those in one sample must all differ.")
        is_input = inputs.shape == shape and inputs.isfinite().all()
        check(is_input, f"inputs: shape {[*inputs.shape]} must be {[*shape]}, all values finite.")
        features = inputs.new_zeros(len(inputs), self.T, self.d)
        features[torch.arange(len(inputs))[:, None], circuits] = inputs
        return Batch(circuits, inputs, features.flatten(1))

    @property
    def embed_matrix(self):
        """[D, T * d]: A^0 = embed_matrix @ features; column t * d + j is input j of circuit t."""
        return self.write.to_dense()

    def embed(self, features):
        """Maps sparse vectors [n, T * d] to A^0 [n, D]."""
        check_shape("features", features, self.T * self.d)
        return torch.sparse.mm(self.write, features.t()).t()

    def forward(self, A):
        """Maps A^0 [n, D] to the activations of all layers; those of step l have index steps[l - 1] - 1."""
        check_shape("A", A, self.D)
        activations = [A]
        for n, layer in self.layers.items():
            activations.append(self.relu[n](layer(activations[-1])))
        return activations[1:]

    def truth(self, batch):
        """The active circuits run alone: activations [n, z, d] of steps 0 to L."""
        a = [batch.inputs]
        for w, b in zip(self.w, self.b):
            a.append((torch.einsum("nzij,nzj->nzi", w[batch.circuits], a[-1]) + b).relu())
        return a

    def read(self, A, step, name=None):
        """One or all readouts of every circuit, from the activations after a step: [n, T, rows]."""
        check_shape("A", A, self.D)
        check(step in range(1, self.L + 1), f"layer = {step}: must be from 1 to {self.L}.")
        check(name in [None, *self.readouts], f"readout {name!r}: must be one of {self.readouts}.")
${inMethod(read)}
        return y if name is None else y.split(self.rows, 2)[self.readouts.index(name)]

    @torch.no_grad()
    def errors(self, batch):
        """Squared errors by layer, as in superpose run --json; inactive circuits should read 0."""
        activations, truth = self(self.embed(batch.features)), self.truth(batch)
        active = torch.zeros(len(batch.inputs), self.T).to(self.R).scatter(1, batch.circuits, 1.0)
        rows = [{"layer": l} for l in range(1, self.L + 1)]
        for row, n, a in zip(rows, self.steps, truth[1:]):
            error = self.read(activations[n - 1], row["layer"])
            error[torch.arange(len(a))[:, None], batch.circuits] -= a @ self.R.t()
            for name, part in zip(self.readouts, error.double().square().split(self.rows, 2)):
                for which, mask in ((${ending("active")}, active), (${ending("inactive")}, 1 - active)):
                    own = part.sum(2) * mask
                    mean, worst = own.sum() / mask.sum().clamp(min=1), own.max().sqrt()
                    row[name + which] = {"meanSquare": mean.item(), "worst": worst.item()}
        return rows
${methods.trimEnd()}
`;

/**
 * Python code for U_t of all circuits, [T, d, P, d]. Other constructions use the code of "capped", with a different
 * matrix for the shared part.
 */
const ownWeights = {
  balanced: `torch.einsum("tij,tp->tipj", w, u)`,
  capped: `torch.einsum("tij,tp->tipj", w - mean, e / self.S)`,
  split: `torch.einsum("tij,tp->tipj", w - mean, e / self.S) + torch.einsum("ij,tp->tipj", mean, u)`,
};

/** The model.py of a network of one part. */
export const modelPy = (construction: Construction): string =>
  modelOf({
    about: "Small circuits in one ReLU network, in superposition.",
    init: `
L, self.T, self.S = t["embedding.neurons"].shape
self.D, self.d = len(t["layers.1.bias"]), t["circuits.bias"].shape[1]
self.steps = list(range(1, L + 1))
layers = [nn.utils.skip_init(nn.Linear, self.D, self.D) for _ in self.steps[1:]]
layers = enumerate([Bias(self.D), *layers], 1)
self.layers = nn.ModuleDict({str(n): layer for n, layer in layers})
self.load_state_dict({name: t[name] for name in t if name.startswith("layers.")})
self.relu = nn.ModuleDict({n: nn.ReLU() for n in self.layers})
e = torch.zeros(L, self.T, self.D // self.d).scatter(2, t["embedding.neurons"].long(), 1)
u = t["unembedding.scale"][:, None, None] * e - t["unembedding.shift"][:, None, None]
w, mean, b = (t["circuits." + name] for name in ("weight", "mean", "bias"))
write = torch.einsum("tij,tp->iptj", w[0], e[0]).reshape(self.D, -1).to_sparse()
tables = {"e": e, "u": u, "w": w, "mean": mean, "b": b, "write": write}`,
    read: `
a = A.unflatten(1, (self.d, -1)) @ self.u[step - 1].t()
y = torch.einsum("ri,nit->ntr", self.R, a)`,
    methods: `
    def components(self, layer):
        """Splits the current W of a layer (2 or later): W = Σ_t U[t] @ V[t] + rest; no circuit owns the rest.

        U [T, D, d], V [T, d, D], rest [D, D]. In layer 1, circuits own columns of embed_matrix.
        """
        check(layer in range(2, self.L + 1), f"layer = {layer}: must be from 2 to {self.L}.")
        e, u, w, mean = (table[layer - 1] for table in (self.e, self.u, self.w, self.mean))
        U = ${ownWeights[hasMatrix(construction) ? "capped" : construction]}
        V = torch.einsum("jk,tp->tjkp", torch.eye(self.d).to(e), self.e[layer - 2])
        U, V = U.reshape(self.T, self.D, self.d), V.reshape(self.T, self.d, self.D)
        W = self.layers[str(layer)].weight.detach()
        return U, V, W - torch.einsum("tnj,tjm->nm", U, V)

    def labels(self, step):
        """Which circuits own each neuron: [D, T], true if the neuron holds a component."""
        check(step in range(1, self.L + 1), f"layer = {step}: must be from 1 to {self.L}.")
        return self.e[step - 1].bool().t().repeat(self.d, 1)`,
  });

/** The model.py of a network of several parts. */
export const multiPartModelPy = modelOf({
  about: "Small circuits in one ReLU network of several parts.",
  init: `
w, b, (L, rows) = t["circuits.weight"], t["circuits.bias"], t["constants"].shape
self.T, self.d, self.D = w.shape[-3], w.shape[-1], len(t["biases.0"])
whole = lambda name: t[name].long().tolist()
self.steps, self.reads = whole("steps"), whole("reads")
self.weights, biases = whole("layers.weights"), whole("layers.biases")
layers = [nn.utils.skip_init(nn.Linear, self.D, self.D) for _ in self.weights[1:]]
layers = enumerate([Bias(self.D), *layers], 1)
self.layers = nn.ModuleDict({str(n): layer for n, layer in layers})
p = {name: nn.Parameter(t[name]) for name in t if name.startswith(("weights.", "biases."))}
for layer, k, j in zip(self.layers.values(), self.weights, biases):
    layer.bias = p[f"biases.{j}"]  # equal layers share their parameters
    if k >= 0:
        layer.weight = p[f"weights.{k}"]
self.relu = nn.ModuleDict({n: nn.ReLU() for n in self.layers})
def table(name, per):  # the entries of one, [T * per, D]
    circuit, row, neuron = t[name + ".index"].long().t()
    at, size = torch.stack([circuit * per + row, neuron]), (self.T * per, self.D)
    return torch.sparse_coo_tensor(at, t[name + ".value"], size).coalesce()

w, b = w.expand(L, self.T, self.d, self.d), b.expand(L, self.d)
tables = {"w": w, "b": b, "constants": t["constants"]}
tables["write"] = table("write", self.d).t().coalesce()
tables.update({f"read_{k}": table(f"read.{k}", rows) for k in set(self.reads)})
for k in [k for k in set(self.weights) if f"components.{k}.U.index" in t]:
    r = 1 + int(t[f"components.{k}.V.index"][:, 1].max())
    tables.update({f"{side}_{k}": table(f"components.{k}.{side}", r) for side in "UV"})`,
  read: `
y = torch.sparse.mm(getattr(self, f"read_{self.reads[step - 1]}"), A.t()).t()
y = y.unflatten(1, (self.T, -1)) + self.constants[step - 1]`,
  methods: `
    def components(self, layer):
        """Splits the current W of a layer (2 or later): W = Σ_t U[t] @ V[t] + rest; no circuit owns the rest.

        U [T, D, r], V [T, r, D]; r is 0 if circuits own nothing. rest [D, D]: copies and gates.
        """
        last = len(self.layers)
        check(layer in range(2, last + 1), f"layer = {layer}: must be from 2 to {last}.")
        W, k = self.layers[str(layer)].weight.detach(), self.weights[layer - 1]
        U = V = W.new_zeros(self.T, 0, self.D)
        if hasattr(self, f"U_{k}"):
            own = (getattr(self, f"{side}_{k}").to_dense() for side in "UV")
            U, V = (factor.unflatten(0, (self.T, -1)) for factor in own)
        return U.transpose(1, 2), V, W - torch.einsum("tjn,tjm->nm", U, V)

    def labels(self, step):
        """Which circuits are read from each neuron: [D, T]."""
        check(step in range(1, self.L + 1), f"layer = {step}: must be from 1 to {self.L}.")
        read = getattr(self, f"read_{self.reads[step - 1]}").to_dense()
        return (read.unflatten(0, (self.T, -1)) != 0).any(1).t()`,
});

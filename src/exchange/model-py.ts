import { nameInFiles } from "../results/file-rows.js";
import type { Activity } from "../results/rows.js";

// model.py, written beside every model: a torch.nn.Module with the truth about its circuits. Networks of one part and of
// several differ in how they are laid out, read and taken apart; the rest is the same text.

/** What follows a readout's name in the rows of files, as a text of Python's. */
const ending = (activity: Activity): string => JSON.stringify(nameInFiles({ readout: "", activity }));

const shared = `
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn


class Batch(NamedTuple):
    """Samples: the active circuits [n, z], their inputs [n, z, d], and both as one sparse vector [n, T * d]."""

    circuits: torch.Tensor
    inputs: torch.Tensor
    features: torch.Tensor


class Bias(nn.Module):
    """Layer 1: its weight is the identity."""

    def __init__(self, D):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(D))

    def forward(self, A):
        return A + self.bias


class Superposed(nn.Module):
    """Hooks: layers["2"] gives what the ReLU of layer 2 gets, relu["2"] the activations of layer 2."""

    @classmethod
    def load(cls, folder="."):
        """Reads a folder's model.safetensors, or its model.npz where the package safetensors is missing."""
        folder = Path(folder)
        try:
            from safetensors import safe_open
        except ImportError:
            safe_open = None
        if safe_open and (folder / "model.safetensors").exists():
            with safe_open(str(folder / "model.safetensors"), "pt") as file:
                return cls({name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {})
        with np.load(folder / "model.npz") as file:
            metadata = json.loads(str(file["metadata"])) if "metadata" in file else {}
            return cls({name: file[name] for name in file.files if name != "metadata"}, metadata)

    def _build(self, t, widths, steps, w, mean, b, order):
        """Modules of the layers, and as buffers, which .to() moves and state_dict() leaves out, the circuits and their inputs."""
        self.steps = steps  # the layer after which the circuits have taken step l, at l - 1
        self.L, self.T, self.d, self.D = len(steps), w.shape[1], w.shape[-1], widths[0]
        linear = lambda D: nn.utils.skip_init(nn.Linear, D, D)
        self.layers = nn.ModuleDict({str(n): (Bias if n == 1 else linear)(D) for n, D in enumerate(widths, 1)})
        self.relu = nn.ModuleDict({str(n): nn.ReLU() for n in range(1, len(widths) + 1)})
        self._keep(w=w, mean=mean, b=b)
        found = [name[len("readout.") :] for name in t if name.startswith("readout.")]
        self.readouts = sorted(found, key=lambda name: order.index(name) if name in order else len(order))
        ends = np.cumsum([0] + [len(t["readout." + name]) for name in self.readouts])
        self.rows = {name: slice(*ends[k : k + 2]) for k, name in enumerate(self.readouts)}
        self._keep(R=torch.cat([t["readout." + name] for name in self.readouts]))  # of all readouts, [rows, d]
        self.inputs = {name[len("inputs.") :]: t[name].double().numpy() for name in t if name.startswith("inputs.")}

    def _keep(self, **tensors):
        for name, tensor in tensors.items():
            self.register_buffer("_" + name, tensor, persistent=False)

    def sample(self, n, z, seed=0, split="train", among=None):
        """n samples of z random circuits each, or of those among a list; the two splits of a seed are different streams."""
        if split not in ("train", "test"):
            raise ValueError(f"split = {split!r}: must be train or test.")
        among = np.arange(self.T) if among is None else np.unique(np.asarray(among))
        if not 1 <= z <= len(among) or n < 1 or seed < 0:
            raise ValueError(f"n = {n}, z = {z}, seed = {seed}: n ≥ 1, 1 ≤ z ≤ {len(among)} circuits, seed ≥ 0 are needed.")
        if among[0] < 0 or among[-1] >= self.T or among.dtype.kind not in "iu":
            raise ValueError(f"among: {among.dtype} from {among[0]} to {among[-1]}; must be whole numbers from 0 to T - 1 = {self.T - 1}.")
        random = np.random.default_rng([seed, ("train", "test").index(split)])
        circuits = np.empty((n, z), np.int64)
        for k, last in enumerate(range(len(among) - z, len(among))):  # Floyd's algorithm: all sets of z are equally likely
            drawn = random.integers(0, last + 1, n)
            circuits[:, k] = np.where((circuits[:, :k] == drawn[:, None]).any(1), last, drawn)
        circuits = among[circuits]
        of = self.inputs["of"][circuits] if "of" in self.inputs else np.zeros((n, z))
        inputs = np.zeros((n, z, self.d))
        for k in range(1 + int(of.max())):
            inputs[of == k] = self._draw(random, k, n * z).reshape(n, z, self.d)[of == k]
        return self.batch(torch.from_numpy(circuits), torch.from_numpy(inputs))

    def _draw(self, random, k, count):
        """Inputs from the distribution k of the file."""
        part = lambda name: self.inputs[f"{k}.{name}"]
        if f"{k}.center" in self.inputs:
            angle = random.uniform(0, 2 * np.pi, (count, 1))
            return part("center") + np.cos(angle) * part("cos") + np.sin(angle) * part("sin")
        if f"{k}.low" in self.inputs:
            return random.uniform(part("low"), part("high"), (count, self.d))
        return part("vectors")[random.integers(0, len(part("vectors")), count)]

    def batch(self, circuits, inputs):
        """Your own samples: circuits [n, z], all different in a sample, and their inputs [n, z, d]."""
        circuits, inputs = torch.as_tensor(circuits, device=self._w.device), torch.as_tensor(inputs).to(self._w)
        if circuits.dim() != 2 or not 1 <= circuits.shape[1] <= self.T or circuits.is_floating_point() or circuits.dtype == torch.bool:
            raise ValueError(f"circuits: {circuits.dtype} {list(circuits.shape)} must be whole numbers [n, z], 1 ≤ z ≤ T = {self.T}.")
        if ((circuits < 0) | (circuits >= self.T)).any():
            raise ValueError(f"circuits: from {circuits.min()} to {circuits.max()}; must be from 0 to T - 1 = {self.T - 1}.")
        ordered = circuits.sort(1).values
        if (ordered[:, 1:] == ordered[:, :-1]).any():
            raise ValueError("circuits: a sample has a circuit twice; active circuits must differ.")
        if inputs.shape != (*circuits.shape, self.d) or not inputs.isfinite().all():
            raise ValueError(f"inputs: shape {list(inputs.shape)} must be {[*circuits.shape, self.d]}, and all values finite.")
        features = inputs.new_zeros(len(circuits), self.T, self.d)
        features = features.scatter(1, circuits.long()[:, :, None].expand_as(inputs), inputs)
        return Batch(circuits.long(), inputs, features.flatten(1))

    @property
    def embed_matrix(self):
        """[D, T * d]: A^0 = embed_matrix @ features; column t * d + j is component j of circuit t's input."""
        return self._write.to_dense()

    def embed(self, features):
        """Sparse vectors [n, T * d] to A^0 [n, D]."""
        if features.dim() != 2 or features.shape[1] != self.T * self.d:
            raise ValueError(f"features: shape {list(features.shape)} must be [n, T * d] with T * d = {self.T * self.d}.")
        return torch.sparse.mm(self._write, features.t()).t()

    def forward(self, A):
        """A^0 [n, D] to the activations of all layers; those of step l are at steps[l - 1] - 1."""
        if A.dim() != 2 or A.shape[1] != self.D:
            raise ValueError(f"A: shape {list(A.shape)} must be [n, D] with D = {self.D}.")
        activations = []
        for n, layer in self.layers.items():
            A = self.relu[n](layer(A))
            activations.append(A)
        return activations

    def truth(self, batch):
        """What the active circuits compute alone: activations [n, z, d] of steps 0 to L."""
        a = [batch.inputs]
        for l in range(self.L):
            w, b = self._w[l % len(self._w)][batch.circuits], self._b[l % len(self._b)]
            a.append((torch.einsum("nzij,nzj->nzi", w, a[-1]) + b).relu())
        return a

    def read(self, A, step, name):
        """The readout of every circuit from the activations after a step: [n, T, rows]."""
        if name not in self.readouts:
            raise ValueError(f"readout {name!r}: must be one of {', '.join(self.readouts)}.")
        if A.dim() != 2 or A.shape[1] != self.D:
            raise ValueError(f"A: shape {list(A.shape)} must be [n, D] with D = {self.D}.")
        return self._read(A, self._checked(step))[:, :, self.rows[name]]

    def _checked(self, step, first=1):
        if step not in range(first, self.L + 1):
            raise ValueError(f"layer = {step}: must be a whole number from {first} to {self.L}.")
        return int(step)

    @torch.no_grad()
    def errors(self, batch):
        """Squared errors per layer as superpose run --json has them: against the truth, of inactive circuits against 0. [E18]"""
        A0, truth, rows = self.embed(batch.features), self.truth(batch), []
        activations = self(A0)
        isActive = torch.zeros(len(A0), self.T, dtype=torch.bool, device=A0.device).scatter(1, batch.circuits, True)
        for l in range(1, self.L + 1):
            row = {"layer": l}
            wanted = truth[l] @ self._R.t()
            error = self._read(activations[self.steps[l - 1] - 1], l)
            error = error.scatter_add(1, batch.circuits[:, :, None].expand_as(wanted), -wanted)
            for name, rows_of in self.rows.items():
                square = error[:, :, rows_of].square().sum(2)
                for which, own in ((${ending("active")}, square[isActive]), (${ending("inactive")}, square[~isActive])):
                    worst = own.max().sqrt().item() if len(own) else 0.0
                    row[name + which] = {"meanSquare": own.double().sum().item() / max(len(own), 1), "worst": worst}
            rows.append(row)
        return rows
`;

const onePart = `
    def __init__(self, tensors, metadata):
        super().__init__()
        t = {name: torch.as_tensor(tensor, dtype=torch.float32) for name, tensor in tensors.items()}
        L, T, S = t["embedding.neurons"].shape
        order = json.loads(metadata.get("readouts", "[]"))
        D = len(t["layers.1.bias"])
        self._build(t, [D] * L, list(range(1, L + 1)), t["circuits.weight"], t["circuits.mean"], t["circuits.bias"], order)
        self.P, self.S, self.construction = D // self.d, S, metadata.get("construction", "unknown")
        self.load_state_dict({name: tensor for name, tensor in t.items() if name.startswith("layers.")})
        placed = torch.zeros(L, T, self.P).scatter(2, t["embedding.neurons"].long(), 1)
        self._keep(placed=placed, scale=t["unembedding.scale"], shift=t["unembedding.shift"])
        write = torch.einsum("tij,tp->iptj", self._w[0], placed[0])
        self._keep(write=write.reshape(D, T * self.d).to_sparse())

    def _read(self, A, l):
        a = A.unflatten(1, (self.d, self.P)) @ self._unembedding(l).t()  # [n, d, T]
        return torch.einsum("ri,nit->ntr", self._R, a)

    def _unembedding(self, l):
        """u_t of every circuit, [T, P]: what reads it out of a block."""
        return self._scale[l - 1] * self._placed[l - 1] - self._shift[l - 1]

    def components(self, layer):
        """W of a layer from 2 on = Σ_t U[t] @ V[t] + rest: [T, D, d], [T, d, D], and what no circuit owns, [D, D].

        W is the layer's weight as it is now. Layer 1 has the identity: circuit t owns the columns t * d ... of embed_matrix.
        """
        l = self._checked(layer, 2)
        u, e, mean = self._unembedding(l), self._placed[l - 1] / self.S, self._mean[l - 1]
        own = torch.einsum("tij,tp->tipj", self._w[l - 1] - mean, u if self.construction == "balanced" else e)
        if self.construction in ("balanced", "split"):
            own = own + torch.einsum("ij,tp->tipj", mean, u)
        U = own.reshape(self.T, self.D, self.d)
        V = torch.einsum("jk,tp->tjkp", torch.eye(self.d).to(u), self._placed[l - 2]).reshape(self.T, self.d, self.D)
        return U, V, self.layers[str(l)].weight.detach() - U.transpose(0, 1).flatten(1) @ V.flatten(0, 1)

    def labels(self, layer):
        """Which circuits own a neuron: [D, T], true where a component of the circuit lives there."""
        return self._placed[self._checked(layer) - 1].bool().t().repeat(self.d, 1)
`;

const severalParts = `
    def __init__(self, tensors, metadata):
        super().__init__()
        t = {name: torch.as_tensor(tensor, dtype=torch.float32) for name, tensor in tensors.items()}
        whole = lambda name: t[name].long()
        w, b = t["circuits.weight"], t["circuits.bias"]
        if w.dim() == 3:  # alike in all steps
            w, b = w[None], b[None]
        D = len(t["biases.0"])
        order = json.loads(metadata.get("readouts", "[]"))
        self._build(t, [D] * len(t["layers.weights"]), whole("steps").tolist(), w, w.mean(1), b, order)
        parameter = {name: nn.Parameter(t[name]) for name in t if name.startswith(("weights.", "biases."))}
        for n, layer in self.layers.items():  # layers that are alike share their parameters
            layer.bias = parameter[f"biases.{whole('layers.biases')[int(n) - 1]}"]
            if n != "1":
                layer.weight = parameter[f"weights.{whole('layers.weights')[int(n) - 1]}"]
        rows = t["constants"].shape[1]
        self.reads = whole("reads").tolist()
        table = lambda name, per: torch.sparse_coo_tensor(
            torch.stack([whole(name + ".index")[:, 0] * per + whole(name + ".index")[:, 1], whole(name + ".index")[:, 2]]),
            t[name + ".value"],
            (self.T * per, D),
        )
        self._keep(constants=t["constants"], write=table("write", self.d).t().coalesce())
        self._keep(**{f"read_{k}": table(f"read.{k}", rows).coalesce() for k in set(self.reads)})
        self.weights = whole("layers.weights").tolist()
        rank = lambda k: 1 + max(whole(f"components.{k}.{side}.index")[:, 1].max().item() for side in "UV")
        owned = [k for k in set(self.weights) if f"components.{k}.U.index" in t]
        self._keep(**{f"{side}_{k}": table(f"components.{k}.{side}", rank(k)) for k in owned for side in "UV"})

    def _read(self, A, step):
        y = torch.sparse.mm(getattr(self, f"_read_{self.reads[step - 1]}"), A.t()).t()
        return y.unflatten(1, (self.T, -1)) + self._constants[step - 1]

    def components(self, layer):
        """W of a network layer from 2 on = Σ_t U[t] @ V[t] + rest: [T, D, r], [T, r, D], and what no circuit owns, [D, D].

        The rest holds copies and gates between neurons. r differs between layers; it is 0 where no circuit has weights of its own.
        """
        if layer not in range(2, len(self.layers) + 1):
            raise ValueError(f"layer = {layer}: must be a whole number from 2 to {len(self.layers)}.")
        W, k = self.layers[str(layer)].weight.detach(), self.weights[layer - 1]
        side = lambda name: getattr(self, f"_{name}_{k}").to_dense().unflatten(0, (self.T, -1))
        U, V = (side("U"), side("V")) if hasattr(self, f"_U_{k}") else (W.new_zeros(self.T, 0, self.D),) * 2
        return U.transpose(1, 2), V, W - U.flatten(0, 1).t() @ V.flatten(0, 1)

    def labels(self, step):
        """Which circuits a neuron tells of: [D, T], true where a readout of the circuit reads it after the step."""
        read = getattr(self, f"_read_{self.reads[self._checked(step) - 1]}")
        return (read.to_dense().unflatten(0, (self.T, -1)) != 0).any(1).t()
`;

const title = (text: string): string => `"""${text} README.md says what the tensors are. NumPy and torch only."""\n`;

/** model.py of networks of one part. */
export const modelPy = title("Small circuits in one ReLU network, in superposition.") + shared + onePart;

/** model.py of networks of several parts. */
export const multiPartModelPy =
  title("Small circuits in one ReLU network of several parts, in superposition.") + shared + severalParts;

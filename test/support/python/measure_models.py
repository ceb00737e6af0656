# Runs the model.py of exported folders in PyTorch and prints what it measures as JSON, for model-py.slow.test.ts.
# stdin: {"folders": [{"folder", "circuits", "inputs", "layers", "reads", "readout", "steps", "z", "samples"}, ...]}
import importlib.util
import io
import json
import sys

import torch

sys.dont_write_bytecode = True

torch.set_num_threads(1)


def load(folder):
    spec = importlib.util.spec_from_file_location("model", folder + "/model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Superposed


def deviation(theirs, ours):
    """The largest difference; relative to the largest number if that is above 1."""
    ours = torch.as_tensor(ours)
    return ((theirs - ours).abs().max() / ours.abs().max().clamp(min=1)).item()


def statistics(row):
    return {name: value for name, value in row.items() if name != "layer"}


def errors_of(model, z, samples):
    """Mean squared errors over test samples and their standard errors, from ten batches."""
    parts = [model.errors(model.sample(samples // 10, z, seed, "test")) for seed in range(10)]
    rows = []
    for layers in zip(*parts):
        means = {name: torch.tensor([row[name]["meanSquare"] for row in layers]) for name in statistics(layers[0])}
        rows.append({name: [mean.mean().item(), mean.std().item() / 10**0.5] for name, mean in means.items()})
    return rows


def refusals(model, batch):
    """The messages for everything that must be refused."""
    T, d, L = model.T, model.d, model.L
    circuits, inputs = batch.circuits[:1, :1], batch.inputs[:1, :1]
    calls = {
        "a circuit beyond T": lambda: model.batch(circuits * 0 + T, inputs),
        "a negative circuit": lambda: model.batch(circuits * 0 - 1, inputs),
        "half a circuit": lambda: model.batch(circuits + 0.5, inputs),
        "a circuit twice": lambda: model.batch([[1, 1]], inputs.expand(1, 2, d)),
        "inputs of another shape": lambda: model.batch(circuits, inputs[:, :, 1:]),
        "inputs that are not finite": lambda: model.batch(circuits, inputs * float("nan")),
        "no circuits": lambda: model.batch(circuits[:, :0], inputs[:, :0]),
        "features of another length": lambda: model.embed(batch.features[:, 1:]),
        "activations of another width": lambda: model(torch.zeros(2, model.D + 1)),
        "a layer beyond L": lambda: model.read(torch.zeros(2, model.D), L + 1, model.readouts[0]),
        "half a layer": lambda: model.read(torch.zeros(2, model.D), 1.5, model.readouts[0]),
        "an unknown readout": lambda: model.read(torch.zeros(2, model.D), 1, "y"),
        "labels of layer 0": lambda: model.labels(0),
        "components of layer 1": lambda: model.components(1),
        "another split": lambda: model.sample(2, 1, 1, "validation"),
        "more circuits than T": lambda: model.sample(2, T + 1),
        "a negative seed": lambda: model.sample(2, 1, -1),
        "more circuits than those among": lambda: model.sample(2, 2, among=[3]),
        "among circuits beyond T": lambda: model.sample(2, 1, among=[0, T]),
        "among halves": lambda: model.sample(2, 1, among=[0.5]),
        "components beyond the last layer": lambda: model.components(len(model.layers) + 1),
    }
    messages = {}
    for name, call in calls.items():
        try:
            call()
            messages[name] = None
        except ValueError as error:
            messages[name] = str(error)
    return messages


def ablation(model):
    """The errors at layer 2 of circuit 5, with and without its component, and of all other circuits, over the same
    samples."""
    batch = model.sample(500, 1, 3, "test")
    name = model.readouts[-1]
    is5 = batch.circuits[:, 0] == 5
    only = model.sample(100, 1, 3, "test", among=[5])
    others = model.batch(batch.circuits[~is5], batch.inputs[~is5])
    before = [model.errors(some)[1][name + "Active"]["meanSquare"] for some in (only, others)]
    # Equal layers share their weight.
    layers = {id(model.layers[str(n)].weight): n for n in range(2, model.steps[1] + 1)}
    own = [(n, model.components(n)) for n in layers.values()]
    with torch.no_grad():
        for n, (U, V, _) in own:
            model.layers[str(n)].weight -= U[5] @ V[5]
    after = [model.errors(some)[1][name + "Active"]["meanSquare"] for some in (only, others)]
    wanted = (model.truth(only)[2] @ model.R.split(model.rows)[-1].t()).square().sum(-1).mean().item()
    return {"own": after[0] / wanted, "others": [before[1], after[1]]}


def measure(job):
    Superposed = load(job["folder"])
    model = Superposed.load(job["folder"])
    found = {}

    batch = model.batch(job["circuits"], job["inputs"])
    A0 = model.embed(batch.features)
    layers = model(A0)
    at_steps = [layers[n - 1] for n in model.steps]
    found["forward"] = max(deviation(ours, theirs) for ours, theirs in zip([A0, *at_steps], job["layers"]))
    reads = [model.read(A, l, job["readout"]) for l, A in enumerate(at_steps, 1)]
    found["read"] = max(deviation(y.gather(1, batch.circuits[:, :, None].expand(-1, -1, y.shape[2])), theirs) for y, theirs in zip(reads, job["reads"]))
    found["steps"] = model.steps
    found["embed_matrix"] = deviation(batch.features @ model.embed_matrix.T, A0)

    found["errors"] = {z: errors_of(model, z, job["samples"]) for z in job["z"]}

    called = []
    handles = [model.layers["2"].register_forward_hook(lambda *_: called.append("layers.2"))]
    handles += [model.relu["2"].register_forward_hook(lambda module, given, out: called.append(out.min().item() >= 0))]
    model.embed(batch.features)
    model(A0)[-1].square().sum().backward()
    found["hooks"] = called
    for handle in handles:
        handle.remove()
    found["gradients"] = {name: p.grad is not None and bool(p.grad.isfinite().all()) for name, p in model.named_parameters()}
    features = batch.features.clone().requires_grad_()
    model(model.embed(features))[0].sum().backward()
    found["input_gradient"] = features.grad.abs().sum().item()

    state = model.state_dict()
    found["names"] = list(state)
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    again = Superposed.load(job["folder"])
    with torch.no_grad():
        for parameter in again.parameters():
            parameter.zero_()
    again.load_state_dict(torch.load(file))
    found["round_trip"] = all(torch.equal(a, b) for a, b in zip(model(A0), again(A0)))
    half = Superposed.load(job["folder"]).to(torch.float64)
    found["double"] = [str(half(half.embed(half.batch(*batch[:2]).features))[-1].dtype), half.errors(half.sample(5, 1))[0]["layer"]]

    package, sys.modules["safetensors"] = sys.modules["safetensors"], None
    without = Superposed.load(job["folder"])
    sys.modules["safetensors"] = package
    found["npz"] = all(torch.equal(a, b) for a, b in zip(model.buffers(), without.buffers()) if not a.is_sparse) and all(
        torch.equal(a, b) for a, b in zip(model(A0), without(A0))
    )

    train, test, same = (model.sample(500, 2, 9, split) for split in ("train", "test", "test"))
    found["splits"] = [torch.equal(test.inputs, same.inputs), torch.equal(train.inputs, test.inputs)]
    drawn = model.sample(20000, model.T - 1).circuits
    found["distinct"] = bool((drawn.sort(1).values.diff(dim=1) > 0).all())
    found["uniform"] = (torch.bincount(drawn.flatten()) / 20000 - (1 - 1 / model.T)).abs().max().item() * model.T
    found["refusals"] = refusals(model, batch)
    found["owners"] = model.labels(1).sum().item()
    numbers = range(2, len(model.layers) + 1)
    parts = [model.components(l) for l in numbers]
    found["components"] = [
        [deviation(torch.einsum("tdr,tre->de", U, V) + rest, model.layers[str(l)].weight.detach()), rest.abs().max().item(), list(U.shape), list(V.shape)]
        for l, (U, V, rest) in zip(numbers, parts)
    ]
    squares = lambda matrices: sum(matrix.square().sum().item() for matrix in matrices)
    found["share"] = squares(rest for _, _, rest in parts) / squares(model.layers[str(l)].weight for l in numbers)
    found["own"] = [(U[3] @ V[3]).flatten().tolist() for U, V, _ in parts[:2]]
    found["ablation"] = ablation(model)
    return found


print(json.dumps([measure(job) for job in json.load(sys.stdin)["folders"]]))

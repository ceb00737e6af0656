/** Facts about a model for the section on loading it. */
export interface LoadText {
  /** Number of layers of the network, and number of steps of the circuits. */
  readonly layers: number;
  readonly L: number;
  readonly D: number;
  readonly T: number;
  /** The name of one of the circuits' readouts. */
  readonly readout: string;
  /** Whether model.py can compute the components of the weights that belong to each circuit. */
  readonly hasComponents: boolean;
}

/** A model card's section about model.py. */
export function loadSection({ layers, L, D, T, readout, hasComponents }: LoadText): string {
  const components = `
U, V, rest = model.components(2)                  # W² = Σ_t U[t] @ V[t] + rest
print(model.labels(2).sum(1))                     # how many circuits own each neuron of layer 2`;
  return `## Load

\`\`\`python
from model import Superposed

model = Superposed.load(".")                      # a torch.nn.Module: parameters(), state_dict(), .to(), hooks
batch = model.sample(500, z=1, seed=1, split="test")  # active circuits, inputs, sparse feature vectors
A0 = model.embed(batch.features)                  # the same as batch.features @ model.embed_matrix.T
layers = model(A0)                                # activations of layers 1 to ${layers}, each [500, ${D}]
last = layers[model.steps[-1] - 1]                # activations after the circuits' last step
print(model.read(last, ${L}, "${readout}").shape)  # every circuit's readout, [500, ${T}, rows]
print(model.errors(batch)[-1])                    # mean squared and worst errors, as in superpose run${hasComponents && L > 1 ? components : ""}
\`\`\`

It needs NumPy and PyTorch; \`Superposed.load\` reads model.safetensors if the package safetensors is installed, otherwise model.npz. Samples of
\`split="train"\` and \`split="test"\` come from disjoint streams of random numbers, so that no test sample is seen in training.`;
}

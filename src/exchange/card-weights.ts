import { sharesAtMostOne } from "../assignment/statistics.js";
import { blockSize } from "../base/shape.js";
import type { Construction } from "../network/construction.js";
import type { Network } from "../network/network.js";
import type { Tensor } from "./tensor.js";

const ownPart = "(1/S) Σ_t Δw_t ⊗ |e_t^l⟩⟨e_t^(l−1)|";
const withMatrix = `w̄ ⊗ 𝒲^l + ${ownPart}`;

/** Formulas for W^l in layers 2 to L, with the numbers of their equations in docs/specification.md. */
const formulas: Readonly<Record<Construction, readonly [formula: string, meaning: string]>> = {
  balanced: ["Σ_t w_t ⊗ |u_t^l⟩⟨e_t^(l−1)|", "[E13]"],
  split: [`w̄ ⊗ Σ_t |u_t^l⟩⟨e_t^(l−1)| + ${ownPart}`, "[E14]"],
  capped: [withMatrix, "where 𝒲 is 1/S between neurons that a circuit links and −χ between all others [E11]"],
  "load-aware": [
    withMatrix,
    "where 𝒲 is 1/S between neurons that a circuit links and −χ elsewhere, with χ per neuron [E11b]",
  ],
  ridge: [withMatrix, "where 𝒲 is fitted in closed form, by ridge regression [E11b]"],
  trained: [withMatrix, "where 𝒲 is trained on random sets of active circuits [E11b]"],
};

/**
 * The section of a model card on how the weights are made and which parts belong to circuits.
 *
 * @param areGiven whether the user supplied the small circuits
 */
export function weightsSection(network: Network, tensors: ReadonlyMap<string, Tensor>, areGiven: boolean): string {
  const { construction, circuits, embedding } = network;
  const [formula, meaning] = formulas[construction];
  const isSum = construction === "balanced" || construction === "split";
  const share = isSum ? 0 : sharedShare(network, tensors);
  const trained = [
    ...(construction === "trained" ? ["the matrix 𝒲 of every layer"] : []),
    ...(construction === "ridge" ? ["the matrix 𝒲 of every layer (fitted in closed form)"] : []),
    ...(circuits.kind === "mlp" ? ["the small circuits"] : []),
  ];
  const shares = embedding.every(sharesAtMostOne)
    ? "By construction, two circuits share at most one cell of d neurons in a layer, that is, one neuron of each block."
    : "Some pairs of circuits share more than one cell of d neurons in a layer.";
  return `For l ≥ 2, with e_t the S-hot vector of circuit t's neurons and u_t = scale·e_t − shift·1 its unembedding,

    W^l = ${formula}

${meaning === "" ? "" : `(${construction} construction, ${meaning}). `}Δw_t = w_t − w̄, and w̄ is \`circuits.mean\`. ${
    isSum
      ? "W is a sum over circuits, with no shared part: `model.components(l)` in model.py gives every circuit's summand."
      : `W is not a sum over circuits: ${percent(share)} of ‖W‖² is the shared part w̄ ⊗ 𝒲, which no circuit owns. \`model.components(l)\` in model.py gives the circuits' summands and the shared part.`
  }

Trained: ${trained.length === 0 ? "nothing; all" : `${trained.join(" and ")}; all other`} weights are made by hand${areGiven ? ", except those of the small circuits, which came from a file or the spec" : ""}. ${shares} Numbers in brackets are equations of the package's docs/specification.md.`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))}%`;
}

/** The fraction of ‖W‖² that belongs to no circuit, ‖W − (1/S) Σ_t Δw_t ⊗ |e_t⟩⟨e_t|‖²/‖W‖², over layers 2…L. */
function sharedShare({ shape, circuits, embedding }: Network, tensors: ReadonlyMap<string, Tensor>): number {
  const { D, d, T, S, L } = shape;
  const P = blockSize(shape);
  let [shared, all] = [0, 0];
  for (let l = 2; l <= L; l++) {
    const W = tensors.get(`layers.${l}.weight`)!.data as Float32Array;
    const rest = Float64Array.from(W);
    const [to, from] = [embedding[l - 1].neurons, embedding[l - 2].neurons];
    const delta = circuits.delta[l - 1];
    for (let t = 0; t < T; t++) {
      for (let s = 0; s < S * S; s++) {
        const [n, m] = [to[t * S + Math.floor(s / S)], from[t * S + (s % S)]];
        for (let i = 0; i < d; i++) {
          for (let j = 0; j < d; j++) rest[(i * P + n) * D + j * P + m] -= delta[(t * d + i) * d + j] / S;
        }
      }
    }
    for (let at = 0; at < W.length; at++) {
      shared += rest[at] ** 2;
      all += W[at] ** 2;
    }
  }
  return all === 0 ? 0 : shared / all;
}

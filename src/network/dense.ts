import { InputError } from "../errors.js";
import type { Layer, Part, ScaledMatrix } from "./layer.js";
import type { Network } from "./network.js";

/** Largest dense matrix that is written out, in entries (2 GiB of float64). */
const LARGEST = 2 ** 28;

/**
 * W^l as a dense matrix, [D][D] row-major: what "the large network" means. Layer 1 is the identity. [E10]–[E14]
 *
 * @param l layer 1…L
 * @throws InputError when D×D is too large to write out
 */
export function denseWeights(network: Network, l: number): Float64Array {
  const D = network.parts.reduce((sum, part) => sum + part.d * part.P, 0);
  if (D * D > LARGEST) {
    throw new InputError(`D = ${D}: a dense weight matrix has ${D * D} entries; at most D = 16384 can be written out.`);
  }
  const W = new Float64Array(D * D);
  if (l === 1) {
    for (let n = 0; n < D; n++) W[n * D + n] = 1;
    return W;
  }
  for (const term of network.layers[l - 1]!.terms) addTerm(W, D, network.parts, term);
  return W;
}

/** Adds scale·matrix[offset…] ⊗ |n⟩⟨m|. */
function addBlock(
  W: Float64Array,
  D: number,
  to: Part,
  from: Part,
  n: number,
  m: number,
  { matrix, scale }: ScaledMatrix,
  offset = 0,
): void {
  for (let i = 0; i < to.d; i++) {
    const row = (to.offset + i * to.P + n) * D + from.offset + m;
    for (let j = 0; j < from.d; j++) W[row + j * from.P]! += scale * matrix[offset + i * from.d + j]!;
  }
}

function addTerm(W: Float64Array, D: number, parts: readonly Part[], term: Layer["terms"][number]): void {
  const to = parts[term.to]!;
  const from = parts[term.from]!;
  const add = (n: number, m: number, by: ScaledMatrix, offset = 0): void => addBlock(W, D, to, from, n, m, by, offset);
  if (term.kind === "pairs") {
    for (let n = 0; n < to.P; n++) {
      for (let e = term.starts[n]!; e < term.starts[n + 1]!; e++) {
        add(n, term.columns[e]!, { ...term.by, scale: term.by.scale * term.weights[e]! });
      }
    }
  } else if (term.kind === "sum") {
    for (let m = 0; m < from.P; m++) {
      const by = { ...term.by, scale: term.by.scale * (term.weights?.[m] ?? 1) };
      for (let n = 0; n < to.P; n++) add(n, m, by);
    }
  } else {
    const { gather, scatter, shared, own, everywhere } = term;
    const size = to.d * from.d;
    for (let t = 0; t < gather.T; t++) {
      for (const m of gather.neurons.subarray(t * gather.S, (t + 1) * gather.S)) {
        for (const n of scatter.neurons.subarray(t * scatter.S, (t + 1) * scatter.S)) {
          add(n, m, shared);
          add(n, m, own, t * size);
        }
        if (everywhere === 0) continue;
        for (let n = 0; n < to.P; n++) {
          add(n, m, { ...shared, scale: shared.scale * everywhere });
          add(n, m, { ...own, scale: own.scale * everywhere }, t * size);
        }
      }
    }
  }
}

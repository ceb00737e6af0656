import { InputError } from "../errors.js";
import { widthOf, type Layer, type Part, type ScaledMatrix } from "./layer.js";

/** Largest dense matrix that is written out, in entries (2 GiB of float64). */
const LARGEST = 2 ** 28;

/** What weights are written out from. */
export interface Layered {
  readonly parts: readonly Part[];
  readonly layers: readonly Layer[];
}

/**
 * W^l as a dense matrix, [D][D] row-major: what "the large network" means. Layer 1 is the identity. [E10]–[E14]
 *
 * @param l layer 1…L
 * @param into where it goes, D·D numbers that are overwritten; default: a new array
 * @throws InputError when D×D is too large to write out
 */
export function denseWeights({ parts, layers }: Layered, l: number, into?: Float64Array): Float64Array {
  const D = widthOf(parts);
  if (D * D > LARGEST) {
    throw new InputError(`D = ${D}: a dense weight matrix has ${D * D} entries; at most D = 16384 can be written out.`);
  }
  const W = into?.fill(0) ?? new Float64Array(D * D);
  if (l === 1) {
    for (let n = 0; n < D; n++) W[n * D + n] = 1;
    return W;
  }
  for (const term of layers[l - 1]!.terms) addTerm(W, D, parts, term);
  return W;
}

/** Blocks of P neurons that a layer has, over all its parts: sums over them are numbered so. */
export function blockCount(parts: readonly Part[]): number {
  return parts.reduce((sum, { d }) => sum + d, 0);
}

/** Whether some of a layer's weights are the same for all neurons of a block that are read. */
export function hasSums({ terms }: Layer): boolean {
  return terms.some(isPlainSum);
}

const isPlainSum = (term: Layer["terms"][number]): boolean => term.kind === "sum" && term.weights === null;

/**
 * W^l with what every neuron of a block is read by alike apart: columns D… are for the sums of A over the blocks, part by part.
 * Most weights of capped and balanced networks are the same one, and this leaves few that are not 0.
 *
 * @param l layer 2…L
 * @param into [D][D + blocks] numbers that are overwritten, row-major
 */
export function splitWeights({ parts, layers }: Layered, l: number, into: Float64Array): Float64Array {
  const D = widthOf(parts);
  const stride = D + blockCount(parts);
  const W = into.fill(0);
  for (const term of layers[l - 1]!.terms) {
    if (!isPlainSum(term)) {
      addTerm(W, stride, parts, term);
      continue;
    }
    const from = parts[term.from]!;
    const sums = { ...from, P: 1, offset: D + blockCount(parts.slice(0, term.from)) };
    addTerm(W, stride, [...parts, sums], { ...term, from: parts.length });
  }
  return W;
}

/** B^l, [D]. [E15] */
export function denseBias(parts: readonly Part[], { bias }: Layer): Float32Array {
  const values = new Float32Array(widthOf(parts));
  parts.forEach(({ d, P, offset }, part) => {
    const own = bias[part]!;
    for (let at = 0; at < d * P; at++) values[offset + at] = own[own.length === d ? Math.floor(at / P) : at]!;
  });
  return values;
}

/** Adds scale·matrix[offset…] ⊗ |n⟩⟨m|. */
function addBlock(
  W: Float64Array,
  D: number,
  to: Part,
  from: Part,
  n: number,
  m: number,
  matrix: Float64Array,
  scale: number,
  offset: number,
): void {
  let entry = offset;
  for (let i = 0; i < to.d; i++) {
    let at = (to.offset + i * to.P + n) * D + from.offset + m;
    for (let j = 0; j < from.d; j++) {
      W[at]! += scale * matrix[entry++]!;
      at += from.P;
    }
  }
}

function addTerm(W: Float64Array, D: number, parts: readonly Part[], term: Layer["terms"][number]): void {
  const to = parts[term.to]!;
  const from = parts[term.from]!;
  const add = (n: number, m: number, { matrix, scale }: ScaledMatrix, weight = 1, offset = 0): void =>
    addBlock(W, D, to, from, n, m, matrix, scale * weight, offset);
  switch (term.kind) {
    case "pairs":
      for (let n = 0; n < to.P; n++) {
        for (let e = term.starts[n]!; e < term.starts[n + 1]!; e++) {
          add(n, term.columns[e]!, term.by, term.weights[e]!);
        }
      }
      return;
    case "sum":
      for (let n = 0; n < to.P; n++) {
        for (let m = 0; m < from.P; m++) add(n, m, term.by, term.weights?.[m] ?? 1);
      }
      return;
    case "copy":
      for (let n = 0; n < to.P; n++) add(n, n, term.by);
      return;
    case "dense":
      for (let n = 0; n < to.P; n++) {
        for (let m = 0; m < from.P; m++) {
          const weight = term.weights[n * from.P + m]!;
          if (weight !== 0) add(n, m, term.by, weight);
        }
      }
      return;
    case "circuits":
      addCircuits(term);
  }

  function addCircuits({ gather, scatter, shared, own, everywhere }: Extract<typeof term, { kind: "circuits" }>): void {
    const size = to.d * from.d;
    const isShared = shared.scale !== 0;
    const isOwn = own.scale !== 0;
    for (let t = 0; t < gather.T; t++) {
      const offset = t * size;
      for (let s = t * gather.S; s < (t + 1) * gather.S; s++) {
        const m = gather.neurons[s]!;
        for (let r = t * scatter.S; r < (t + 1) * scatter.S; r++) {
          const n = scatter.neurons[r]!;
          if (isShared) add(n, m, shared);
          if (isOwn) add(n, m, own, 1, offset);
        }
        if (everywhere === 0) continue;
        for (let n = 0; n < to.P; n++) {
          add(n, m, shared, everywhere);
          add(n, m, own, everywhere, offset);
        }
      }
    }
  }
}

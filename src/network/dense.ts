import { given, InputError, listOf, wholeNumber } from "../base/errors.js";
import { widthOf, type Layer, type Part, type Term } from "./layer.js";

/** Largest dense matrix that is written out, in entries (2 GiB of float64). */
const LARGEST = 2 ** 28;

/** The parts and layers whose weights are written out. */
export interface Layered {
  readonly parts: readonly Part[];
  readonly layers: readonly Layer[];
}

/**
 * W^l as a dense matrix, [D][D] row-major; this defines "the large network". Layer 1 is the identity. [E10]–[E14]
 *
 * @param l layer 1…L
 * @param into output buffer of D·D numbers, overwritten; default: a new array
 * @throws InputError if an argument is out of bounds (the error names it) or D×D is too large to write out
 */
export function denseWeights(network: Layered, l: number, into?: Float64Array): Float64Array {
  const { parts, layers } = given("network", network, "made by buildNetwork or buildMultiPartNetwork", "parts");
  const D = widthOf(listOf("network.parts", parts));
  wholeNumber("l", l, 1, listOf("network.layers", layers).length);
  if (D * D > LARGEST) {
    throw new InputError(`D = ${D}: a dense weight matrix has ${D * D} entries; at most D = 16384 can be written out.`);
  }
  if (into !== undefined) listOf("into", into, "D·D", D * D);
  const W = into?.fill(0) ?? new Float64Array(D * D);
  if (l === 1) {
    for (let n = 0; n < D; n++) W[n * D + n] = 1;
    return W;
  }
  for (const term of layers[l - 1].terms) addTerm(W, D, parts, term);
  return W;
}

/** The number of blocks of P neurons in a layer, over all its parts; the sums over blocks are numbered part by part. */
export function blockCount(parts: readonly Part[]): number {
  return parts.reduce((sum, { d }) => sum + d, 0);
}

/** Whether some of a layer's weights have the same value for all neurons of an input block. */
export function hasSums({ terms }: Layer): boolean {
  return terms.some(isPlainSum);
}

const isPlainSum = (term: Layer["terms"][number]): boolean => term.kind === "sum" && term.weights === null;

/**
 * W^l, but weights that are equal over a whole block are moved to extra columns: the columns after the first D multiply
 * the sums of A over the blocks, in the order of the parts. In capped and balanced networks, most weights have the same
 * value, so few nonzero weights remain in the first D columns.
 *
 * @param l layer 2…L
 * @param into [D][D + blocks] output buffer, overwritten, row-major
 */
export function splitWeights({ parts, layers }: Layered, l: number, into: Float64Array): Float64Array {
  const D = widthOf(parts);
  const stride = D + blockCount(parts);
  const W = into.fill(0);
  for (const term of layers[l - 1].terms) {
    if (!isPlainSum(term)) {
      addTerm(W, stride, parts, term);
      continue;
    }
    const from = parts[term.from];
    const sums = { ...from, P: 1, offset: D + blockCount(parts.slice(0, term.from)) };
    addTerm(W, stride, [...parts, sums], { ...term, from: parts.length });
  }
  return W;
}

/**
 * B^l, [D]. [E15]
 *
 * @throws InputError naming the argument that is not a part or layer of a network
 */
export function denseBias(parts: readonly Part[], layer: Layer): Float32Array {
  const D = widthOf(
    Array.from(listOf("parts", parts), (part, k) => given(`parts[${k}]`, part, "a network's part", "P")),
  );
  const { bias } = given("layer", layer, "a network's layer", "bias");
  listOf("layer.bias", bias, "parts", parts.length);
  const values = new Float32Array(wholeNumber("D", D, 1, LARGEST));
  parts.forEach(({ d, P, offset }, part) => {
    const own = listOf(`layer.bias[${part}]`, bias[part]);
    if (own.length !== d) listOf(`layer.bias[${part}]`, own, "d·P", d * P);
    for (let at = 0; at < d * P; at++) values[offset + at] = own[own.length === d ? Math.floor(at / P) : at];
  });
  return values;
}

/**
 * The dense matrix to which a term is added, the part of the term's rows (`to`) and the part of its columns (`from`).
 */
interface Target {
  readonly W: Float64Array;
  /** Number of columns of W. */
  readonly stride: number;
  readonly to: Part;
  readonly from: Part;
}

/** Adds scale·M ⊗ |n⟩⟨m|, where the entries of M begin at index `offset` of `matrix`. */
function addBlock(
  { W, stride, to, from }: Target,
  n: number,
  m: number,
  matrix: Float64Array,
  scale: number,
  offset = 0,
): void {
  let entry = offset;
  for (let i = 0; i < to.d; i++) {
    let at = (to.offset + i * to.P + n) * stride + from.offset + m;
    for (let j = 0; j < from.d; j++) {
      W[at] += scale * matrix[entry++];
      at += from.P;
    }
  }
}

type TermOf<K extends Term["kind"]> = Extract<Term, { kind: K }>;

// Each kind of term has its own loop in its own function, because engines optimise small functions quickly.
function addTerm(W: Float64Array, stride: number, parts: readonly Part[], term: Term): void {
  const target = { W, stride, to: parts[term.to], from: parts[term.from] };
  switch (term.kind) {
    case "links":
      return addLinks(target, term);
    case "sum":
      return addSum(target, term);
    case "copy":
      return addCopy(target, term);
    case "dense":
      return addDense(target, term);
    case "circuits":
      return addCircuits(target, term);
  }
}

function addLinks(target: Target, { starts, columns, weights, by }: TermOf<"links">): void {
  for (let n = 0; n < target.to.P; n++) {
    for (let e = starts[n]; e < starts[n + 1]; e++) {
      addBlock(target, n, columns[e], by.matrix, by.scale * weights[e]);
    }
  }
}

function addSum(target: Target, { weights, by }: TermOf<"sum">): void {
  for (let n = 0; n < target.to.P; n++) {
    for (let m = 0; m < target.from.P; m++) addBlock(target, n, m, by.matrix, by.scale * (weights?.[m] ?? 1));
  }
}

function addCopy(target: Target, { by }: TermOf<"copy">): void {
  for (let n = 0; n < target.to.P; n++) addBlock(target, n, n, by.matrix, by.scale);
}

function addDense(target: Target, { weights, by }: TermOf<"dense">): void {
  const { P } = target.from;
  for (let n = 0; n < target.to.P; n++) {
    for (let m = 0; m < P; m++) {
      const weight = weights[n * P + m];
      if (weight !== 0) addBlock(target, n, m, by.matrix, by.scale * weight);
    }
  }
}

function addCircuits(target: Target, { gather, scatter, shared, own, everywhere }: TermOf<"circuits">): void {
  const { to, from } = target;
  const size = to.d * from.d;
  for (let t = 0; t < gather.T; t++) {
    const offset = t * size;
    for (let s = t * gather.S; s < (t + 1) * gather.S; s++) {
      const m = gather.neurons[s];
      for (let r = t * scatter.S; r < (t + 1) * scatter.S; r++) {
        const n = scatter.neurons[r];
        if (shared.scale !== 0) addBlock(target, n, m, shared.matrix, shared.scale);
        if (own.scale !== 0) addBlock(target, n, m, own.matrix, own.scale, offset);
      }
      if (everywhere === 0) continue;
      for (let n = 0; n < to.P; n++) {
        addBlock(target, n, m, shared.matrix, shared.scale * everywhere);
        addBlock(target, n, m, own.matrix, own.scale * everywhere, offset);
      }
    }
  }
}

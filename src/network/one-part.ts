import type { Assignment } from "../assignment/assignment.js";
import { weightOf } from "../circuits/circuits.js";
import type { DenseModel } from "./dense-model.js";
import type { Layer } from "./layer.js";
import { everyLayer, type MultiPartNetwork, type Read, type Write } from "./multi-part.js";

const ONE = { matrix: Float64Array.of(1), scale: 1 };

/** A layer of a network with one part and d = 1, given only by its weights and biases. */
export function writtenLayer(weights: Float32Array | null, bias: Float32Array, isFirst: boolean): Layer {
  const one = { from: 0, to: 0, by: ONE } as const;
  const terms =
    weights === null
      ? isFirst
        ? []
        : [{ kind: "copy", ...one } as const]
      : [{ kind: "dense", weights, ...one } as const];
  return { terms, bias: [Float64Array.from(bias)] };
}

/** A dense model as a network with one part, with the same neuron numbering; its weights are views. */
export function asOnePart(model: DenseModel): MultiPartNetwork {
  const { shape, circuits, embedding, weights, biases, unembedding } = model;
  const { D, d, T, L } = shape;
  const P = D / d;
  const blocks = Array.from({ length: d }, (_, i) => i);
  const inBlock = ({ S, neurons }: Assignment, i: number): Assignment => ({
    ...{ T, S, P: D },
    neurons: neurons.map((neuron) => i * P + neuron),
  });
  const rows = circuits.readouts.flatMap(({ matrix }) => matrix);
  const first = Array.from({ length: T }, (_, t) => weightOf(circuits, 1, t));
  return {
    circuits,
    parts: [{ name: "neurons", d: 1, P: D, offset: 0 }],
    layers: weights.map((own, k) => writtenLayer(own, biases[k], k === 0)),
    steps: everyLayer(L),
    writes: blocks.map((i): Write => ({
      part: 0,
      assignment: inBlock(embedding[0], i),
      shared: { matrix: new Float64Array(d), scale: 0 },
      own: {
        matrix: Float64Array.from(first.flatMap((own) => Array.from(own.subarray(i * d, (i + 1) * d)))),
        scale: 1,
      },
    })),
    reads: unembedding.map(({ scale, shift }, k) => [
      ...blocks.map((i): Read => ({
        ...{ kind: "circuit", part: 0, everywhere: 0 },
        assignment: inBlock(embedding[k], i),
        matrix: Float64Array.from(rows, (row) => scale * row[i]),
      })),
      ...(shift === 0 ? [] : rows.map((row, r) => blockSums(T, P, row, r, -shift))),
    ]),
    constants: everyLayer(L).map(() => rows.map(() => 0)),
  };
}

/** Adds `factor·row_i` times the sum over block i to one row of every circuit's readouts. */
function blockSums(T: number, P: number, row: readonly number[], r: number, factor: number): Read {
  const weights = Float64Array.from({ length: P * row.length }, (_, n) => factor * row[Math.floor(n / P)]);
  return { kind: "code", part: 0, row: r, weights, of: new Uint32Array(T) };
}

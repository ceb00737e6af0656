import type { Assignment } from "../assignment/assignment.js";
import { activateFields, passFields, type ActivateDescriptor, type PassDescriptor } from "../kernels/kernels.js";
import type { Arena } from "../kernels/memory.js";
import { findCoordinates, readsDirectly, type Coordinates } from "../network/coordinates.js";
import type { CircuitsTerm, PairsTerm, SumTerm } from "../network/layer.js";
import type { Network } from "../network/network.js";

/** A linear map to the pre-activations that every neuron of a block shares: `base += C · sums`. */
export interface SharedMap {
  /** f32 [d][columns] */
  readonly C: number;
  readonly columns: number;
  /** What is summed over neurons: X as it is (the sums that activate leaves), X with weights, or Y before corrections. */
  readonly of: "X" | "weighted X" | "Y";
  /** f32 [P] for "weighted X", else 0. */
  readonly weights: number;
}

/** Pairs of neurons that correct what the circuits wrote. */
export interface Correction {
  readonly starts: number;
  readonly columns: number;
  readonly weights: number;
  readonly matrix: number;
}

/** One layer in kernel memory; numbers are addresses. Offsets and rows are those of a tile of `lanes` samples. */
export interface LoadedLayer {
  /** Coordinates of X at this layer and what reads it. */
  readonly k: number;
  readonly coordinates: Coordinates;
  /** K and O as compressed rows for activate; O is that of the map into this layer (the identity for layer 1). */
  readonly inRows: CompressedRows;
  readonly outRows: CompressedRows;
  /** Components per neuron that arrive in Y at this layer. */
  readonly arriving: number;
  readonly bias: number;
  /** The map into this layer besides the circuits. */
  readonly corrections: readonly Correction[];
  readonly shared: readonly SharedMap[];
  /** Where circuits of this layer are read: row starts in X. */
  readonly gather: number;
  /** Where circuits of the next layer are written: row starts in Y; 0 in the last layer. */
  readonly scatter: number;
  readonly mix: number;
  /** Q: f32 for the pass (0 when the readouts are the coordinates), f64 for the active circuits. */
  readonly Q32: number;
  readonly Q64: number;
  /** Plain neuron ids u32 [T][S] of this layer, for the input embedding and the oracle gate; 0 when neither needs them. */
  readonly neurons: number;
  readonly scale: number;
  /** f32: what the block sums are multiplied by before they are subtracted from gathered rows; 0: nothing is. */
  readonly shiftFactor: number;
  /** f64 for the truth: w̄, Δw, b. */
  readonly truth: { readonly mean: number; readonly delta: number; readonly bias: number };
}

export interface CompressedRows {
  readonly starts: number;
  readonly columns: number;
  readonly values: number;
}

function compressedRows(arena: Arena, matrix: readonly (readonly number[])[], W: number): CompressedRows {
  const starts = [0];
  const columns: number[] = [];
  const values: number[] = [];
  for (const row of matrix) {
    row.forEach((value, j) => {
      if (value === 0) return;
      columns.push(j * W);
      values.push(value);
    });
    starts.push(columns.length);
  }
  return { starts: arena.u32(starts), columns: arena.u32(columns), values: arena.f32(values) };
}

/** Keeps one copy in kernel memory of arrays that layers share. */
function once<K extends object>(load: (key: K, variant: string) => number): (key: K, variant?: string) => number {
  const loaded = new Map<K, Map<string, number>>();
  return (key, variant = "") => {
    const variants = loaded.get(key) ?? new Map<string, number>();
    loaded.set(key, variants);
    const pointer = variants.get(variant) ?? load(key, variant);
    variants.set(variant, pointer);
    return pointer;
  };
}

const identityRows = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)));

/**
 * Lays a network out in kernel memory for tiles of `lanes` samples.
 *
 * @param withNeurons whether every layer's plain neuron ids are needed (oracle gate)
 */
export function loadLayers(arena: Arena, network: Network, lanes: number, withNeurons: boolean): LoadedLayer[] {
  const { circuits, embedding, shape } = network;
  const { d, T, L } = shape;
  const W = 4 * lanes;
  const loadF64 = once<Float64Array>((values) => arena.f64(values));
  const loadF32 = once<Float32Array>((values) => arena.f32(values));
  const loadNeurons = once<Assignment>((assignment) => arena.u32(assignment.neurons));
  const loadRows = once<Assignment>((assignment, bytes) => arena.u32(assignment.neurons.map((n) => n * Number(bytes))));
  const coordinatesOf = new Map<Float64Array, { readonly shared: Float64Array; readonly coordinates: Coordinates }>();

  /** The map that leaves layer l, in coordinates. */
  const leaving = (l: number): { coordinates: Coordinates; term: CircuitsTerm | null } => {
    const term = l < L ? network.layers[l]!.terms.find((candidate) => candidate.kind === "circuits") : undefined;
    if (!term) return { coordinates: findCoordinates(d, null, circuits.readouts), term: null };
    const mapped = { shared: term.shared.matrix, own: term.own.matrix, T };
    // Weights that repeat from layer to layer are analysed once.
    const known = coordinatesOf.get(mapped.own);
    if (known?.shared === mapped.shared) return { coordinates: known.coordinates, term };
    const coordinates = findCoordinates(d, mapped, circuits.readouts);
    coordinatesOf.set(mapped.own, { shared: mapped.shared, coordinates });
    return { coordinates, term };
  };

  const layers: LoadedLayer[] = [];
  let arriving: { coordinates: Coordinates; term: CircuitsTerm } | null = null;
  for (let l = 1; l <= L; l++) {
    const { coordinates, term } = leaving(l);
    const k = coordinates.K.length;
    const written = coordinates.pass + coordinates.outer;
    const readout = network.readouts[l - 1]!;
    const direct = readsDirectly(coordinates);
    const map = arriving === null ? null : mapInto(arena, network, l, arriving);
    const previousK = layers.at(-1)?.k ?? 0;
    layers.push({
      k,
      coordinates,
      inRows: compressedRows(arena, coordinates.K, W),
      outRows: compressedRows(arena, map?.O ?? identityRows(d), W),
      arriving: map === null ? d : map.r,
      bias: arena.f32(circuits.bias[l - 1]!),
      corrections: map?.corrections(previousK * W) ?? [],
      shared: map?.shared ?? [],
      gather: loadRows(embedding[l - 1]!, String(k * W)),
      scatter: term === null ? 0 : loadRows(embedding[l]!, String(written * W)),
      mix: term === null ? 0 : coordinates.mix ? loadF32(coordinates.mix) : wholeMix(arena, term),
      Q32: direct ? 0 : arena.f32(coordinates.Q.flat()),
      Q64: arena.f64(coordinates.Q.flat()),
      neurons: l === 1 || withNeurons ? loadNeurons(embedding[l - 1]!) : 0,
      scale: readout.scale,
      shiftFactor: readout.shift === 0 ? 0 : arena.f32([readout.shift / readout.scale]),
      truth: {
        mean: loadF64(circuits.mean[l - 1]!),
        delta: loadF64(circuits.delta[l - 1]!),
        bias: loadF64(circuits.bias[l - 1]!),
      },
    });
    arriving = term === null ? null : { coordinates, term };
  }
  return layers;
}

/** shared + own_t with their scales, f32 [T][d][d]. */
function wholeMix(arena: Arena, { shared, own }: CircuitsTerm): number {
  const size = shared.matrix.length;
  const mix = new Float32Array(own.matrix.length);
  for (let at = 0; at < mix.length; at++) {
    mix[at] = shared.scale * shared.matrix[at % size]! + own.scale * own.matrix[at]!;
  }
  return arena.f32(mix);
}

interface MapInto {
  readonly O: number[][];
  readonly r: number;
  readonly corrections: (rowBytes: number) => Correction[];
  readonly shared: SharedMap[];
}

/** The rest of W^l: O with its scales, the corrections and the shared maps. */
function mapInto(
  arena: Arena,
  network: Network,
  l: number,
  { coordinates, term }: { readonly coordinates: Coordinates; readonly term: CircuitsTerm },
): MapInto {
  const { d, S } = network.shape;
  const { pass, outer, K } = coordinates;
  const r = pass + outer;
  const reduced = coordinates.mix !== null;
  const O = coordinates.O.map((row) =>
    row.map((value, j) => (reduced ? value * (j < pass ? term.shared.scale : term.own.scale) : value)),
  );
  const terms = network.layers[l - 1]!.terms;
  const pairs = terms.filter((candidate): candidate is PairsTerm & typeof candidate => candidate.kind === "pairs");
  const sums = terms.filter((candidate): candidate is SumTerm & typeof candidate => candidate.kind === "sum");
  for (const { by } of [...pairs, ...sums]) {
    if (by.matrix !== term.shared.matrix) throw new Error("A pairs or sum term has a matrix of its own.");
  }
  const shared = sums.map(({ by, weights }): SharedMap => {
    const C = Array.from({ length: d }, (_, i) =>
      K.map((_row, j) => {
        if (!reduced) return by.scale * by.matrix[i * d + j]!;
        return j < pass ? by.scale * coordinates.O[i]![j]! : 0;
      }),
    );
    return {
      C: arena.f32(C.flat()),
      columns: K.length,
      of: weights === null ? "X" : "weighted X",
      weights: weights === null ? 0 : arena.f32(weights),
    };
  });
  if (term.everywhere !== 0) {
    // Σ_n Y[n] counts every circuit S times.
    const C = O.flat().map((value) => (term.everywhere / S) * value);
    shared.push({ C: arena.f32(C), columns: r, of: "Y", weights: 0 });
  }
  const corrections = (rowBytes: number): Correction[] =>
    pairs
      .filter(({ columns, by }) => columns.length > 0 && by.scale !== 0)
      .map(({ starts, columns, weights, by }) => ({
        starts: arena.u32(starts),
        columns: arena.u32(columns.map((m) => m * rowBytes)),
        weights: arena.f32(reduced ? weights.map((w) => (w * by.scale) / term.shared.scale) : weights),
        matrix: reduced ? 0 : arena.f32(by.matrix.map((value) => by.scale * value)),
      }));
  return { O, r, corrections, shared };
}

/** Writes a descriptor for circuitsPass; see assembly/layer.ts. */
export function passDescriptor(arena: Arena, fields: PassDescriptor): number {
  return arena.u32(passFields.map((name) => fields[name]));
}

/** Writes a descriptor for activate; see assembly/layer.ts. */
export function activateDescriptor(arena: Arena, fields: ActivateDescriptor): number {
  return arena.u32(activateFields.map((name) => fields[name]));
}

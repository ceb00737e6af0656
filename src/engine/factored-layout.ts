import { circuitsByNeuron, rowsInOrder, piecesInOrder, type Assignment } from "../assignment/assignment.js";
import { InputError } from "../base/errors.js";
import { memoize } from "../base/memoize.js";
import { rotationReadouts } from "../circuits/circuits.js";
import { PASS_BLOCK } from "../kernels/kernels.js";
import type { Arena } from "../kernels/memory.js";
import { findCoordinates, identity, readsDirectly, type Coordinates } from "../network/coordinates.js";
import { factoredConstructions } from "../network/construction.js";
import type { CircuitsTerm, LinksTerm, SumTerm } from "../network/layer.js";
import type { Network } from "../network/network.js";
import { repeatedColumns, rowLists, runningOrder, type RowLists } from "./row-lists.js";

/** A linear map whose result is added to the pre-activations of every neuron of a block: `base += C · sums`. */
export interface SharedMap {
  /** The matrix C, f32 [d][columns]. */
  readonly C: number;
  readonly columns: number;
  /**
   * The values that are summed over neurons: X (whose sums `activate` computes), weighted X, or Y before corrections.
   */
  readonly of: "X" | "weighted X" | "Y";
  /** Address of the neurons' weights, f32 [P], if `of` is "weighted X"; otherwise 0. */
  readonly weights: number;
}

/**
 * Corrects the values that circuits wrote to neuron n, using the neurons m linked to it: `Y_n += M Σ X_m`. An address
 * of 0 for M means that M is −1 times the identity on the coordinates that are passed on.
 */
export interface Correction extends RowLists {
  readonly matrix: number;
}

/**
 * One layer in kernel memory. Numbers are addresses, named after the descriptor fields that they fill. Offsets and
 * rows apply to a tile of `lanes` samples. K and O are compressed rows for `activate`; O belongs to the map into
 * this layer (the identity for layer 1).
 */
export interface LoadedLayer extends CompressedRows<"in">, CompressedRows<"out"> {
  /** The number of coordinates of X in this layer, and their description. */
  readonly k: number;
  readonly coordinates: Coordinates;
  /** Number of components that this layer's Y receives for each neuron. */
  readonly arriving: number;
  readonly bias: number;
  /** The parts of the map into this layer that do not pass through circuits. */
  readonly corrections: readonly Correction[];
  readonly shared: readonly SharedMap[];
  /** u32 [T]: the position of each circuit in this layer's running order. */
  readonly positions: number;
  /** Addresses of the rows of X that this layer's circuits read, in the order in which the circuits run. */
  readonly gather: number;
  /** Where circuits write for the next layer, and how; null for the last layer. */
  readonly written: WrittenRows | null;
  /** Whether the pass over circuits uses the kernel for rotations (assembly/rotations.ts). */
  readonly isRotation: boolean;
  /**
   * The gate that computes this layer's X (assembly/gates.ts): 1 rotations, 2 rotations from components, 0 any other.
   */
  readonly rotationGate: number;
  /** Number of leading coordinates of X whose sums over neurons are needed by the readout or the next layer. */
  readonly summed: number;
  /** The matrix Q: f32 for the pass (0 when the readouts are the coordinates), f64 for the active circuits. */
  readonly Q32: number;
  readonly Q64: number;
  /**
   * For layer 1 of networks that scatter: where each neuron's list of circuits starts, u32 [P+1], and the circuits'
   * positions, list by list. If only a few circuits share a neuron with an active one, and all others read zeros, only
   * these few are run. Null if other circuits can read nonzero values, or if finding the circuits that share a neuron
   * would take more time than it saves.
   */
  readonly sharing: { readonly starts: number; readonly positions: number } | null;
  /** The neuron ids of this layer, u32 [T][S], for the input embedding and the oracle gate; 0 if unused. */
  readonly neurons: number;
  readonly scale: number;
  /** Factor on the block sums that are subtracted from gathered rows, f32; 0 if none are subtracted. */
  readonly shiftFactor: number;
}

/**
 * What circuits write, in the order in which they run: `mix` computes the rows of V. Either `scatter` says to which row
 * of Y each of them is added, or `collect` lists the rows of V that each neuron adds up.
 */
export interface WrittenRows {
  readonly mix: number;
  /** Addresses of rows of Y; 0 if `collect` is used instead. */
  readonly scatter: number;
  /** Lists of V's rows for every neuron; null if `scatter` is used instead. */
  readonly collect: RowLists | null;
}

/** A tile's buffers, to which the layers' tables point. */
export interface TileState {
  /** Activations in coordinates, f32 [P][k][lanes]. */
  readonly X: number;
  /** Pre-activations before they are mixed, f32 [P][r][lanes]. */
  readonly Y: number;
  /** What circuits write, f32: [T][r][lanes] if `collects` is true, otherwise [PASS_BLOCK][r][lanes]. */
  readonly V: number;
  readonly collects: boolean;
}

/**
 * Largest size of V, in bytes, for which every neuron collects rows from V; for larger sizes, circuits scatter their
 * rows to Y. When neurons collect rows, each row is read once for every neuron of its circuit, in random order. While V
 * fits in a core's cache, collecting takes half as long as scattering; otherwise, scattering is faster.
 */
const COLLECT_LIMIT = 384 * 1024;
/**
 * The choice between collecting and scattering always assumes a tile of this many samples, so that the order of sums
 * does not depend on the actual tile.
 */
const USUAL_LANES = 8;

/** Allocates X, Y and V for a tile of `lanes` samples. */
export function tileState(arena: Arena, network: Network, lanes: number): TileState {
  const { d, T } = network.shape;
  const { P } = network.parts[0];
  const row = 4 * lanes * d;
  const collects = T * 4 * USUAL_LANES * d <= COLLECT_LIMIT;
  const V = arena.bytes((collects ? T : PASS_BLOCK) * row);
  return { X: arena.bytes(P * row), Y: arena.bytes(P * row), V, collects };
}

type CompressedRows<Name extends string> = Readonly<Record<`${Name}${"Starts" | "Columns" | "Values"}`, number>>;

function compressedRows<Name extends string>(
  arena: Arena,
  name: Name,
  matrix: readonly (readonly number[])[],
  W: number,
): CompressedRows<Name> {
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
  return {
    [`${name}Starts`]: arena.u32(starts),
    [`${name}Columns`]: arena.u32(columns),
    [`${name}Values`]: arena.f32(values),
  } as CompressedRows<Name>;
}

/**
 * Recognises the K of a rotation, and an O whose rows have the nonzero entries (a), (a), (a, b) and (a, b), or for
 * d = 3 only the last three; see `rotationGate` in assembly/gates.ts.
 */
function rotationGateOf(
  d: number,
  K: readonly (readonly number[])[],
  O: readonly (readonly number[])[] | null,
): number {
  const projections: Readonly<Record<number, readonly (readonly number[])[]>> = {
    4: rotationReadouts().flatMap(({ matrix }) => matrix),
    3: [
      [1, 0, 0],
      [-1, 1, 0],
      [-1, 0, 1],
    ],
  };
  const projection = projections[d];
  if (projection === undefined || !sameMatrix(K, projection)) return 0;
  if (O === null) return 2;
  const [a, b] = [O[0][0], O[d - 1][2]];
  const drive = [a, 0, 0];
  const outputs = [...(d === 4 ? [drive] : []), drive, [a, b, 0], [a, 0, b]];
  return a !== 0 && b !== 0 && sameMatrix(O, outputs) ? 1 : 0;
}

function sameMatrix(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Lays a network out in kernel memory for tiles of `lanes` samples.
 *
 * @param withNeurons whether the neuron ids of every layer are needed (oracle gate)
 * @throws InputError when the network's embedding is given as a matrix, which this engine cannot read
 */
export function loadLayers(
  arena: Arena,
  network: Network,
  lanes: number,
  tile: TileState,
  withNeurons: boolean,
): LoadedLayer[] {
  const { circuits, embedding, shape } = network;
  const { d, T, L } = shape;
  if (!(factoredConstructions as readonly string[]).includes(network.construction)) {
    throw new InputError(`construction = "${network.construction}": use measureModel(denseModel(network)).`);
  }
  const W = 4 * lanes;
  const loadNeurons = memoize((assignment: Assignment) => arena.u32(assignment.neurons));
  // Weights that repeat from layer to layer are analysed only once.
  const coordinatesOf = memoize((own: Float64Array) =>
    memoize((shared: Float64Array) => findCoordinates(d, { shared, own, T }, circuits.readouts)),
  );

  /** The map out of layer l, in coordinates. */
  const leaving = (l: number): { coordinates: Coordinates; term: CircuitsTerm | null } => {
    const term = l < L ? network.layers[l].terms.find((candidate) => candidate.kind === "circuits") : undefined;
    if (!term) return { coordinates: findCoordinates(d, null, circuits.readouts), term: null };
    return { coordinates: coordinatesOf(term.own.matrix)(term.shared.matrix), term };
  };

  /** The number of leading coordinates of layer l whose sums reach every neuron of the next layer. */
  const summedColumns = (l: number, coordinates: Coordinates): number => {
    const reaches = (network.layers[l]?.terms ?? []).some((term) => term.kind === "sum" && term.weights === null);
    return reaches ? (coordinates.mix === null ? coordinates.K.length : coordinates.pass) : 0;
  };

  const naturalOrder = new Uint32Array(T).map((_, t) => t);
  const layers: LoadedLayer[] = [];
  let arriving: { coordinates: Coordinates; term: CircuitsTerm } | null = null;
  for (let l = 1; l <= L; l++) {
    const { coordinates, term } = leaving(l);
    const k = coordinates.K.length;
    const written = coordinates.pass + coordinates.outer;
    const readout = network.readouts[l - 1];
    const direct = readsDirectly(coordinates);
    const map = arriving === null ? null : mapInto(arena, network, l, arriving);
    // Small networks run circuits in their original order, so that active circuits are located only once, not in each
    // layer.
    const order = tile.collects ? naturalOrder : runningOrder(embedding[l - 1]);
    const positions = new Uint32Array(T);
    order.forEach((circuit, position) => (positions[circuit] = position));
    const gathered = rowsInOrder(embedding[l - 1], order);
    // Neurons that no active circuit uses are off, so circuits on such neurons read only zeros.
    const silent = readout.shift === 0 && (withNeurons || circuits.bias[0].every((bias) => bias <= 0));
    const readoutRows = circuits.readouts.map(({ matrix }) => matrix.length).join();
    const isRotation = direct && k === 3 && readoutRows === "1,2";
    const { pass, inner, outer } = coordinates;
    const previousK = layers.at(-1)?.k ?? 0;
    layers.push({
      k,
      coordinates,
      ...compressedRows(arena, "in", coordinates.K, W),
      ...compressedRows(arena, "out", map?.O ?? identity(d), W),
      arriving: map === null ? d : map.r,
      bias: arena.f32(circuits.bias[l - 1]),
      corrections: map?.corrections(tile, previousK, W) ?? [],
      shared: map?.shared ?? [],
      positions: tile.collects ? (layers[0]?.positions ?? arena.u32(positions)) : arena.u32(positions),
      gather: arena.addresses(gathered.neurons, tile.X, k * W),
      written:
        term === null
          ? null
          : {
              mix: arena.f32(piecesInOrder(coordinates.mix ?? wholeMix(term), order)),
              ...writtenRows(arena, rowsInOrder(embedding[l], order), tile, written * W),
            },
      isRotation: isRotation && (term === null || (pass === 1 && inner === 2 && outer === 2)),
      rotationGate: rotationGateOf(d, coordinates.K, map?.O ?? null),
      summed: readout.shift !== 0 ? k : summedColumns(l, coordinates),
      Q32: direct ? 0 : arena.f32(coordinates.Q.flat()),
      Q64: arena.f64(coordinates.Q.flat()),
      sharing: l === 1 && !tile.collects && silent ? circuitsOfNeurons(arena, gathered) : null,
      neurons: l === 1 || withNeurons ? loadNeurons(embedding[l - 1]) : 0,
      scale: readout.scale,
      shiftFactor: readout.shift === 0 ? 0 : arena.f32([readout.shift / readout.scale]),
    });
    arriving = term === null ? null : { coordinates, term };
  }
  return layers;
}

function circuitsOfNeurons(arena: Arena, ordered: Assignment): { starts: number; positions: number } {
  const { starts, circuits } = circuitsByNeuron(ordered);
  return { starts: arena.u32(starts), positions: arena.u32(circuits) };
}

/** The tables that map rows of V to Y. */
function writtenRows(arena: Arena, ordered: Assignment, tile: TileState, rowBytes: number): Omit<WrittenRows, "mix"> {
  const to = { base: tile.Y, stride: rowBytes };
  if (!tile.collects) return { scatter: arena.addresses(ordered.neurons, to.base, to.stride), collect: null };
  const { starts, circuits } = circuitsByNeuron(ordered);
  const lists = { starts, indices: circuits };
  return { scatter: 0, collect: rowLists(arena, lists, { base: tile.V, stride: rowBytes }, to, 0) };
}

/** The matrices shared + own_t with their scales applied, f32 [T][d][d]. */
function wholeMix({ shared, own }: CircuitsTerm): Float32Array {
  const size = shared.matrix.length;
  const mix = new Float32Array(own.matrix.length);
  for (let at = 0; at < mix.length; at++) {
    mix[at] = shared.scale * shared.matrix[at % size] + own.scale * own.matrix[at];
  }
  return mix;
}

interface MapInto {
  readonly O: number[][];
  readonly r: number;
  readonly corrections: (tile: TileState, k: number, W: number) => Correction[];
  readonly shared: SharedMap[];
}

/** The remaining parts of W^l: O with its scales, the corrections and the shared maps. */
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
  const terms = network.layers[l - 1].terms;
  const links = terms.filter((candidate): candidate is LinksTerm & typeof candidate => candidate.kind === "links");
  const sums = terms.filter((candidate): candidate is SumTerm & typeof candidate => candidate.kind === "sum");
  for (const { kind, by } of [...links, ...sums]) {
    // Reduced corrections are subtracted from the coordinates that are passed on; the matrix O then applies the scale
    // of `shared`.
    const isReduced = reduced && kind === "links";
    if (by.matrix !== term.shared.matrix || (isReduced && by.scale !== -term.shared.scale)) {
      throw new Error(`The term of kind ${kind} does not match.`);
    }
  }
  const shared = sums.map(({ by, weights }): SharedMap => {
    // In a reduced map, the part shared by all circuits reads only the coordinates that are passed on.
    const columns = reduced ? pass : K.length;
    const C = Array.from({ length: d }, (_, i) =>
      Array.from({ length: columns }, (__, j) => by.scale * (reduced ? coordinates.O[i][j] : by.matrix[i * d + j])),
    );
    return {
      C: arena.f32(C.flat()),
      columns,
      of: weights === null ? "X" : "weighted X",
      weights: weights === null ? 0 : arena.f32(weights),
    };
  });
  if (term.everywhere !== 0) {
    // The sum Σ_n Y[n] counts every circuit S times.
    const C = O.flat().map((value) => (term.everywhere / S) * value);
    shared.push({ C: arena.f32(C), columns: r, of: "Y", weights: 0 });
  }
  const corrections = (tile: TileState, k: number, W: number): Correction[] =>
    links
      .filter(({ columns }) => columns.length > 0)
      .map(({ starts, columns, weights, by }) => {
        const repeated = repeatedColumns(starts, columns, weights);
        return {
          ...rowLists(arena, repeated, { base: tile.X, stride: k * W }, { base: tile.Y, stride: r * W }, 1),
          matrix: reduced ? 0 : arena.f32(by.matrix.map((value) => by.scale * value)),
        };
      });
  return { O, r, corrections, shared };
}

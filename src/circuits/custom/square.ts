import type { InputDistribution, Readout } from "../circuits.js";
import { rearrangeInputs, type InputSource } from "../inputs.js";

/** The last layer's output: "relu" has a ReLU after it, "linear" does not. */
export const outputs = ["relu", "linear"] as const;

type Matrix = readonly (readonly number[])[];
type Bias = readonly number[] | Matrix;

/** Circuits as given: layers may have different sizes, and the last one may lack a ReLU. */
export interface GivenShape {
  /** The weights, [L or 1][T][out][in]. */
  readonly weights: readonly (readonly Matrix[])[];
  /** Shared biases [L or 1][out], or individual ones [L or 1][T][out]. */
  readonly biases: readonly Bias[];
  readonly output?: (typeof outputs)[number];
}

/** Sizes of the input and of the output of each given layer, [1 + (L or 1)]. */
export function widthsOf({ weights }: Pick<GivenShape, "weights">): number[] {
  return [weights[0][0][0].length, ...weights.map(([circuit]) => circuit.length)];
}

/** d: neurons per circuit and layer, enough for the widest layer. Each linear output takes two neurons. */
export function neededWidth(given: Pick<GivenShape, "weights" | "output">): number {
  const widths = widthsOf(given);
  return Math.max(...widths, given.output === "linear" ? 2 * widths[widths.length - 1] : 0);
}

/** A bias low enough that padding neurons stay at 0, even next to an On-indicator. */
const SHUT = -1;

/**
 * Gives circuits d neurons and a ReLU in every layer; returns them unchanged if they already have this form.
 *
 * A linear output y becomes two neurons, a = ReLU(y) and a' = ReLU(−y); readouts use the exact difference y = a − a'.
 * Smaller layers are padded with neurons that have no weights, and inputs are padded with zeros.
 */
export function squared<
  Given extends GivenShape & { readonly readouts: readonly Readout[]; readonly inputs: InputDistribution },
>(given: Given): Omit<Given, "output"> {
  const { output, ...rest } = given;
  const d = neededWidth(given);
  const isLinear = output === "linear";
  if (!isLinear && widthsOf(given).every((width) => width === d)) return rest;
  const layers = Math.max(given.weights.length, given.biases.length);
  /** Pads a layer's rows, one per output, to d rows; in a linear last layer, each row's negative is added first. */
  const rowsOf = <Row>(rows: readonly Row[], k: number, negative: (row: Row) => Row, empty: Row): Row[] => {
    const pairs = isLinear && k === layers - 1 ? [...rows, ...rows.map(negative)] : rows;
    return filled(pairs, d, empty);
  };
  const biasOf = (bias: readonly number[], k: number): number[] => rowsOf(bias, k, (value) => 0 - value, SHUT);
  return {
    ...rest,
    weights: perLayer(given.weights, layers).map((circuits, k) =>
      circuits.map((rows) => {
        const padded = rows.map((row) => filled(row, d, 0));
        return rowsOf(padded, k, negated, new Array<number>(d).fill(0));
      }),
    ),
    biases: perLayer(given.biases, layers).map((layer, k) =>
      isMatrix(layer) ? layer.map((bias) => biasOf(bias, k)) : biasOf(layer, k),
    ),
    readouts: squaredReadouts(given),
    inputs: rearrangeInputs(
      given.inputs,
      Array.from({ length: d }, (_, component): InputSource =>
        component < widthsOf(given)[0] ? { component } : { constant: 0 },
      ),
    ),
  };
}

/** Converts readouts [rows][outputs] of given circuits to readouts [rows][d] of circuits with square layers. */
export function squaredReadouts(
  given: Pick<GivenShape, "weights" | "output"> & { readonly readouts: readonly Readout[] },
): readonly Readout[] {
  const d = neededWidth(given);
  const isLinear = given.output === "linear";
  return given.readouts.map(({ name, matrix }) => ({
    name,
    matrix: matrix.map((row) => filled(isLinear ? [...row, ...negated(row)] : row, d, 0)),
  }));
}

function isMatrix(bias: Bias): bias is Matrix {
  return Array.isArray(bias[0]);
}

function perLayer<A>(list: readonly A[], layers: number): readonly A[] {
  return list.length === layers ? list : new Array<A>(layers).fill(list[0]);
}

function filled<A>(list: readonly A[], length: number, value: A): A[] {
  return [...list, ...new Array<A>(length - list.length).fill(value)];
}

/** The negative of a row, without negative zeros. */
function negated(row: readonly number[]): number[] {
  return row.map((value) => 0 - value);
}

import fc from "fast-check";
import type { Assignment } from "../../src/assignment/assignment.js";
import { maxCircuits, primeSteps } from "../../src/assignment/prime-steps.js";
import type { Circuits, SharedInputs, Readout } from "../../src/circuits/circuits.js";
import { anglesFromTurns, randomTurns, rotations, rotationsOneIndicator, steps } from "../../src/circuits/rotation.js";
import type { TileWidth } from "../../src/engine/factored-run.js";
import { factoredConstructions, gates, type FactoredConstruction, type Gate } from "../../src/network/construction.js";
import { permutedEmbedding } from "../../src/network/embedding.js";
import { buildNetwork, type Network, type NetworkOptions } from "../../src/network/network.js";
import { normalPair, RandomSequence } from "../../src/base/random.js";

const kinds = ["full", "low rank", "no own", "no shared", "nothing", "rotation", "rotation3", "step"] as const;
const widths: Readonly<Record<string, number>> = { rotation: 4, rotation3: 3, step: 2 };

/** A random network and how to run it, described by a few numbers that fast-check can shrink. */
export interface Plan {
  readonly kind: (typeof kinds)[number];
  /** d, for kinds of circuits that do not determine it. */
  readonly d: number;
  readonly T: number;
  readonly S: number;
  /** P = S + spare. */
  readonly spare: number;
  readonly L: number;
  readonly construction: FactoredConstruction;
  readonly gate: Gate;
  /** Random rows (circuits may share several neurons), or the prime-step assignment, permuted in every layer. */
  readonly rows: "any" | "prime steps";
  /** For custom circuits: the number of rows of each readout; 0 stands for one row of zeros. */
  readonly readoutRows: readonly number[];
  readonly inputs: SharedInputs["kind"];
  /** Number of active circuits, at most T. */
  readonly z: number;
  readonly lanes: TileWidth;
  readonly samples: number;
  readonly seed: number;
}

export interface PlanSizes {
  readonly T: readonly [number, number];
  readonly spare: readonly [number, number];
  readonly L?: number;
  readonly samples?: number;
}

export function plans(sizes: PlanSizes): fc.Arbitrary<Plan> {
  const between = ([min, max]: readonly [number, number]): fc.Arbitrary<number> => fc.integer({ min, max });
  return fc.record({
    kind: fc.constantFrom(...kinds),
    d: fc.integer({ min: 1, max: 5 }),
    T: between(sizes.T),
    S: fc.integer({ min: 1, max: 7 }),
    spare: between(sizes.spare),
    L: fc.integer({ min: 1, max: sizes.L ?? 4 }),
    construction: fc.constantFrom(...factoredConstructions),
    gate: fc.constantFrom(...gates),
    rows: fc.constantFrom("any", "prime steps"),
    readoutRows: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 }),
    inputs: fc.constantFrom("angle", "uniform", "choice"),
    z: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(sizes.T[1])),
    lanes: fc.constantFrom(4, 8, 16),
    samples: fc.integer({ min: 1, max: sizes.samples ?? 20 }),
    seed: fc.nat(),
  });
}

/** Number of circuits active at once in the plan's network. */
export function activeCount({ z }: Plan, { shape }: Network): number {
  return Math.min(z, shape.T);
}

/** The plan's network. */
export const networkOf = (plan: Plan): Network => buildNetwork(optionsOf(plan));

/** The components of the plan's network; with the prime-step assignment, as many circuits as fit. */
export function optionsOf(plan: Plan): NetworkOptions {
  const { S, L, seed, construction } = plan;
  const d = widths[plan.kind] ?? plan.d;
  const P = S + plan.spare;
  const T = plan.rows === "any" ? plan.T : Math.min(plan.T, maxCircuits({ P, S }));
  const embedding =
    plan.rows === "any"
      ? Array.from({ length: L }, (_, k) => randomRows(T, S, P, new RandomSequence(seed, "user", 0, k)))
      : permutedEmbedding(primeSteps({ T, P, S }), L, seed);
  return { shape: { D: d * P, d, T, S, L }, circuits: circuitsOf(plan, T), embedding, construction };
}

/** T rows of S distinct neurons. */
export function randomRows(T: number, S: number, P: number, random: RandomSequence): Assignment {
  const rows = Array.from({ length: T }, () => Array.from(random.permutation(P).subarray(0, S)));
  return { T, S, P, neurons: Uint32Array.from(rows.flat()) };
}

function circuitsOf(plan: Plan, T: number): Circuits {
  const { L, seed } = plan;
  const angles = anglesFromTurns(randomTurns(T, seed));
  if (plan.kind === "rotation") return rotations(angles, L);
  if (plan.kind === "rotation3") return rotationsOneIndicator(angles, L);
  if (plan.kind === "step") return steps(T, L);
  return customCircuitsOf(plan, T);
}

/** Circuits with random readouts and inputs, and with random weights and biases that differ from layer to layer. */
function customCircuitsOf({ kind, d, L, readoutRows, inputs, seed }: Plan, T: number): Circuits {
  const random = new RandomSequence(seed, "user", 1);
  const normals = (length: number, scale = 1): Float64Array =>
    Float64Array.from({ length }, () => scale * normalPair(random)[0]);
  const vector = (scale = 1): number[] => [...normals(d, scale)];
  const layers = <A>(make: () => A): A[] => Array.from({ length: L }, make);
  const shared = (): Float64Array => {
    if (kind === "no shared" || kind === "nothing") return new Float64Array(d * d);
    return kind === "low rank" ? outer(vector(0.7), vector()) : normals(d * d, 0.6 / Math.sqrt(d));
  };
  const own = (): Float64Array => {
    if (kind === "no own" || kind === "nothing") return new Float64Array(T * d * d);
    if (kind !== "low rank") return normals(T * d * d, 0.6 / Math.sqrt(d));
    // Every circuit's last component is a multiple of the same row.
    const row = vector();
    const column = new Array<number>(d).fill(0);
    return Float64Array.from(
      Array.from({ length: T }, () => [...outer([...column.slice(1), normalPair(random)[0]], row)]).flat(),
    );
  };
  const readouts = readoutRows.map((rows, group): Readout => {
    const matrix = rows === 0 ? [new Array<number>(d).fill(0)] : Array.from({ length: rows }, () => vector());
    return { name: `y${group}`, matrix };
  });
  return {
    kind: "custom",
    d,
    T,
    L,
    mean: layers(shared),
    delta: layers(own),
    bias: layers(() => normals(d, 0.3)),
    readouts,
    inputs: inputsOf(inputs, vector),
  };
}

function outer(column: readonly number[], row: readonly number[]): Float64Array {
  return Float64Array.from(column.flatMap((a) => row.map((b) => a * b)));
}

function inputsOf(kind: SharedInputs["kind"], vector: () => number[]): SharedInputs {
  if (kind === "angle") return { kind, center: vector(), cos: vector(), sin: vector() };
  if (kind === "choice") return { kind, vectors: [vector(), vector(), vector()] };
  const low = vector();
  return { kind, low, high: low.map((value) => value + 1) };
}

import { expect, test } from "vitest";
import * as assignment from "../../src/exports/assignment.js";
import * as theory from "../../src/exports/theory.js";
import * as main from "../../src/index.js";

// Functions that build and measure networks, assignments and closed forms, with arguments that are right. Each argument in turn, and
// each number in an argument that is an object of options, is then given wrong: the answer is an InputError that names something.

const shape = { D: 80, d: 4, T: 12, S: 3, L: 2 };
const size = { T: 12, P: 20, S: 3 };
const turns = main.randomTurns(12, 1);
const angles = main.anglesFromTurns(turns);
const circuits = main.rotations(angles, 2);
const rows = main.primeSteps(size);
const embedding = main.permutedEmbedding(rows, 2, 1);
const options = { shape, circuits, embedding, construction: "capped" } as const;
const network = main.buildNetwork(options);
const multiPart = main.asMultiPart(network);
const kernels = main.referenceKernels();
const expectations = main.circuitExpectations(circuits);

/** An argument that may be left out. */
class Optional {
  constructor(readonly value: unknown) {}
}
const or = (value: unknown): Optional => new Optional(value);
/** An argument that a function makes, of which wrong entries are other tests' matter. */
class Whole {
  constructor(readonly value: unknown) {}
}
const whole = (value: unknown): Whole => new Whole(value);
/** A number that need not be whole, or positive. */
class Real {
  constructor(readonly value: number) {}
}
const real = (value: number): Real => new Real(value);

const input = { z: 2, samples: 4, seed: 1 };
const search = { z: 2, seed: 1, steps: 1 };
const overlap = { D: 80, d: 4, T: 12, S: 3 };
const block = { P: 20, S: 3 };

const calls: Readonly<Record<string, readonly unknown[]>> = {
  checkShape: [shape],
  rotations: [angles, 2, or({})],
  rotationsOneIndicator: [angles, 2, or(4)],
  stepCircuits: [12, 2, or(null)],
  anglesFromTurns: [turns],
  anglesFromRadians: [[0.5]],
  randomTurns: [12, 1, or(0), or(4)],
  primeSteps: [size],
  maxCircuits: [block],
  permutedEmbedding: [rows, 2, 1, or(0)],
  fixedEmbedding: [rows, 2],
  buildNetwork: [options],
  measure: [whole(network), input, kernels],
  buildNetworkAsync: [options, or({})],
  measureAsync: [whole(network), input, kernels, or({})],
  searchWorstAsync: [multiPart, search, kernels, or({})],
  searchWorst: [multiPart, search, kernels],
  runInputs: [whole(network), { active: [[0]], inputs: [[[1, 1, 0.6, 0.8]]] }, kernels],
  predictErrors: [shape, circuits, 2, or(expectations)],
  predictTerms: [shape, circuits, 2, or(expectations)],
  stepSizes: [block],
  maxTransversal: [block],
  transversalAssignment: [{ T: 4, P: 20, S: 3 }],
  filledAssignment: [{ T: 4, P: 20, S: 3 }],
  maxFilled: [block],
  cyclicAssignment: [{ T: 4, P: 20, S: 3 }],
  maxCyclic: [block],
  cyclotomicAssignment: [{ T: 4, P: 20, S: 3 }],
  maxCyclotomic: [block],
  greedyAssignment: [{ T: 4, P: 20, S: 3 }],
  maxGreedy: [block],
  balancedSubset: [rows, 4, { seed: 1 }],
  linkSpectrum: [rows, rows],
  overlapSpectrum: [rows],
  pairsNotParted: [rows, rows],
  circuitsUpperBound: [block],
  loadStatistics: [rows],
  measureOverlaps: [rows],
  sharesAtMostOne: [rows],
  freshEmbedding: [size, 2, 1, or(0)],
  partingEmbedding: [{ T: 5, P: 20, S: 2 }, 2],
  activeRotationError: [overlap, 2, 1],
  earlierRotationError: [{ D: 80, d: 4, T: 12 }, 2, 1],
  inactiveRotationError: [overlap, 2],
  distinguishableLevels: [{ m: 100, n: 20 }, real(2)],
  largestDot: [{ m: 100, n: 20 }],
  meanSquaredDot: [20],
  mostActive: [{ m: 100, n: 20 }],
  mostFeatures: [20, real(2)],
  noiseBound: [{ m: 100, n: 20 }],
  noiseOfActive: [{ m: 100, n: 20 }, real(2)],
};

const exported = { ...assignment, ...theory, ...main } as Readonly<Record<string, unknown>>;

/** A right argument as the function takes it. */
function plain(value: unknown): unknown {
  if (value instanceof Optional || value instanceof Real || value instanceof Whole) return value.value ?? undefined;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.values(value).some((entry) => entry instanceof Real)
    ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]))
    : value;
}

/** Wrong values in the place of one, with what they are called. */
function* wrongFor(value: unknown, isOptional = false): Generator<[string, unknown]> {
  if (value instanceof Optional) return yield* wrongFor(value.value, true);
  if (value instanceof Whole)
    return yield* [undefined, null, 5, "x", {}].map((wrong): [string, unknown] => [`${wrong}`, wrong]);
  if (!isOptional) yield ["undefined", undefined];
  if (value instanceof Real || typeof value === "number") {
    for (const wrong of [NaN, Infinity, "3", {}, ...(value instanceof Real ? [] : [-1, 0.5])]) {
      yield [`${typeof wrong} ${String(wrong)}`, wrong];
    }
    return;
  }
  if (value !== null && !(isOptional && Array.isArray(value))) yield ["null", null];
  yield ["5", 5];
  if (typeof value !== "string") yield ["text", "x"];
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return;
  for (const [key, entry] of Object.entries(value)) {
    if (typeof entry !== "number" && !(entry instanceof Real)) continue;
    for (const [what, wrong] of wrongFor(entry)) yield [`${key} ${what}`, { ...value, [key]: wrong }];
  }
}

test.each(Object.keys(calls))("%s refuses wrong arguments", async (name) => {
  const run = exported[name] as (...args: unknown[]) => unknown;
  const args = calls[name]!;
  const faults: string[] = [];
  for (const [at, right] of args.entries()) {
    for (const [what, wrong] of wrongFor(right)) {
      const given = args.map((value, k) => (k === at ? plain(wrong) : plain(value)));
      try {
        const result = run(...given);
        const value = await (Symbol.iterator in Object(result) && name === "stepSizes" ? [...(result as [])] : result);
        faults.push(`argument ${at} = ${what}: gives ${typeof value}`);
      } catch (error) {
        if (!(error instanceof main.InputError)) faults.push(`argument ${at} = ${what}: ${String(error)}`);
        else if (error.argument === null) faults.push(`argument ${at} = ${what}: names none: ${error.message}`);
      }
    }
  }
  expect(faults).toEqual([]);
});

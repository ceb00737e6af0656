import { expect, test } from "vitest";
import * as assignment from "../../src/exports/assignment.js";
import * as exchange from "../../src/exports/exchange.js";
import * as node from "../../src/exports/node.js";
import * as reproduction from "../../src/exports/reproduce.js";
import * as theory from "../../src/exports/theory.js";
import * as training from "../../src/exports/training.js";
import * as main from "../../src/index.js";

// Every exported function, with correct arguments. Then each argument in turn, and each part of an argument that is an
// object or a list, is made wrong. The call must throw an InputError that names something.

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
const raw = main.toRaw(main.stepCircuits(2, 2));
const model = main.denseModel(network);
const spec = main.parseSpec({ D: 80, T: 12, S: 3, L: 2, samples: 4 });
const tensors = exchange.modelTensors(model);
const small = new Map([["a", { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) }]] as const);
const mlps = new Map([
  ["layer.0.weight", { shape: [1, 2, 2], numbers: [1, 0, 0, 1] }],
  ["layer.0.bias", { shape: [2], numbers: [0, 0] }],
]);
const text = { title: "t", about: "a", command: "c", version: "1" };
const machine = { kind: "m", T: 2, L: 1, states: 2, next: () => [1, 0], readouts: [{ name: "s", matrix: [[0, 1]] }] };
const indicators = {
  ...{ kind: "i", T: 2, L: 1, features: 2 },
  map: () => [[1, 0], [0, 1]], // prettier-ignore
  readouts: [{ name: "f", matrix: [[1, 0]] }],
  inputs: [[1, 0]],
};
const ofCase = {
  ...{ D: 8, d: 2, T: 2, S: 1, L: 1 },
  construction: "capped",
  circuits: { kind: "step" },
  assignments: [[[0], [1]]],
  samples: [{ active: [0], inputs: [[1, 1]] }],
};

/** An optional argument. */
class Optional {
  constructor(readonly value: unknown) {}
}
const or = (value: unknown): Optional => new Optional(value);
/** An argument made by a function; other tests cover its wrong entries. */
class Whole {
  constructor(readonly value: unknown) {}
}
const whole = (value: unknown): Whole => new Whole(value);
/** A number that need be neither whole nor positive. */
class Real {
  constructor(readonly value: number) {}
}
const real = (value: number): Real => new Real(value);
/** A text; any value is valid. */
class Text {
  constructor(readonly value: string) {}
}
const any = (value: string): Text => new Text(value);
/** A word from a fixed set, or a number. */
class Word {
  constructor(readonly value: string) {}
}
const word = (value: string): Word => new Word(value);

const input = { z: 2, samples: 4, seed: 1 };
const search = { z: 2, seed: 1, steps: 1 };
const overlap = { D: 80, d: 4, T: 12, S: 3 };
const block = { P: 20, S: 3 };
const stored = { n: 50, l: 3, m: real(100) };
const universal = { m: real(20), d: 50, p: real(0.3), active: 2, k: or(2) };
const chosen = { d: 50, S: 5, active: 2 };
const ofModel = { z: [2], samples: 4, sampling: "random", seed: 1, gate: "relu", network: 0 };

const numbers = (count: number): unknown[] => Array.from({ length: count }, () => real(1));
const layer = { F: 2, N: 1, encoder: numbers(2), bias: or([real(0)]), decoder: numbers(2) };

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
  searchWorstAsync: [whole(multiPart), search, kernels, or({})],
  searchWorst: [whole(multiPart), search, kernels],
  runInputs: [whole(network), { active: [[0]], inputs: [[[1, 1, 0.6, 0.8]]] }, kernels],
  predictErrors: [shape, whole(circuits), 2, or(expectations)],
  predictTerms: [shape, whole(circuits), 2, or(expectations)],
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
  largestDotLaw: [{ m: 100, n: 20 }],
  meanSquaredDot: [20],
  mostActive: [{ m: 100, n: 20 }],
  mostFeatures: [20, real(2)],
  noiseBound: [{ m: 100, n: 20 }],
  noiseOfActive: [{ m: 100, n: 20 }, real(2)],

  // Circuits.
  runAlone: [whole(circuits), 1, [1, 1, 0, 1]],
  applyReadout: [{ name: "y", matrix: [[real(1), real(2)]] }, [real(1), real(2)]],
  customCircuits: [{ weights: [[[[real(1)]], [[real(2)]]]], biases: [[real(0)]] }, 2],
  customWeightsOf: [circuits],
  circuitsFromTensors: [whole(mlps), or({}), or(whole([]))],
  stateMachines: [machine],
  gateCircuits: [[[["and", "or"]]], or({ low: real(0.5), high: real(0.75) })],
  lookupCircuits: [[[[1, 0]]], or({ low: real(0.5), high: real(0.75) })],
  automatonCircuits: [[[[1, 0], [0, 1]]], [[0, 1]], or({ low: real(0.5), high: real(0.75) })], // prettier-ignore
  mixCircuits: [[main.stepCircuits(2, 2), circuits]],
  indicatorCircuits: [indicators],
  checkCircuits: [raw, or({ z: or(2), P: or(20), S: or(3), probes: or(2), size: or(real(0.1)), seed: or(1) })],
  probeAmplification: [raw, or({ probes: or(2), size: or(real(0.1)), seed: or(1) })],
  neededMend: [raw],
  applyMend: [raw, "rescale"],
  toRaw: [circuits],
  toCircuits: [raw],
  // Networks and their weights.
  blockSize: [{ D: 80, d: 4 }],
  deriveSeed: [1],
  RandomSequence: [1, "samples", or(0), or(0)],
  buildMatrixNetwork: [
    { shape, circuits, embedding, construction: "trained", training: or({ seed: 1, network: 0, z: 1 }) },
  ],
  denseWeights: [whole(network), 2, or(whole(new Float64Array(80 * 80)))],
  denseBias: [whole(network.parts), whole(network.layers[0])],
  denseModel: [whole(network)],
  asMultiPart: [whole(network)],
  readAll: [whole(network), new Float32Array(80), 1, or([0, 1])],
  wasmKernels: [whole(new Uint8Array(8))],
  loadCore: [or(whole(new Uint8Array(8)))],
  loadKernels: [or({ relaxed: or(false) })],
  // Specs.
  parseSpec: [or({ D: or(80), T: or(12), z: or([1]) }), or(real(1e9))],
  specHash: [spec],
  buildCircuits: [spec, 0],
  buildRunNetwork: [spec, 0],
  buildMultiPartNetwork: [spec, 0],
  measureModel: [whole(model), ofModel, kernels, or({})],
  // Assignments.
  circuitsByNeuron: [rows],
  neuronLoads: [rows],
  permuteRows: [rows, Array.from({ length: 12 }, (_, t) => t)],
  freshBalanced: [
    { T: 4, P: 20, S: 3 },
    { seed: 1, network: or(0), layer: or(0), partFrom: or(main.primeSteps({ T: 4, P: 20, S: 3 })) },
  ],
  partingLines: [{ T: 6, q: 5, S: 2, P: or(20), windows: or(2), slopes: or([0, 1]) }],
  countDrives: [{ q: 5, S: 2, windows: or(2), slopes: whole([0, 1]) }],
  predictOverlaps: [size],
  // Theory.
  naiveErrors: [{ D: 8, d: 4, T: 3 }, [{ output: real(1), variance: real(1) }]],
  shareLeftOut: [{ D: 8, d: 4, T: 3 }],
  capacityLoad: [{ D: 80, d: 4, T: 12 }],
  circuitsPerParameter: [{ D: 80, d: 4, T: 12 }],
  correctionKappa: [overlap],
  embeddingMatrixError: [{ T: 12, q: real(0.1) }, "both"],
  expectedActiveFraction: [{ D: 80, d: 4, S: 3 }, real(2)],
  expectedOverlap: [overlap],
  expectedSquaredOverlap: [overlap],
  sharingProbability: [overlap],
  meanSquaredOverlap: [{ D: real(80), d: real(4), T: real(12), S: real(3) }],
  circuitExpectations: [circuits, or(circuits.readouts)],
  halfSlackThreshold: [stored, or(1)],
  sharpWidths: [{ l: 3, m: real(100) }, or({ t: or(1), r: or(1) })],
  thresholdValue: [stored, word("best")],
  probabilityAllRight: [stored, or(word("half"))],
  activeAtShare: [{ n: 50, m: real(100) }, real(0.9), or(word("half"))],
  mostActiveAllRight: [{ n: 50, m: real(100) }, real(0.9), or(word("half"))],
  sampleExtremeReadouts: [stored, 1, 0],
  universalAndErrors: [universal],
  universalAndOverZero: [universal],
  expectedWrongGates: [universal],
  mostUniversalInputs: [{ d: 50, p: real(0.3), active: 2, k: or(2) }, real(0.5)],
  bestProbability: [{ d: 50, active: 2, k: or(2) }],
  chosenGatesRight: [{ ...chosen, G: real(10) }],
  mostChosenGates: [chosen, real(0.5)],
  linearFloors: [[[real(1), real(0)], [real(0), real(1)]], kernels, or([[1, 0], [0, 1]])], // prettier-ignore
  baselineLosses: [{ F: 100, N: 50, p: real(0.02), q: real(4) }],
  verdictOf: [{ coherence: real(0.4), featuresPerNeuron: real(9), variation: real(0.1), overNaive: real(0.1) }],
  chiSquared: [whole(new main.RandomSequence(1, "user")), real(3)],
  normalPair: [whole(new main.RandomSequence(1, "user"))],
  // Models and cases.
  exportModel: [whole(network), spec, or(0), or(any("1"))],
  importNetwork: [whole(exchange.writeNpz(small))],
  importModel: [whole(exchange.writeNpz(small))],
  modelFromTensors: [whole(tensors), or({})],
  modelTensors: [model],
  modelFiles: [
    whole(network),
    spec,
    0,
    { title: any("t"), about: any("a"), command: any("c"), version: any("1"), errors: or(any("e")) },
  ],
  multiPartFiles: [whole(multiPart), spec, 0, { ...text, title: any("t") }],
  multiPartTensors: [whole(multiPart), real(1e9)],
  reluLayerFiles: [layer, { title: any("t"), about: any("a"), command: any("c"), version: any("1") }],
  readNpz: [whole(exchange.writeNpz(small)), real(1e6), or(() => true)],
  writeNpz: [whole(small), or({ a: any("b") })],
  readSafetensors: [whole(exchange.writeSafetensors(small)), or(() => true)],
  writeSafetensors: [whole(small), or({ a: any("b") })],
  numbersOf: [any("a"), { dtype: "F32", shape: [2], data: whole(Float32Array.of(1, 2)) }],
  parseCase: [ofCase],
  runCase: [ofCase, kernels, or(4)],
  readoutMatrix: [
    whole(multiPart),
    [{ ...multiPart.reads[0]![0], assignment: whole(rows), matrix: whole(new Float64Array(12)), everywhere: real(0) }],
  ],
  // Training.
  trainLayer: [
    { task: "compressed", F: or(4), N: or(2), q: or(real(4)), rate: or(real(0.1)), batch: or(8), steps: or(1) },
    kernels,
    or({ from: or({ ...layer, F: 4, N: 2, encoder: numbers(8), decoder: numbers(8) }) }),
  ],
  trainCircuits: [whole(multiPart), { z: 2, steps: or(1), batch: or(8), layers: or([2]) }, kernels, or({})],
  compressedVerdict: [layer, { p: or(real(0.5)), samples: 8, seed: or(1) }, kernels],
  andVerdict: [
    { ...layer, F: 3, outputs: or(3), encoder: numbers(3), decoder: numbers(3) },
    { l: or(real(2)), samples: 8 },
    kernels,
  ],
  circuitsVerdict: [whole(multiPart), { z: 1, samples: 4, seed: 1, layer: or(1) }, kernels],
  compareNetworks: [whole(multiPart), whole(multiPart), kernels],
  // Whole runs.
  localExecutor: [kernels, or(() => 0)],
  nodeExecutor: [1, or({ relaxed: or(false) })],
  runSpec: [spec, or({ engine: or("factored"), executor: or(whole(node.localExecutor(kernels))) })],
  reproduce: [{ figures: ["R3"], seed: 1, quick: true, wide: or(false) }],
};

/** Formulas, which accept numbers of any size. */
const formulas = [
  ...[
    "activeRotationError",
    "distinguishableLevels",
    "earlierRotationError",
    "embeddingMatrixError",
    "inactiveRotationError",
  ],
  ...["largestDot", "largestDotLaw", "meanSquaredDot", "mostActive", "mostFeatures", "noiseBound", "noiseOfActive"],
];

/** Exported functions without arguments that can be wrong. */
const without: Readonly<Record<string, string>> = {
  InputError: "what is thrown when arguments are wrong; it takes any text",
  activeIndicatorError: "takes no argument: the error is 0",
  referenceKernels: "takes no argument",
  trainedMlps: "takes no argument",
};

const exported = { ...training, ...node, ...reproduction, ...exchange, ...assignment, ...theory, ...main } as Readonly<
  Record<string, unknown>
>;

test("every exported function is in the table, or listed as having no arguments that can be wrong", () => {
  const functions = Object.keys(exported).filter((name) => typeof exported[name] === "function");
  const known = [...Object.keys(calls), ...Object.keys(without)];
  expect(functions.filter((name) => !known.includes(name))).toEqual([]);
  expect(known.filter((name) => !functions.includes(name) || (name in calls && name in without))).toEqual([]);
});

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
type Numbers = Float64Array | Float32Array | Uint32Array;
const isNumbers = (value: unknown): value is Numbers => ArrayBuffer.isView(value) && value.constructor !== Uint8Array;

/** A correct argument in the form that the function takes. */
function plain(value: unknown): unknown {
  if (value instanceof Optional) return plain(value.value);
  if (value instanceof Real || value instanceof Whole || value instanceof Text || value instanceof Word)
    return value.value;
  if (Array.isArray(value)) return value.map(plain);
  return isPlain(value) && (value as unknown) !== kernels
    ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]))
    : (value ?? undefined);
}

/**
 * Where a value is: an argument, a field, or an entry of a list. Lists may hold any finite numbers and, unless a field
 * of an object determines their length, any number of them.
 */
type Where = "argument" | "field" | "list";

/** Wrong values to use in place of a correct one, with their names. */
function* wrongFor(value: unknown, where: Where = "argument", isOptional = false): Generator<[string, unknown]> {
  if (value instanceof Optional) return yield* wrongFor(value.value, where, true);
  if (!isOptional) {
    yield ["undefined", undefined];
    if (value !== null) yield ["null", null];
  }
  if (value instanceof Whole || value === kernels) return yield* called(5, "x", {});
  if (typeof value === "number" || value instanceof Real) {
    yield* called(NaN, Infinity, "3", {});
    if (typeof value === "number" && where !== "list") yield* called(-1, 0.5, 2 ** 53);
    return;
  }
  if (value instanceof Word) return yield* called("x", NaN, {});
  yield* called(5);
  if (value instanceof Text) return;
  yield* called("x");
  if (isNumbers(value)) {
    if (where !== "argument") yield ["a shorter list", value.slice(1)];
    if (!(value instanceof Uint32Array))
      yield ["NaN at the end", value.map((entry, at) => (at < value.length - 1 ? entry : NaN))];
  } else if (Array.isArray(value)) {
    yield* called({});
    const last: unknown = value.at(-1);
    if (where === "field" && typeof last === "number") yield ["a shorter list", value.slice(1)];
    for (const [what, wrong] of wrongFor(last, "list")) yield [`at the end ${what}`, [...value.slice(0, -1), wrong]];
  } else if (isPlain(value)) {
    if (!isOptional) yield ["[]", []];
    for (const [key, entry] of Object.entries(value)) {
      // Names of circuits and readouts are arbitrary.
      if (typeof entry === "string" && (key === "name" || "T" in value)) continue;
      for (const [what, wrong] of wrongFor(entry, where === "list" ? "list" : "field")) {
        yield [`${key}: ${what}`, { ...value, [key]: wrong }];
      }
    }
  }
}

const called = (...values: readonly unknown[]): [string, unknown][] => values.map((value) => [shown(value), value]);
const shown = (value: unknown): string =>
  typeof value === "string" ? `"${value}"` : typeof value === "object" ? "{}" : String(value);

test.each(Object.keys(calls))("%s refuses wrong arguments", async (name) => {
  const run = exported[name] as (...args: unknown[]) => unknown;
  const args = calls[name]!;
  const faults: string[] = [];
  for (const [at, right] of args.entries()) {
    for (const [what, wrong] of wrongFor(right)) {
      if (formulas.includes(name) && what.endsWith(String(2 ** 53))) continue;
      const given = args.map((value, k) => plain(k === at ? wrong : value));
      try {
        const result =
          name === "RandomSequence" ? new main.RandomSequence(...(given as [number, "user"])) : run(...given);
        const value = await (Symbol.iterator in Object(result) && name === "stepSizes" ? [...(result as [])] : result);
        faults.push(`argument ${at} = ${what}: gives ${typeof value}`);
      } catch (error) {
        if (!(error instanceof main.InputError)) faults.push(`argument ${at} = ${what}: ${String(error)}`);
        else if (error.argument === null) faults.push(`argument ${at} = ${what}: names none: ${error.message}`);
        else if (error.argument.includes(" "))
          faults.push(`argument ${at} = ${what}: names a phrase: ${error.argument}`);
      }
    }
  }
  expect(faults).toEqual([]);
});

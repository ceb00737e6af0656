import { checked, checkExtent, fieldsOf, isObject, stated, wholeSchema } from "../base/validation.js";
import { InputError } from "../base/errors.js";
import { choiceField, numberField, wholeField, type SpecField, type ValuesOf } from "../config/fields.js";
import { fieldSchema } from "../config/field-schema.js";
import { parseSpec } from "../config/parse-spec.js";
import type { RunSpec } from "../config/run-spec.js";
import { trainedParts } from "./circuits-task.js";
import { mixings } from "./labels.js";
import { optimisers } from "./optimiser.js";
import { rateSchedules } from "./schedule.js";
import { initialKinds } from "./trainer.js";

export const trainingTasks = ["compressed", "circuits", "universal-and"] as const;
type TrainingTaskName = (typeof trainingTasks)[number];
export const starts = ["random", "constructed"] as const;

/** The key that selects the task in a file. */
export const taskField = choiceField("task", trainingTasks, "compressed", "what is learned");

const q = (standard: number) => numberField("q", [1, 8], standard, "the loss is |error|^q; 2q is a whole number");

const initialFields = (scale: number) =>
  [
    choiceField("initial", initialKinds, "uniform", "initial weights (if start = random)"),
    numberField("scale", [1e-6, 1000], scale, "size of initial weights, in units of 1/√inputs (if start = random)"),
  ] as const;

/** Keys common to all tasks. */
const stepFields = (standard: {
  readonly steps: number;
  readonly batch: number;
  readonly rate: number;
  readonly samples: number;
}) =>
  [
    wholeField("steps", [1, 1_000_000_000], standard.steps, "steps"),
    wholeField("batch", [1, 1_000_000], standard.batch, "samples per step"),
    choiceField("optimiser", optimisers, "adam", "how the gradient determines a step"),
    numberField("rate", [0, 100], standard.rate, "learning rate, the size of a step"),
    choiceField("schedule", rateSchedules, "cosine", "whether the rate falls along a cosine or stays constant"),
    wholeField("warmUp", [0, 1_000_000_000], 0, "steps over which the rate rises"),
    numberField("momentum", [0, 0.9999], 0.9, "share of the last step that is kept (if optimiser = momentum)"),
    numberField("decay", [0, 1], 0, "fraction of each weight subtracted per step, in units of the rate"),
    wholeField("samples", [1, 100_000_000], standard.samples, "held-out inputs on which the result is measured"),
    wholeField("seed", [0, Number.MAX_SAFE_INTEGER], 1, "random seed; results depend only on it and the other keys"),
  ] as const;

const compressedFields = [
  wholeField("F", [2, 20_000], 100, "number of inputs and of ReLUs"),
  wholeField("N", [1, 4000], 50, "neurons"),
  numberField("p", [1e-6, 1], 0.02, "probability that an input is not 0"),
  q(4),
  choiceField("biases", ["none", "hidden"], "none", "whether neurons have biases"),
  choiceField("mixing", mixings, "none", "the matrix M that mixes labels, y = ReLU(x) + M x"),
  numberField("sigma", [0, 10], 0.03, "standard deviation of the entries of M, a pure number"),
  ...initialFields(1),
  wholeField("K", [2, 64], 5, "neurons per input (if start = constructed)"),
  wholeField("swaps", [0, 100_000_000], 200_000, "exchanges tried for the code (if start = constructed)"),
  ...stepFields({ steps: 10_000, batch: 8192, rate: 0.01, samples: 200_000 }),
] as const;

const circuitsFields = [
  choiceField("trains", trainedParts, "layers", "trained in addition to the weights and biases from layer 2 onwards"),
  q(2),
  numberField("inactive", [0, 1000], 1, "weight of the errors of inactive circuits"),
  wholeField("network", [0, 9999], 0, "index of the network in the spec, from 0"),
  ...initialFields(2),
  ...stepFields({ steps: 2000, batch: 256, rate: 0.003, samples: 2000 }),
] as const;

const andFields = [
  wholeField("m", [2, 400], 100, "Boolean inputs"),
  wholeField("d", [1, 4000], 100, "neurons"),
  numberField("l", [1e-3, 400], 3, "average number of inputs that are on"),
  q(2),
  numberField("on", [1e-3, 1e6], 1000, "weight of an AND's error where the AND is 1"),
  ...initialFields(1),
  ...stepFields({ steps: 5000, batch: 1024, rate: 0.003, samples: 20_000 }),
] as const;

/**
 * The keys of a `superpose train` file for each task, except `task`, `start` and keys that take more than a single
 * number or word.
 */
export const trainingFields: Readonly<Record<TrainingTaskName, readonly SpecField[]>> = {
  compressed: compressedFields,
  circuits: circuitsFields,
  "universal-and": andFields,
};

type Start = (typeof starts)[number] | { readonly file: string };

export interface CompressedSpec extends ValuesOf<typeof compressedFields> {
  readonly task: "compressed";
  /** The weights to start from: random ones, those of a hand-made code, or those of an exported file. */
  readonly start: Start;
}

export interface CircuitsSpec extends ValuesOf<typeof circuitsFields> {
  readonly task: "circuits";
  /** The circuits and the network that holds them; null if both come from the starting file. */
  readonly spec: RunSpec | null;
  /** The steps of the circuits at which readouts are learned; null means all steps from 2 on. */
  readonly layers: readonly number[] | null;
  readonly start: Start;
}

export interface AndSpec extends ValuesOf<typeof andFields> {
  readonly task: "universal-and";
  readonly start: Exclude<Start, "constructed">;
}

/** The contents of a `superpose train` file. */
export type TrainingSpec = CompressedSpec | CircuitsSpec | AndSpec;

/** The largest number of weights of a trained network. */
const LARGEST = 20_000_000;

/**
 * Parses the contents of a file; omitted keys take their field's default.
 *
 * @throws InputError naming the key, its value and what is allowed
 */
export function parseTraining(value: { readonly task: "compressed"; readonly [key: string]: unknown }): CompressedSpec;
export function parseTraining(value: unknown): TrainingSpec;
export function parseTraining(value: unknown): TrainingSpec {
  const what = "a training";
  // The spec of circuits may be large, so it is checked separately.
  checkExtent(what, isObject(value) ? { ...value, spec: null } : value, 3, 1000);
  const name: unknown = isObject(value) ? Reflect.get(value, "task") : undefined;
  const task = checked(
    "task",
    fieldSchema(taskField),
    name === undefined ? taskField.default : name,
  ) as TrainingTaskName;
  const own = task === "circuits" ? ["spec", "layers"] : [];
  const fields = trainingFields[task];
  const given = fieldsOf(what, value, ["task", ...fields.map((field) => field.name), ...own, "start"]);
  const values = Object.fromEntries(
    fields.map((field) => {
      const stated = given[field.name];
      return [field.name, checked(field.name, fieldSchema(field), stated === undefined ? field.default : stated)];
    }),
  ) as unknown as ValuesOf<ReturnType<typeof stepFields>> & { readonly q: number };
  const { steps, warmUp } = values;
  if ((2 * values.q) % 1 !== 0)
    throw new InputError(`q = ${values.q}: must be a multiple of 0.5, such as 2.5.`, "range", "q");
  if (warmUp >= steps)
    throw new InputError(`warmUp = ${warmUp}: must be less than steps = ${steps}.`, "range", "warmUp");
  const start = parseStart(given["start"]);
  switch (task) {
    case "compressed":
      return checkCompressed({ task, ...(values as ValuesOf<typeof compressedFields>), start });
    case "circuits":
      return checkCircuits({
        ...(values as ValuesOf<typeof circuitsFields>),
        task,
        start,
        ...circuitsOf(given, start),
      });
    case "universal-and":
      return checkAnd({ task, ...(values as ValuesOf<typeof andFields>) }, start);
  }
}

function checkCompressed(spec: CompressedSpec): CompressedSpec {
  const { F, N, K, mixing, start } = spec;
  if (F * N > LARGEST) throw new InputError(`F = ${F}, N = ${N}: F·N must be at most ${LARGEST}.`, "range", "F");
  if (F <= N)
    throw new InputError(
      `F = ${F}: must be more than N = ${N}, because F neurons can compute all F ReLUs exactly.`,
      "conflict",
      "F",
    );
  if (start === "constructed" && K >= N)
    throw new InputError(`K = ${K}: must be less than N = ${N} if start = constructed.`, "conflict", "K");
  if (mixing !== "none" && F > 4000)
    throw new InputError(`mixing = ${mixing}: F must be at most 4000; here F = ${F}.`, "conflict", "mixing");
  return spec;
}

function circuitsOf(given: Record<string, unknown>, start: Start): Pick<CircuitsSpec, "spec" | "layers"> {
  const layers = given["layers"] === undefined ? null : parseLayers(given["layers"]);
  if (typeof start === "object") {
    if (given["spec"] === undefined) return { spec: null, layers };
    throw new InputError(
      "spec: the file to start from already has circuits; omit the spec or the file.",
      "conflict",
      "spec",
    );
  }
  return { spec: parseSpec(given["spec"] === undefined ? {} : given["spec"]), layers };
}

/** The steps, out of 1…L, at which readouts are learned. @throws InputError if a step is above L */
export function learnedSteps({ layers }: Pick<CircuitsSpec, "layers">, L: number): readonly number[] {
  const beyond = layers?.find((step) => step > L);
  if (beyond !== undefined) throw new InputError(`layers = ${beyond}: must be from 1 to L = ${L}.`, "range", "layers");
  return layers ?? Array.from({ length: L - 1 }, (_, k) => k + 2);
}

function parseLayers(value: unknown): readonly number[] {
  const layers: unknown[] = Array.isArray(value) ? value : [value];
  const numbers = layers.map((layer) => checked("layers", wholeSchema(1, 10_000), layer) as number);
  if (numbers.length > 0 && numbers.every((layer, k) => k === 0 || layer > numbers[k - 1])) return numbers;
  throw new InputError(
    `${stated("layers", value)}: must be a list of layers in ascending order, such as [2, 3].`,
    "range",
  );
}

function checkCircuits(spec: CircuitsSpec): CircuitsSpec {
  const { batch, steps, network } = spec;
  if (batch * steps > 2 ** 32 - 1)
    throw new InputError(`steps = ${steps}: steps·batch must be below 2^32; here batch = ${batch}.`, "range", "steps");
  if (spec.spec !== null) {
    const { networks, L, gate, noise } = spec.spec;
    if (network >= networks)
      throw new InputError(
        `network = ${network}: must be below networks = ${networks} of the spec.`,
        "range",
        "network",
      );
    if (L < 2)
      throw new InputError(`spec: L = ${L}: must be at least 2, because layers 2 to L are trained.`, "range", "L");
    if (gate !== "relu") throw new InputError(`spec: gate = ${gate}: training needs gate = relu.`, "conflict", "spec");
    if (noise !== 0)
      throw new InputError(`spec: noise = ${noise}: training needs noise = 0; omit noise.`, "conflict", "spec");
  }
  return spec;
}

function checkAnd(spec: Omit<AndSpec, "start">, start: Start): AndSpec {
  const { m, d, l } = spec;
  if (m * m * d > 2 * LARGEST)
    throw new InputError(`m = ${m}, d = ${d}: m²·d must be at most ${2 * LARGEST}.`, "range", "m");
  if (l > m) throw new InputError(`l = ${l}: must be at most m = ${m}.`, "range", "l");
  if (start === "constructed")
    throw new InputError(
      "start = constructed: universal-and starts from random weights or from a file.",
      "choice",
      "start",
    );
  return { ...spec, start };
}

function parseStart(value: unknown): Start {
  if (value === undefined) return "random";
  if (value === "random" || value === "constructed") return value;
  if (typeof value === "string" && /\.(safetensors|npz)$/i.test(value)) return { file: value };
  const hint = value === "resume" ? " To resume a training run that was stopped, repeat the same command." : "";
  throw new InputError(
    `${stated("start", value)}: must be random, constructed, or a .safetensors or .npz file.${hint}`,
    "choice",
    "start",
  );
}

import { checked, checkExtent, fieldsOf, stated } from "../base/validation.js";
import { InputError } from "../base/errors.js";
import { choiceField, numberField, wholeField, type ValuesOf } from "../config/fields.js";
import { fieldSchema } from "../config/field-schema.js";
import { mixings } from "./labels.js";
import { optimisers } from "./optimiser.js";
import { rateSchedules } from "./schedule.js";
import { initialKinds, type TrainingSettings } from "./trainer.js";

export const trainingTasks = ["compressed"] as const;
export const starts = ["random", "constructed"] as const;

/** The keys of a file of `superpose train`, beside `start`. */
export const trainingFields = [
  choiceField("task", trainingTasks, "compressed", "what is learned: ReLUs of sparse inputs from fewer neurons"),
  wholeField("F", [2, 20_000], 100, "inputs, and ReLUs of them"),
  wholeField("N", [1, 4000], 50, "neurons"),
  numberField("p", [1e-6, 1], 0.02, "probability that an input is not 0"),
  numberField("q", [1, 8], 4, "the loss is |error|^q; 2q is a whole number"),
  choiceField("biases", ["none", "hidden"], "none", "whether neurons have biases"),
  choiceField("mixing", mixings, "none", "the matrix M that labels are mixed by, y = ReLU(x) + M x"),
  numberField("sigma", [0, 10], 0.03, "standard deviation of the entries of M"),
  choiceField("initial", initialKinds, "uniform", "initial weights (start random)"),
  numberField("scale", [1e-6, 1000], 1, "of initial weights, times 1/√inputs (start random)"),
  wholeField("K", [2, 64], 5, "neurons of an input (start constructed)"),
  wholeField("swaps", [0, 100_000_000], 200_000, "exchanges tried for its code (start constructed)"),
  wholeField("steps", [1, 1_000_000_000], 10_000, "steps"),
  wholeField("batch", [1, 1_000_000], 8192, "samples of a step"),
  choiceField("optimiser", optimisers, "adam", "how steps are taken"),
  numberField("rate", [0, 100], 0.01, "learning rate"),
  choiceField("schedule", rateSchedules, "cosine", "whether the rate falls along a cosine or stays"),
  wholeField("warmUp", [0, 1_000_000_000], 0, "steps over which the rate rises"),
  numberField("momentum", [0, 0.9999], 0.9, "share of the last step that goes on (optimiser momentum)"),
  numberField("decay", [0, 1], 0, "weight decay, times the rate"),
  wholeField("samples", [1, 100_000_000], 200_000, "other inputs that the result is measured on"),
  wholeField("seed", [0, Number.MAX_SAFE_INTEGER], 1, "the result is a function of the other keys and the seed"),
] as const;

/** What a file of `superpose train` asks for. */
export interface TrainingSpec extends TrainingSettings, Omit<ValuesOf<typeof trainingFields>, "q" | "task"> {
  readonly task: (typeof trainingTasks)[number];
  /** Weights to begin with: random ones, a hand-made code's, or those of an exported file. */
  readonly start: (typeof starts)[number] | { readonly file: string };
}

/** Weights up to which a network is trained. */
const LARGEST = 20_000_000;

/**
 * What a file asks for; what it leaves out has the field's default.
 *
 * @throws InputError naming the key, its value and what is allowed
 */
export function parseTraining(value: unknown): TrainingSpec {
  const what = "a training";
  checkExtent(what, value, 3, 1000);
  const given = fieldsOf(what, value, [...trainingFields.map(({ name }) => name), "start"]);
  const values = Object.fromEntries(
    trainingFields.map((field) => [
      field.name,
      checked(field.name, fieldSchema(field), given[field.name] ?? field.default),
    ]),
  ) as unknown as ValuesOf<typeof trainingFields>;
  const { F, N, q, warmUp, steps, batch, K } = values;
  if ((2 * q) % 1 !== 0)
    throw new InputError(`q = ${q}: must be a whole number or one and a half, such as 2.5.`, "range", "q");
  if (F * N > LARGEST) throw new InputError(`F = ${F}, N = ${N}: F·N must be at most ${LARGEST}.`, "range", "F");
  if (F <= N)
    throw new InputError(
      `F = ${F}: must be more than N = ${N}: as many neurons compute all of them exactly.`,
      "conflict",
      "F",
    );
  if (warmUp >= steps)
    throw new InputError(`warmUp = ${warmUp}: must be less than steps = ${steps}.`, "range", "warmUp");
  const start = parseStart(given["start"]);
  if (start === "constructed" && K >= N)
    throw new InputError(`K = ${K}: must be less than N = ${N} (start constructed).`, "conflict", "K");
  if (values.mixing !== "none" && F > 4000)
    throw new InputError(`mixing = ${values.mixing}: goes with F up to 4000; here F = ${F}.`, "conflict", "mixing");
  return { ...values, batch, start };
}

function parseStart(value: unknown): TrainingSpec["start"] {
  if (value === undefined) return "random";
  if (value === "random" || value === "constructed") return value;
  if (typeof value === "string" && /\.(safetensors|npz)$/i.test(value)) return { file: value };
  throw new InputError(
    `${stated("start", value)}: must be random, constructed, or a .safetensors or .npz file with W_in and W_out.`,
    "choice",
    "start",
  );
}

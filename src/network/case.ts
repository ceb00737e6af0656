import { InputError } from "../base/errors.js";
import { checkShape } from "../base/shape.js";
import {
  checked,
  checkExtent,
  checkNumbers,
  choiceSchema,
  described,
  fieldsOf,
  listOf,
  numberSchema,
  wholeSchema,
  stated,
} from "../base/validation.js";
import { librarySize } from "../circuits/kinds.js";
import { factoredConstructions, gates, type FactoredConstruction, type Gate } from "./construction.js";

/**
 * The input of a case file: explicit assignments and circuits, and the inputs of single forward passes. Nothing in the
 * file is random. The README of test/reference/cases explains the format. In lists over layers, index k holds layer
 * k+1.
 */
export interface CaseInput {
  readonly D: number;
  readonly d: number;
  readonly T: number;
  readonly S: number;
  readonly L: number;
  readonly construction: FactoredConstruction;
  /** The factor by which the computed χ is multiplied; has no effect when `chi` is given. */
  readonly chiFactor: number;
  readonly gate: Gate;
  /** χ per layer, used as given, [L], with 0 for layer 1; if null, χ is computed. */
  readonly chi: readonly number[] | null;
  /** κ of the balanced and split constructions; if null, κ is computed. */
  readonly kappa: number | null;
  readonly circuits: CaseCircuits;
  /** Neurons of every circuit, [L][T][S], each < P = D/d. */
  readonly assignments: readonly (readonly (readonly number[])[])[];
  readonly samples: readonly CaseSample[];
}

/** The circuits of a case: either of a built-in kind (for rotations, with their angles) or with arbitrary weights. */
export type CaseCircuits =
  /** θ_t in radians, [T], the same in all layers. [E2], [E5] */
  | { readonly kind: "rotation" | "rotation3"; readonly theta: readonly number[] }
  | { readonly kind: "step" }
  | {
      readonly kind: "custom";
      /** [L][T][d][d] */
      readonly weights: readonly (readonly (readonly (readonly number[])[])[])[];
      /** [L][d] */
      readonly biases: readonly (readonly number[])[];
    };

/** One forward pass. */
export interface CaseSample {
  /** Ids of the active circuits: distinct, at least one. */
  readonly active: readonly number[];
  /** a^0 of each active circuit, in the order of `active`, [active][d]. */
  readonly inputs: readonly (readonly number[])[];
}

/** The results of running a case. */
export interface CaseExpected {
  /** χ per layer, including the factor; 0 for layer 1 and for the balanced and split constructions, [L]. */
  readonly chi: readonly number[];
  /** Activations of the active circuits alone, [L+1][sample][active][d]. */
  readonly truth: readonly (readonly (readonly (readonly number[])[])[])[];
  /** Activations of the large network, [L+1][sample][D]; layer 0 is A^0 before bias and gate. */
  readonly activations: readonly (readonly (readonly number[])[])[];
  /** Readout of every circuit, [L+1][sample][T][d]; layer 0 holds the truth. */
  readonly readout: readonly (readonly (readonly (readonly number[])[])[])[];
}

/** The largest number of values that a case may output, limited by how large a JSON text can be. */
const MAX_OUTPUT = 20_000_000;

/**
 * Parses a case from a file's content: the case itself, or an object that holds it under `input`.
 *
 * @throws InputError naming the first entry that is missing or out of bounds, or whose length does not match the other
 * entries
 */
export function parseCase(value: unknown): CaseInput {
  checkExtent("the case", value, 8, 50_000_000);
  const wrapped = typeof value === "object" && value !== null && Object.hasOwn(value, "input");
  const fields = fieldsOf("the case", wrapped ? Reflect.get(value, "input") : value, [
    "D",
    "d",
    "T",
    "S",
    "L",
    "construction",
    "chiFactor",
    "gate",
    "chi",
    "kappa",
    "circuits",
    "assignments",
    "samples",
  ]);
  const size = (name: string): number => checked(name, wholeSchema(1, 16_777_216), fields[name]);
  const shape = checkShape({ D: size("D"), d: size("d"), T: size("T"), S: size("S"), L: size("L") });
  const { D, d, T, S, L } = shape;
  const construction = checked("construction", choiceSchema(factoredConstructions), fields.construction);
  const { chi = null, kappa = null } = fields;
  const parsed: CaseInput = {
    ...shape,
    construction,
    chiFactor: checked("chiFactor", numberSchema(0, 1000), fields.chiFactor === undefined ? 1 : fields.chiFactor),
    gate: checked("gate", choiceSchema(gates), fields.gate === undefined ? "relu" : fields.gate),
    chi: chi === null ? null : parseChi(chi, L, construction),
    kappa: kappa === null ? null : checked("kappa", numberSchema(-1e6, 1e6), kappa),
    circuits: parseCircuits(fields.circuits, d, T, L),
    assignments: parseAssignments(fields.assignments, L, T, S, D / d),
    samples: parseSamples(fields.samples, d, T),
  };
  if (kappa !== null && construction === "capped") {
    throw new InputError(`kappa = ${described(kappa)}: the capped construction does not use it; leave it out.`);
  }
  const output = parsed.samples.length * (L + 1) * (D + T * d);
  if (output > MAX_OUTPUT) {
    throw new InputError(
      `samples: the answer would hold ${output} numbers; at most ${MAX_OUTPUT} are allowed. Use fewer samples or smaller sizes.`,
    );
  }
  return parsed;
}

function parseChi(value: unknown, L: number, construction: FactoredConstruction): readonly number[] {
  checkNumbers("chi", value, [{ name: "L", length: L }], 1e6);
  const chi = value as readonly number[];
  if (chi[0] !== 0) throw new InputError(`chi[0] = ${chi[0]}: must be 0; layer 1 has no chi.`);
  const used = chi.findIndex((entry) => entry !== 0);
  if (construction !== "capped" && used !== -1) {
    throw new InputError(`chi[${used}] = ${chi[used]}: must be 0; the ${construction} construction has no chi.`);
  }
  return chi;
}

function parseCircuits(value: unknown, d: number, T: number, L: number): CaseCircuits {
  const isObject = typeof value === "object" && value !== null && Object.hasOwn(value, "kind");
  const kind = checked(
    "circuits.kind",
    choiceSchema(["rotation", "rotation3", "step", "custom"]),
    isObject ? Reflect.get(value, "kind") : undefined,
  );
  const own = kind === "custom" ? d : librarySize({ kind }).d;
  if (own !== d) throw new InputError(`d = ${d}: circuits of kind ${kind} have d = ${own}.`);
  switch (kind) {
    case "rotation":
    case "rotation3": {
      const { theta } = fieldsOf("circuits", value, ["kind", "theta"]);
      checkNumbers("circuits.theta", theta, [{ name: "T", length: T }]);
      return { kind, theta: theta as readonly number[] };
    }
    case "step":
      fieldsOf("circuits", value, ["kind"]);
      return { kind };
    case "custom": {
      const { weights, biases } = fieldsOf("circuits", value, ["kind", "weights", "biases"]);
      const layers = { name: "L", length: L };
      const width = { name: "d", length: d };
      checkNumbers("circuits.weights", weights, [layers, { name: "T", length: T }, width, width]);
      checkNumbers("circuits.biases", biases, [layers, width]);
      type Custom = Extract<CaseCircuits, { kind: "custom" }>;
      return { kind, weights: weights as Custom["weights"], biases: biases as Custom["biases"] };
    }
  }
}

function parseAssignments(value: unknown, L: number, T: number, S: number, P: number): CaseInput["assignments"] {
  const layers = listOf("assignments", value, { name: "L", length: L });
  // The last row in which each neuron occurred, to find repeats within a row.
  const lastRow = new Int32Array(P).fill(-1);
  layers.forEach((layer, k) => {
    const rows = listOf(`assignments[${k}]`, layer, { name: "T", length: T });
    lastRow.fill(-1);
    for (let t = 0; t < T; t++) {
      const neurons = listOf(`assignments[${k}][${t}]`, rows[t], { name: "S", length: S });
      for (let s = 0; s < S; s++) {
        const neuron = neurons[s];
        const where = `assignments[${k}][${t}][${s}]`;
        if (typeof neuron !== "number" || !Number.isInteger(neuron) || neuron < 0 || neuron >= P) {
          const range = `0 to ${P - 1} (P = D/d = ${P})`;
          throw new InputError(`${stated(where, neuron)}: must be a whole number from ${range}.`);
        }
        if (lastRow[neuron] === t) throw new InputError(`${where} = ${neuron}: this neuron is in the row twice.`);
        lastRow[neuron] = t;
      }
    }
  });
  return value as CaseInput["assignments"];
}

function parseSamples(value: unknown, d: number, T: number): readonly CaseSample[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new InputError(`${stated("samples", value)}: must be a nonempty list of {active, inputs}.`);
  }
  return value.map((entry: unknown, b): CaseSample => {
    const where = `samples[${b}]`;
    const { active, inputs } = fieldsOf(where, entry, ["active", "inputs"]);
    if (!Array.isArray(active) || active.length === 0 || active.length > T) {
      throw new InputError(`${stated(`${where}.active`, active)}: must be a list of 1 to T = ${T} circuits.`);
    }
    const seen = new Set<number>();
    active.forEach((id: unknown, k) => {
      const circuit = checked(`${where}.active[${k}]`, wholeSchema(0, T - 1), id);
      if (seen.has(circuit))
        throw new InputError(`${where}.active[${k}] = ${circuit}: this circuit is in the list twice.`);
      seen.add(circuit);
    });
    checkNumbers(`${where}.inputs`, inputs, [
      { name: "the number of active circuits", length: active.length },
      { name: "d", length: d },
    ]);
    return { active: active as readonly number[], inputs: inputs as CaseSample["inputs"] };
  });
}

/**
 * The largest difference between our results for a case and a reference (relative where the reference exceeds 1), and
 * where it occurs.
 */
export interface CaseDeviation {
  readonly largest: number;
  /** For instance `readout[3][0][12][1]`; empty when nothing differs. */
  readonly where: string;
}

/**
 * Compares results with a reference, which may contain any of `chi`, `truth`, `activations` and `readout`.
 *
 * @param reference the content of a case file's `expected`
 * @throws InputError naming a list whose length does not match, or an entry that is not a number
 */
export function compareCase(answer: CaseExpected, reference: unknown): CaseDeviation {
  checkExtent("expected", reference, 8, 50_000_000);
  const fields = fieldsOf("expected", reference, ["chi", "truth", "activations", "readout"]);
  let deviation: CaseDeviation = { largest: 0, where: "" };
  const compare = (where: string, actual: unknown, wanted: unknown): void => {
    if (Array.isArray(actual)) {
      const list = listOf(where, wanted, { name: "length", length: actual.length });
      for (let k = 0; k < list.length; k++) compare(`${where}[${k}]`, actual[k], list[k]);
      return;
    }
    const expected = checked(where, numberSchema(), wanted);
    const difference = Math.abs((actual as number) - expected) / Math.max(1, Math.abs(expected));
    if (difference > deviation.largest) deviation = { largest: difference, where };
  };
  for (const [name, wanted] of Object.entries(fields)) {
    compare(`expected.${name}`, answer[name as keyof CaseExpected], wanted);
  }
  return { ...deviation, where: deviation.where.replace("expected.", "") };
}

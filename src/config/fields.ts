import { assignmentKinds } from "../assignment/constructions.js";
import type { Design } from "../designs/design.js";
import { designNames, designs } from "../designs/designs.js";
import { samplings } from "../circuits/inputs.js";
import { circuitKinds, kindNames } from "../circuits/kinds.js";
import { constructions, gates, noisePlaces } from "../network/construction.js";
import { schedules } from "../network/embedding.js";

/**
 * A field of a run's spec. The command line derives its flags and help from the list of fields, and a page can derive
 * controls and URL parameters from it.
 */
export type SpecField = {
  /** The key in a spec file, and the name of the flag. */
  readonly name: string;
  /** A description in a few words. */
  readonly help: string;
} & (
  | (Bounds & { readonly kind: "whole"; readonly default: number | null; readonly isOdd?: true })
  | (Bounds & { readonly kind: "number"; readonly default: number | null })
  | { readonly kind: "choice"; readonly choices: readonly string[]; readonly default: string }
  /** A list of distinct whole numbers. */
  | (Bounds & { readonly kind: "wholes"; readonly maxLength: number; readonly default: readonly number[] })
  | (Bounds & { readonly kind: "numbers"; readonly maxLength: number; readonly default: null })
  /** The name of a kind, a kind with parameters, or circuits given by their weights. */
  | { readonly kind: "circuits"; readonly choices: readonly string[]; readonly default: string }
);

interface Bounds {
  readonly min: number;
  readonly max: number;
}

type Range = readonly [min: number, max: number];

export function wholeField<Name extends string, Standard extends number | null>(
  name: Name,
  [min, max]: Range,
  standard: Standard,
  help: string,
) {
  return { name, kind: "whole" as const, min, max, default: standard, help };
}

export function numberField<Name extends string, Standard extends number | null>(
  name: Name,
  [min, max]: Range,
  standard: Standard,
  help: string,
) {
  return { name, kind: "number" as const, min, max, default: standard, help };
}

export function choiceField<Name extends string, const Choice extends string>(
  name: Name,
  choices: readonly Choice[],
  standard: NoInfer<Choice>,
  help: string,
) {
  return { name, kind: "choice" as const, choices, default: standard, help };
}

export function wholesField<Name extends string>(
  name: Name,
  [min, max]: Range,
  standard: readonly number[],
  help: string,
) {
  return { name, kind: "wholes" as const, min, max, maxLength: 64, default: standard, help };
}

export function numbersField<Name extends string>(name: Name, [min, max]: Range, maxLength: number, help: string) {
  return { name, kind: "numbers" as const, min, max, maxLength, default: null, help };
}

/** Checked values of fields, by name. */
export type ValuesOf<Fields extends readonly SpecField[]> = {
  readonly [Field in Fields[number] as Field["name"]]: ValueOf<Field> | (Field["default"] & null);
};

type ValueOf<Field> = Field extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Field extends { readonly maxLength: number }
    ? readonly number[]
    : number;

/** Largest D and T: the number of 24-bit values. */
const LARGEST = 16_777_216;

/** The kinds of circuits that can be given by a name alone. */
const choosable = kindNames.filter((kind) => circuitKinds[kind].nameAlone === undefined);
const circuitsHelp = new Set(choosable.map((kind) => circuitKinds[kind].help));

/** The fields, in the order in which the help and forms list them. The defaults describe the post's network. */
export const specFields: readonly SpecField[] = [
  {
    name: "circuits",
    kind: "circuits",
    choices: choosable,
    default: "rotation",
    help: `the small circuits: ${[...circuitsHelp].join(", ")}, or a file`,
  },
  wholeField("D", [1, LARGEST], 1000, "neurons per layer of the large network, a multiple of d"),
  wholeField("T", [1, LARGEST], 557, "number of small circuits"),
  wholeField(
    "S",
    [1, LARGEST],
    6,
    "neurons that carry each circuit neuron; designs have their own defaults and limits",
  ),
  wholeField(
    "L",
    [1, 10_000],
    5,
    "layers after the input, counted from 1: the circuits' steps (the switched design uses 2.5 network layers per step)",
  ),
  wholesField("z", [1, LARGEST], [1], "circuits active at once, one value or several"),
  wholeField("samples", [1, 2 ** 32 - 1], 2000, "samples per network and z"),
  choiceField(
    "sampling",
    samplings,
    "random",
    "how active circuits are chosen: z at random, or each circuit in turn (z = 1)",
  ),
  wholeField("networks", [1, 10_000], 1, "number of networks, each with its own circuits, embedding and samples"),
  wholeField(
    "seed",
    [0, Number.MAX_SAFE_INTEGER],
    1,
    "random seed; results depend only on the seed and the other fields",
  ),
  choiceField("design", designNames, "published", "the post's network, or another design (docs/designs)"),
  choiceField(
    "construction",
    constructions,
    "capped",
    "how the large network's weights are constructed [E11, E13, E14], or the embedding matrix to use instead [E11b]",
  ),
  choiceField(
    "assignment",
    assignmentKinds,
    "prime-step",
    "how circuits get their neurons: prime steps [E7], or assignments that load neurons more evenly and hold more circuits",
  ),
  choiceField(
    "schedule",
    schedules,
    "permuted",
    "how shared neurons vary between layers: permuted anew [E8], fixed, parting (circuits that share neurons in one layer share none in the next), or drawn afresh",
  ),
  numbersField(
    "ramp",
    [0, 1],
    2,
    "low,high with 0 < low < high ≤ 1: the values of alpha at which an indicator's ramp begins to open and is fully open; default 0.25,0.75 or the design's (rotations, steps) [E4]",
  ),
  numberField(
    "gain",
    [1, 1000],
    null,
    "how far the gate of x opens per unit of alpha, as a multiple of the length of x; default 2 (rotations)",
  ),
  numberField(
    "offset",
    [1, 1000],
    null,
    "how far the gate of x opens at alpha = 1, as a multiple of the length of x; default 1; a larger value leaves a margin for rounding (rotations)",
  ),
  wholeField(
    "angles",
    [2, 4096],
    null,
    "number of distinct angles of rotations and inputs, equally spaced over a full turn; default: any angle, or as the design requires (rotations)",
  ),
  choiceField(
    "gate",
    gates,
    "relu",
    "activation function; the oracle gate keeps exactly the neurons of active circuits [E16]",
  ),
  {
    ...wholeField("cellNeurons", [3, 25], null, "neurons per cell (odd); default: the design's number"),
    isOdd: true,
  },
  wholeField(
    "codeNeurons",
    [1, 512],
    null,
    "neurons in the code for indicators (in the lines design: in each column of the code); default: the design's number",
  ),
  wholeField("codeSize", [1, 64], null, "neurons per word of the code for indicators; default: the design's number"),
  numberField(
    "noise",
    [0, 10],
    0,
    "standard deviation of normal noise on every neuron in every layer, in units of the length of x",
  ),
  choiceField("noiseAt", noisePlaces, "pre-activation", "whether the noise is added before or after the ReLU"),
  numberField("chiFactor", [0, 1000], 1, "a factor on chi of the capped and load-aware constructions [E12]"),
  numbersField(
    "chi",
    [-1e6, 1e6],
    10_000,
    "chi of the capped construction, one number per layer, used as given (0 for layer 1); computed if omitted",
  ),
  numberField(
    "kappa",
    [-1e6, 1e6],
    null,
    "kappa of the balanced and split constructions, a pure number; 0 means no correction; computed if omitted [E13]",
  ),
];

/** Short descriptions of the designs for the help: S, angles and settings, and what breaks them. */
export const designNotes = Object.entries<Design>(designs).map(([name, { help, S, angles, settings, caveats }]) => ({
  ...{ name, help, caveats },
  own: [`S = ${S.join(" or ")}`, angles === null ? "any angles" : `angles = ${angles}`, ...settings].join(", "),
}));

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Converts text to a number. Numbers that are invalid or too large are returned as text, so that messages can show
 * them.
 */
export function numberFrom(text: string): unknown {
  // A whole number that would lose digits is returned as text, so that messages can show it unchanged.
  if (/^[+-]?\d+$/.test(text.trim()) && !Number.isSafeInteger(Number(text))) return text;
  return NUMBER.test(text.trim()) && Number.isFinite(Number(text)) ? Number(text) : text;
}

/**
 * Parses a field's value from the text of a flag or a URL. Invalid numbers are returned as text, so that `parseSpec`
 * can report them.
 */
export function fieldFromText(field: SpecField, text: string): unknown {
  switch (field.kind) {
    case "whole":
    case "number":
      return field.default === null && text === "null" ? null : numberFrom(text);
    case "wholes":
    case "numbers":
      if (field.default === null && text === "null") return null;
      return text.includes(",") ? text.split(",").map(numberFrom) : listOfOne(numberFrom(text));
    case "choice":
    case "circuits":
      return text;
  }
}

/** Unwraps a list of one invalid word, so that messages show the word without an index. */
function listOfOne(value: unknown): unknown {
  return typeof value === "number" ? [value] : value;
}

/** The field with the given name, which must exist. */
export function fieldNamed(name: string): SpecField {
  return specFields.find((field) => field.name === name)!;
}

import { assignmentKinds } from "../assignment/constructions.js";
import { designNames, designs } from "../designs/designs.js";
import { samplings } from "../circuits/inputs.js";
import { circuitKinds, kindNames } from "../circuits/kinds.js";
import { constructions, gates, noisePlaces } from "../network/construction.js";
import { schedules } from "../network/embedding.js";

/**
 * The fields of a run's specification, described once: the command line makes its flags and help from this list, and a
 * page can make its controls and read its URL with the same one.
 */
export type SpecField = {
  /** The key in a spec file, and the flag. */
  readonly name: string;
  /** What it is, in a few words. */
  readonly help: string;
} & (
  | {
      readonly kind: "whole";
      readonly min: number;
      readonly max: number;
      readonly default: number | null;
      readonly isOdd?: true;
    }
  | { readonly kind: "number"; readonly min: number; readonly max: number; readonly default: number | null }
  | { readonly kind: "choice"; readonly choices: readonly string[]; readonly default: string }
  /** A list of different whole numbers. */
  | {
      readonly kind: "wholes";
      readonly min: number;
      readonly max: number;
      readonly maxLength: number;
      readonly default: readonly number[];
    }
  | {
      readonly kind: "numbers";
      readonly min: number;
      readonly max: number;
      readonly maxLength: number;
      readonly default: null;
    }
  /** A kind by its name, a kind with parameters, or circuits given by their weights. */
  | { readonly kind: "circuits"; readonly choices: readonly string[]; readonly default: string }
);

/** Largest D and T: what 24 bits can count. */
const LARGEST = 16_777_216;

/** The kinds of circuits whose name says enough, and what they are: some share their words. */
const choosable = kindNames.filter((kind) => circuitKinds[kind].nameAlone === undefined);
const circuitsHelp = new Set(choosable.map((kind) => circuitKinds[kind].help));

/** In the order that help and forms show them. Defaults are the post's network. */
export const specFields: readonly SpecField[] = [
  {
    name: "circuits",
    kind: "circuits",
    choices: choosable,
    default: "rotation",
    help: `the small circuits: ${[...circuitsHelp].join(", ")}, or a file`,
  },
  {
    name: "D",
    kind: "whole",
    min: 1,
    max: LARGEST,
    default: 1000,
    help: "neurons per layer of the large network, a multiple of d",
  },
  { name: "T", kind: "whole", min: 1, max: LARGEST, default: 557, help: "number of small circuits" },
  {
    name: "S",
    kind: "whole",
    min: 1,
    max: LARGEST,
    default: 6,
    help: "neurons that carry one circuit neuron; designs have their own",
  },
  { name: "L", kind: "whole", min: 1, max: 10_000, default: 5, help: "layers after the input" },
  {
    name: "z",
    kind: "wholes",
    min: 1,
    max: LARGEST,
    maxLength: 64,
    default: [1],
    help: "circuits active at once, one value or several",
  },
  { name: "samples", kind: "whole", min: 1, max: 2 ** 32 - 1, default: 2000, help: "samples per network and z" },
  {
    name: "sampling",
    kind: "choice",
    choices: samplings,
    default: "random",
    help: "active circuits: z at random, or each circuit in turn (z = 1)",
  },
  {
    name: "networks",
    kind: "whole",
    min: 1,
    max: 10_000,
    default: 1,
    help: "networks, each with its own circuits, embedding and samples",
  },
  {
    name: "seed",
    kind: "whole",
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    default: 1,
    help: "results are a function of the other fields and the seed",
  },
  {
    name: "design",
    kind: "choice",
    choices: designNames,
    default: "published",
    help: "the post's network, or another design for rotations (docs/designs)",
  },
  {
    name: "construction",
    kind: "choice",
    choices: constructions,
    default: "capped",
    help: "how the large network's weights are made [E11, E13, E14], or with which embedding matrix instead [E11b]",
  },
  {
    name: "assignment",
    kind: "choice",
    choices: assignmentKinds,
    default: "prime-step",
    help: "how circuits get their neurons: prime steps [E7], or designs with more even loads, for more circuits",
  },
  {
    name: "schedule",
    kind: "choice",
    choices: schedules,
    default: "permuted",
    help: "how layers differ in who shares neurons: permuted anew [E8], fixed, parting (who shares in one layer does not in the next), or drawn afresh",
  },
  {
    name: "ramp",
    kind: "numbers",
    min: 0,
    max: 1,
    maxLength: 2,
    default: null,
    help: "low,high with 0 < low < high ≤ 1: where an indicator's ramp begins to open and is fully open; 0.25,0.75 unless said (rotations, steps; a design's own) [E4]",
  },
  {
    name: "gain",
    kind: "number",
    min: 1,
    max: 1000,
    default: null,
    help: "how steeply an indicator opens the gate of x; 2 unless said (rotations)",
  },
  {
    name: "offset",
    kind: "number",
    min: 1,
    max: 1000,
    default: null,
    help: "what the gate of x leaves at alpha = 1; 1 unless said, more is margin against rounding (rotations)",
  },
  {
    name: "angles",
    kind: "whole",
    min: 2,
    max: 4096,
    default: null,
    help: "how many different angles rotations and inputs have, equally spaced; left out, any, or a design's own (rotations)",
  },
  {
    name: "gate",
    kind: "choice",
    choices: gates,
    default: "relu",
    help: "what follows the weights; oracle keeps exactly the neurons of active circuits [E16]",
  },
  {
    name: "cellNeurons",
    kind: "whole",
    min: 3,
    max: 25,
    isOdd: true,
    default: null,
    help: "neurons of a cell, an odd number; the design's own unless said",
  },
  {
    name: "codeNeurons",
    kind: "whole",
    min: 1,
    max: 512,
    default: null,
    help: "neurons of the code for indicators (of one of its columns with lines); the design's own unless said",
  },
  {
    name: "codeSize",
    kind: "whole",
    min: 1,
    max: 64,
    default: null,
    help: "neurons of one word of that code; the design's own unless said",
  },
  {
    name: "noise",
    kind: "number",
    min: 0,
    max: 10,
    default: 0,
    help: "standard deviation of normal noise on every neuron in every layer",
  },
  {
    name: "noiseAt",
    kind: "choice",
    choices: noisePlaces,
    default: "pre-activation",
    help: "whether that noise comes before the ReLU or after it",
  },
  {
    name: "chiFactor",
    kind: "number",
    min: 0,
    max: 1000,
    default: 1,
    help: "multiplies chi of the capped and load-aware constructions [E12]",
  },
  {
    name: "chi",
    kind: "numbers",
    min: -1e6,
    max: 1e6,
    maxLength: 10_000,
    default: null,
    help: "chi per layer, used as given, the first 0; computed if left out (capped)",
  },
  {
    name: "kappa",
    kind: "number",
    min: -1e6,
    max: 1e6,
    default: null,
    help: "kappa of the balanced and split constructions; 0 is no correction; computed if left out [E13]",
  },
];

/** What designs have of their own, in a few words each, for help: S, angles and the settings that they take. */
export const designNotes: readonly (readonly [name: string, help: string, own: string])[] = Object.entries(designs).map(
  ([name, { help, S, angles, settings }]) => [
    name,
    help,
    [`S = ${S.join(" or ")}`, angles === null ? "any angles" : `angles = ${angles}`, ...settings].join(", "),
  ],
);

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number that a text writes; other text, or what is too large for a number, stays, so that messages name it. */
export function numberFrom(text: string): unknown {
  // A whole number that would be rounded stays text, so that a message shows what was given.
  if (/^[+-]?\d+$/.test(text.trim()) && !Number.isSafeInteger(Number(text))) return text;
  return NUMBER.test(text.trim()) && Number.isFinite(Number(text)) ? Number(text) : text;
}

/**
 * A field's value from the text of a flag or a URL. What is not a number where one belongs stays text, so that
 * `parseSpec` names it.
 */
export function fieldFromText(field: SpecField, text: string): unknown {
  switch (field.kind) {
    case "whole":
    case "number":
      return field.default === null && text === "null" ? null : numberFrom(text);
    case "wholes":
    case "numbers":
      return field.default === null && text === "null" ? null : text.split(",").map(numberFrom);
    case "choice":
    case "circuits":
      return text;
  }
}

/** The field of a name other than circuits. */
export function fieldNamed(name: string): Exclude<SpecField, { kind: "circuits" }> {
  const field = specFields.find((candidate) => candidate.name === name)!;
  if (field.kind === "circuits") throw new Error("Circuits are checked with the whole spec.");
  return field;
}

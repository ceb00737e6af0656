import * as v from "valibot";
import { assignmentConstructions, type AssignmentKind } from "./assignment/constructions.js";
import { circuitsUpperBound } from "./assignment/statistics.js";
import { isRamp, rampRule } from "./circuits/indicators.js";
import type { LibraryCircuits } from "./circuits/library.js";
import { checkRotationGates, type RotationGates } from "./circuits/rotation.js";
import { designOf, type Design, type DesignName } from "./designs/designs.js";
import { InputError } from "./errors.js";
import { hasMatrix, type Construction, type Gate } from "./network/construction.js";
import { maxParting, type Schedule } from "./network/embedding.js";
import { blockSize, checkShape, type Shape } from "./shape.js";
import { customSize, parseCustomCircuits, type CustomCircuits } from "./spec/custom.js";
import { builtInCircuits, specFields, type BuiltInCircuits, type Sampling, type SpecField } from "./spec/fields.js";
import { libraryNeeds, librarySize, parseLibraryCircuits } from "./spec/library.js";
import { checked, checkExtent, choiceSchema, described, fieldsOf, numberSchema, wholeSchema } from "./validation.js";

/** What a run is asked to do, complete and checked: results are a function of it. */
export interface RunSpec {
  /** One of the post's kinds by name, a description of others, or weights. */
  readonly circuits: BuiltInCircuits | LibraryCircuits | CustomCircuits;
  readonly D: number;
  readonly T: number;
  readonly S: number;
  readonly L: number;
  /** Circuits active at once; one set of rows for each. */
  readonly z: readonly number[];
  /** Samples per network and z. */
  readonly samples: number;
  readonly sampling: Sampling;
  readonly networks: number;
  readonly seed: number;
  /** "standard" is the post's network; others have neurons, gates and schedules of their own. */
  readonly design: DesignName;
  readonly construction: Construction;
  readonly assignment: AssignmentKind;
  readonly schedule: Schedule;
  /** `[low, high]` of rotations and steps; null for 0.25 and 0.75. [E4] */
  readonly ramp: readonly number[] | null;
  /** The gate of x in rotations; null for 2 and 1. */
  readonly gain: number | null;
  readonly offset: number | null;
  /** How many different angles rotations and their inputs have; null for any. */
  readonly angles: number | null;
  /** Sizes of a design's cells and code; null for its own. */
  readonly cellNeurons: number | null;
  readonly codeNeurons: number | null;
  readonly codeSize: number | null;
  readonly gate: Gate;
  /** Standard deviation of normal noise on every neuron in every layer, and whether it comes before or after the ReLU. */
  readonly noise: number;
  readonly noiseAt: "pre-activation" | "activation";
  /** Multiplies χ of the capped and load-aware constructions. [E12] */
  readonly chiFactor: number;
  /** χ per layer, used as given, [L], the first 0; null to compute it. */
  readonly chi: readonly number[] | null;
  /** κ of the balanced and split constructions; null to compute it. [E13] */
  readonly kappa: number | null;
}

/** What one Wasm instance can address, in bytes. */
export const WASM_MEMORY = 4 * 2 ** 30;

const MAX_DEPTH = 8;
const MAX_VALUES = 20_000_000;

/** Most samples of a run, over its networks and z: hours of work at the post's size. */
const MAX_SAMPLES = 1_000_000_000;

/**
 * A run's specification from what a file, flags or a URL say; what they leave out has the post's values. D left out is
 * 1000, or the multiple of d below it.
 *
 * @param memory bytes that the run may use
 * @throws InputError naming the key, its value and its bound
 */
export function parseSpec(value: unknown, memory = WASM_MEMORY): RunSpec {
  checkExtent("the spec", value, MAX_DEPTH, MAX_VALUES);
  const known = specFields.map(({ name }) => name);
  const given = fieldsOf("the spec", value, known);
  if (typeof given.z === "number") given.z = [given.z];

  const circuits = parseCircuits(given.circuits);
  const design = designOf(
    checked("design", fieldSchema(fieldNamed("design")), given.design ?? "standard") as DesignName,
  );
  const d = design === null ? circuitsSize(circuits).d : 1;
  if (given.D === undefined) given.D = 1000 - (1000 % d);
  if (design !== null) {
    if (given.S === undefined) given.S = design.S[0];
    if (given.angles === undefined) given.angles = design.angles;
  }
  takeSize(given, circuits);
  takeNoise(given);

  const read = Object.create(null) as Record<string, unknown>;
  for (const field of specFields) {
    const stated = given[field.name];
    if (field.kind === "circuits") read[field.name] = circuits;
    else read[field.name] = checked(field.name, fieldSchema(field), stated === undefined ? field.default : stated);
  }
  const spec = { ...read } as unknown as RunSpec;
  checkTogether(spec);
  checkSize(spec, memory);
  return spec;
}

function parseCircuits(value: unknown): RunSpec["circuits"] {
  if (value === undefined) return "rotation";
  const isObject = typeof value === "object" && value !== null;
  if (isObject && !Object.hasOwn(value, "kind")) return parseCustomCircuits(value);
  const circuits = parseLibraryCircuits(value);
  return isBuiltIn(circuits.kind) ? circuits.kind : circuits;
}

function isBuiltIn(kind: string): kind is BuiltInCircuits {
  return Object.hasOwn(builtInCircuits, kind);
}

/** T and L where the circuits say them; stating them as well is allowed when they agree. */
function takeSize(given: Record<string, unknown>, circuits: RunSpec["circuits"]): void {
  const size = circuitsSize(circuits);
  for (const name of ["T", "L"] as const) {
    const own = size[name];
    if (own === null) continue;
    if (given[name] !== undefined && given[name] !== own) {
      throw new InputError(
        `${name} = ${described(given[name])}: the given circuits have ${name} = ${own}; leave it out.`,
      );
    }
    given[name] = own;
  }
}

/** Where noise comes: nothing to say without noise, and no matter when noise is said to be 0, as in a sweep from 0. */
function takeNoise(given: Record<string, unknown>): void {
  const { default: standard } = fieldNamed("noiseAt");
  const noiseAt = given.noiseAt === undefined ? standard : parseField("noiseAt", given.noiseAt);
  if (given.noise === undefined && noiseAt !== standard) {
    throw new InputError(`noiseAt = ${described(noiseAt)}: there is no noise; give noise, or leave it out.`);
  }
  given.noiseAt = given.noise === 0 ? standard : noiseAt;
}

/**
 * One field's value, checked on its own.
 *
 * @param name of a field other than circuits
 * @throws InputError naming the field, its value and its bound
 */
export function parseField(name: string, value: unknown): unknown {
  return checked(name, fieldSchema(fieldNamed(name)), value);
}

function fieldNamed(name: string): Exclude<SpecField, { kind: "circuits" }> {
  const field = specFields.find((candidate) => candidate.name === name)!;
  if (field.kind === "circuits") throw new Error("Circuits are checked with the whole spec.");
  return field;
}

/** What a field other than circuits may be; for {@link checked}. */
export function fieldSchema(field: Exclude<SpecField, { kind: "circuits" }>): v.GenericSchema {
  switch (field.kind) {
    case "whole":
    case "number": {
      const { kind, min, max } = field;
      const schema = kind === "whole" ? wholeSchema(min, max, field.isOdd) : numberSchema(min, max);
      return field.default === null ? v.nullable(schema) : schema;
    }
    case "choice":
      return choiceSchema(field.choices);
    case "wholes":
      return listSchema(wholeSchema(field.min, field.max), field.maxLength);
    case "numbers":
      if (field.name === "ramp") return rampSchema;
      return v.nullable(listSchema(numberSchema(field.min, field.max), field.maxLength));
  }
}

/** One sentence for all that a ramp may not be. */
const rampSchema = v.nullable(
  v.custom<readonly number[]>(
    (value) => Array.isArray(value) && value.length === 2 && isRamp(value[0], value[1]),
    rampRule,
  ),
);

function listSchema<Item extends v.GenericSchema>(item: Item, maxLength: number) {
  const message = `a list of 1 to ${maxLength} numbers`;
  return v.pipe(v.array(item, message), v.minLength(1, message), v.maxLength(maxLength, message));
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** What fields ask of each other. */
function checkTogether(spec: RunSpec): void {
  checkShape(shapeOf(spec));
  checkCircuits(spec);
  checkGates(spec);
  checkDesign(spec);
  const { z, T, L, samples, networks, sampling, construction, chi, chiFactor, kappa } = spec;
  const all = samples * networks * z.length;
  if (all > MAX_SAMPLES) {
    throw new InputError(
      `samples = ${samples}: with ${counted(networks, "network")} and ${counted(z.length, "value")} of z, ` +
        `${all} samples in all: must be at most ${MAX_SAMPLES}.`,
    );
  }
  z.forEach((count, k) => {
    if (count > T) throw new InputError(`z = ${count}: at most T = ${T} circuits can be active at once.`);
    if (z.indexOf(count) !== k) throw new InputError(`z = ${described(z)}: ${count} is listed twice.`);
  });
  if (sampling === "each" && (z.length > 1 || z[0] !== 1)) {
    throw new InputError(`sampling = "each" runs one circuit at a time: z must be 1, not ${z.join(", ")}.`);
  }
  const uses = correctionsOf(construction);
  if (kappa !== null && !uses.kappa)
    throw new InputError(`kappa = ${kappa}: the ${construction} construction has none; leave it out.`);
  if (chi !== null && !uses.chi)
    throw new InputError(`chi = ${described(chi)}: the ${construction} construction has none; leave it out.`);
  if (chiFactor !== 1 && !uses.chiFactor)
    throw new InputError(`chiFactor = ${chiFactor}: the ${construction} construction has no chi; leave it at 1.`);
  if (chi === null) return;
  if (chi.length !== L) throw new InputError(`chi has ${chi.length} entries: must have L = ${L}, one per layer.`);
  if (chi[0] !== 0) throw new InputError(`chi[0] = ${chi[0]}: must be 0; layer 1 has no chi.`);
  if (chiFactor !== 1) throw new InputError(`chiFactor = ${chiFactor}: chi is used as given; leave the factor at 1.`);
}

/** Which corrections a construction has: χ per layer and its factor [E12], κ [E13]. */
export function correctionsOf(construction: Construction): Readonly<Record<"chi" | "chiFactor" | "kappa", boolean>> {
  return {
    chi: construction === "capped",
    chiFactor: construction === "capped" || construction === "load-aware",
    kappa: construction === "balanced" || construction === "split",
  };
}

/** What the circuits ask of the run. */
function checkCircuits({ circuits, T, L }: RunSpec): void {
  if (typeof circuits === "string" || !("kind" in circuits)) return;
  const needed = libraryNeeds(circuits);
  if (L < needed.L)
    throw new InputError(`L = ${L}: ${circuits.kind} circuits have ${needed.L} layers; must be at least that.`);
  if (T < needed.T) throw new InputError(`T = ${T}: there are ${needed.T} kinds of circuits; must be at least that.`);
}

/** Which circuits have which gates. */
const gateFields = {
  rotation: ["ramp", "gain", "offset", "angles"],
  rotation3: ["angles"],
  rotation5: ["ramp", "gain", "offset", "angles"],
  rotation6: ["ramp", "gain", "offset", "angles"],
  step: ["ramp"],
} as const satisfies Record<BuiltInCircuits, readonly (keyof RunSpec)[]>;

/** Which of ramp, gain, offset and angles circuits have in the post's network. */
export function gatesOf(circuits: RunSpec["circuits"]): readonly string[] {
  return typeof circuits === "string" && isBuiltIn(circuits) ? gateFields[circuits] : [];
}

/** ramp, gain, offset and angles: where they are used, and together. */
function checkGates(spec: RunSpec): void {
  const { circuits } = spec;
  const used = gatesOf(circuits);
  if (spec.design !== "standard") return;
  for (const name of ["ramp", "gain", "offset", "angles"] as const) {
    if (spec[name] === null || used.includes(name)) continue;
    const own = name === "ramp" && typeof circuits !== "string" ? "; a ramp of theirs is given with them" : "";
    const kind = typeof circuits === "string" ? `circuits of kind ${circuits}` : "these circuits";
    throw new InputError(`${name} = ${described(spec[name])}: ${kind} have none; leave it out${own}.`);
  }
  if (used.includes("gain")) checkRotationGates(rotationGates(spec));
}

/** Fields of the post's construction that designs have no use for. */
export const standardOnly = ["construction", "assignment", "schedule", "gate", "chiFactor", "chi", "kappa"] as const;

/** Settings of designs that the post's network has too. */
const standardGates: readonly string[] = ["ramp", "gain", "offset"];

/** What a design, and noise, ask of the run. */
function checkDesign(spec: RunSpec): void {
  const { D, T, S, gate, noise, construction } = spec;
  const design = designOf(spec.design);
  if (noise > 0 && gate === "oracle") {
    throw new InputError(`noise = ${noise}: the oracle gate has none; leave it at 0.`);
  }
  if (hasMatrix(construction) && gate === "oracle") {
    throw new InputError(`gate = "oracle": the ${construction} construction runs with gate = relu only; leave it out.`);
  }
  if (isParted(spec) && D > LARGEST_PARTED) {
    const ofRun = hasMatrix(construction) ? `construction = ${construction}` : `noise = ${noise}`;
    const what = design === null ? ofRun : `design = ${spec.design}`;
    throw new InputError(`D = ${D}: with ${what} at most ${LARGEST_PARTED} neurons are run.`);
  }
  for (const name of ["ramp", "gain", "offset", "cellNeurons", "codeNeurons", "codeSize"] as const) {
    const isUsed = design === null ? standardGates.includes(name) : design.settings.includes(name);
    if (spec[name] !== null && !isUsed) {
      throw new InputError(`${name} = ${described(spec[name])}: the ${spec.design} design has none; leave it out.`);
    }
  }
  if (design === null) return;
  const { gain, offset } = spec;
  if ((gain === null) !== (offset === null))
    throw new InputError("gain and offset: give both or neither with a design.");
  if (gain !== null && offset !== null) checkRotationGates({ gain, offset });
  if (spec.cellNeurons !== null && !design.cellNeurons!.includes(spec.cellNeurons)) {
    throw new InputError(
      `cellNeurons = ${spec.cellNeurons}: the ${spec.design} design has cells of ${design.cellNeurons!.join(", ")} neurons.`,
    );
  }
  if (spec.circuits !== "rotation") {
    throw new InputError(`circuits: the ${spec.design} design is for rotations, circuits = rotation.`);
  }
  for (const name of standardOnly) {
    const { default: standard } = fieldNamed(name);
    if (spec[name] === standard) continue;
    throw new InputError(
      `${name} = ${described(spec[name])}: the ${spec.design} design has no use for it; leave it out.`,
    );
  }
  if (!design.S.includes(S)) {
    throw new InputError(`S = ${S}: the ${spec.design} design has S = ${design.S.join(" or ")}.`);
  }
  if (design.angles !== null && spec.angles !== design.angles) {
    throw new InputError(`angles = ${spec.angles}: the ${spec.design} design has angles = ${design.angles}.`);
  }
  if (design.code !== undefined) checkCode(spec, design.code({ D, S, z: Math.max(...spec.z) }));
  const size = { ...spec, z: Math.max(...spec.z) };
  const most = design.largest(size);
  if (T <= most) return;
  const room = design.room === undefined ? "" : `: ${design.room(size)}`;
  if (most === 0)
    throw new InputError(`D = ${D}: no circuits of the ${spec.design} design fit${room}. ${leastOf(design, size)}`);
  throw new InputError(`T = ${T}: at most ${most} circuits fit with D = ${D} (${spec.design} design)${room}.`);
}

/** What D would do for one circuit, in words. */
function leastOf(design: Design, size: Omit<RunSpec, "z"> & { readonly z: number }): string {
  for (let D = size.D + 1; D <= LARGEST_PARTED; D++) {
    if (design.largest({ ...size, D }) > 0) return `Use D ≥ ${D}.`;
  }
  return `Nor do they for any D up to ${LARGEST_PARTED}; use other sizes.`;
}

/** A word leaves some neurons of the code out, or there is one word. */
function checkCode(
  { codeNeurons, codeSize }: RunSpec,
  own: { readonly codeNeurons: number; readonly codeSize: number },
): void {
  if ((codeSize ?? own.codeSize) < (codeNeurons ?? own.codeNeurons)) return;
  if (codeSize === null)
    throw new InputError(
      `codeNeurons = ${codeNeurons}: must be more than codeSize = ${own.codeSize}, the design's own.`,
    );
  const most = codeNeurons ?? `${own.codeNeurons}, the design's own`;
  throw new InputError(`codeSize = ${codeSize}: must be less than codeNeurons = ${most}.`);
}

/** Most neurons per layer of networks that run by their sparse weights, which are found from a dense matrix. */
export const LARGEST_PARTED = 4096;

/** Whether a run's networks have parts, noise or a matrix written out, and so run by their sparse weights. */
export function isParted({ design, noise, construction }: Pick<RunSpec, "design" | "noise" | "construction">): boolean {
  return design !== "standard" || noise > 0 || hasMatrix(construction);
}

/** The gates of a run's rotations, as far as it says something about them. */
export function rotationGates({ ramp, gain, offset, angles }: RunSpec): RotationGates {
  return {
    ...(ramp === null ? {} : { ramp: { low: ramp[0]!, high: ramp[1]! } }),
    ...(gain === null ? {} : { gain }),
    ...(offset === null ? {} : { offset }),
    angles,
  };
}

function checkSize(spec: RunSpec, memory: number): void {
  const { D, T, S } = spec;
  const needed = memoryNeeded(spec);
  if (needed > memory) {
    throw new InputError(
      `D = ${D}, T = ${T}: needs about ${bytesText(needed)}, this process can use ${bytesText(memory)}.`,
    );
  }
  if (spec.design !== "standard") return;
  const P = blockSize(shapeOf(spec));
  const { assignment, schedule } = spec;
  if (schedule === "parting" || schedule === "fresh") {
    if (assignment !== fieldNamed("assignment").default) {
      throw new InputError(
        `assignment = ${assignment}: the ${schedule} schedule has neurons of its own; leave it out.`,
      );
    }
    const bound = schedule === "parting" ? maxParting({ P, S }) : circuitsUpperBound({ P, S });
    if (T <= bound) return;
    throw new InputError(
      `T = ${T}: at most ${bound} circuits fit with P = D/d = ${P}, S = ${S} (${schedule} schedule). ${fewer(bound)}`,
    );
  }
  const most = assignmentConstructions[assignment].largest({ P, S });
  if (T > most)
    throw new InputError(
      `T = ${T}: at most ${most} circuits fit with P = D/d = ${P}, S = ${S} (${spec.assignment}). ${fewer(most)}`,
    );
}

/** What to do when T circuits do not fit. */
function fewer(most: number): string {
  return most > 0 ? `Use T of at most ${most}, or a larger D.` : "Use a smaller S or a larger D.";
}

/** What a run's circuits say about its shape; null where the run says it. */
export function circuitsSize(circuits: RunSpec["circuits"]): { d: number; T: number | null; L: number | null } {
  if (typeof circuits === "string") return librarySize(parseLibraryCircuits(circuits));
  return "kind" in circuits ? librarySize(circuits) : customSize(circuits);
}

/** The sizes of a run's network; designs with parts of their own sizes have no blocks, d = 1. */
export function shapeOf(spec: Pick<RunSpec, "circuits" | "design" | "D" | "T" | "S" | "L">): Shape {
  const { circuits, design, D, T, S, L } = spec;
  return { D, d: design === "standard" ? circuitsSize(circuits).d : 1, T, S, L };
}

/**
 * Bytes that a run needs, about: the embedding and its transpose per layer, the circuits' matrices in both precisions,
 * tiles of 16 samples, and sums per circuit.
 */
export function memoryNeeded(spec: RunSpec): number {
  const { circuits } = spec;
  const { D, d, T, S, L } = shapeOf(spec);
  const matrices = typeof circuits === "string" ? 1 : "kind" in circuits ? L : circuits.weights.length;
  return 4 * L * T * S * 2 + T * d * d * (8 + 4) * matrices + D * 16 * 4 * 3 + T * 64;
}

function bytesText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const k = Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${Number((bytes / 1024 ** k).toPrecision(3))} ${units[k]}`;
}

/** JSON with the keys of every object in order, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(",")}}`;
}

/** SHA-256 of the spec's canonical JSON, 64 hexadecimal digits: the name of what was asked. Works in Node and browsers. */
export function specHash(spec: RunSpec): Promise<string> {
  return hashOf(spec);
}

/** SHA-256 of plain data's canonical JSON, 64 hexadecimal digits. */
export async function hashOf(value: unknown): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonicalJson(value)));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

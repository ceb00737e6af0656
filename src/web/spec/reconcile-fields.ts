import { designOf } from "../../designs/designs.js";
import { hasMatrix } from "../../network/construction.js";
import { runsBySparseWeights, LARGEST_SPARSE, type RunSpec } from "../../config/run-spec.js";
import { areNamed, circuitsInWords, settingsOf } from "../../config/circuits.js";
import { correctionsOf, publishedOnly } from "../../config/applicability.js";
import { fieldNamed } from "../../config/fields.js";
import { largestT, widthOf } from "./limits.js";

/** An adjustment of fields in progress. */
interface Fitting {
  readonly now: RunSpec;
  /** The field that was changed by hand. */
  readonly name: keyof RunSpec;
  /** Sets a field, unless it is the field that was changed by hand. */
  readonly fit: (field: keyof RunSpec, fitted: unknown, because: string) => void;
}

/**
 * Changes one field and adjusts the fields that depend on it, so that a slider always has an effect. The field changed
 * by hand keeps its value; if the value is invalid, the check that follows reports it.
 *
 * @returns the fields and, in words, what was adjusted
 */
export function reconcileFields(
  spec: RunSpec,
  name: keyof RunSpec,
  value: unknown,
): { readonly input: Readonly<Record<keyof RunSpec, unknown>>; readonly notes: readonly string[] } {
  const input: Record<keyof RunSpec, unknown> = { ...spec, [name]: value };
  const notes: string[] = [];
  const fit = (field: keyof RunSpec, fitted: unknown, because: string): void => {
    if (field === name || input[field] === fitted) return;
    input[field] = fitted;
    notes.push(`${field} is ${fitted === null ? "left out" : `now ${String(fitted)}`}: ${because}.`);
  };
  const fitting: Fitting = { now: input as unknown as RunSpec, name, fit };
  // Fields may hold any value here, because they are checked later; only choices from a list are known to be valid.
  if (name === "design" || name === "circuits") fitNetwork(spec, fitting);
  fitGates(fitting);
  if (fitting.now.noise > 0) fitNoise(fitting);
  else fit("noiseAt", standardOf("noiseAt"), "there is no noise");
  fitSchedule(fitting);
  fitSizes(fitting);
  fitSampling(fitting);
  fitConstruction(fitting);
  return { input, notes };
}

const standardOf = (field: string): unknown => fieldNamed(field).default;

/** After a change of design or circuits, drops the fields that only the previous design or circuits needed. */
function fitNetwork(before: RunSpec, { now, name, fit }: Fitting): void {
  const isForRotations = (): boolean => designOf(now.design)?.runs === "rotations";
  if (name === "circuits" && now.circuits !== "rotation" && isForRotations()) {
    fit("design", "published", `the ${now.design} design is for rotations`);
  }
  const design = designOf(now.design);
  if (now.design !== before.design) {
    for (const field of ["ramp", "gain", "offset", "cellNeurons", "codeNeurons", "codeSize"] as const) {
      fit(field, null, "each design has its own");
    }
    const forced = designOf(before.design)?.angles ?? null;
    if (design !== null && design.angles !== null) {
      fit("angles", design.angles, `the ${now.design} design works only with these`);
    } else if (forced !== null) fit("angles", null, `the ${now.design} design works with any angles`);
  }
  if (design !== null) {
    if (isForRotations()) fit("circuits", "rotation", `the ${now.design} design is for rotations`);
    for (const field of publishedOnly) fit(field, standardOf(field), `the ${now.design} design does not use it`);
    if (!design.S.includes(now.S)) fit("S", design.S[0], `the ${now.design} design has S = ${design.S.join(" or ")}`);
    if (largestT(now) === 0) fit("D", standardOf("D"), `the ${now.design} design needs more neurons`);
  } else if (before.design !== "published") {
    fit("S", Math.min(standardOf("S") as number, Math.floor(now.D / widthOf(now)) || 1), "the post's value");
  }
  const d = widthOf(now);
  if (areNamed(now.circuits) && Number.isSafeInteger(now.D) && now.D % d !== 0) {
    fit("D", Math.max(d, now.D - (now.D % d)), `it must be a multiple of d = ${d}`);
  }
}

/** Adjusts ramp, gain, offset and angles: drops those that do not apply, and keeps gain and offset consistent. */
function fitGates({ now, name, fit }: Fitting): void {
  const design = designOf(now.design);
  const kind = circuitsInWords(now.circuits);
  const used = design === null ? settingsOf(now.circuits) : [...design.settings, ...anglesOf(now)];
  for (const field of ["ramp", "gain", "offset", "angles"] as const) {
    if (!used.includes(field))
      fit(field, null, design === null ? `${kind} do not use it` : `the ${now.design} design does not use it`);
  }
  const { gain, offset } = now;
  // Designs have both a gain and an offset, or neither; the published construction has a gain of 2 and an offset of 1.
  if (name === "gain") {
    if (gain === null) fit("offset", null, "it is used only with a gain");
    else if (offset === null ? design !== null : offset > gain - 1) {
      fit("offset", Math.max(1, Math.min(1.1, gain - 1)), "it must be at most gain − 1");
    }
  }
  if (name === "offset") {
    if (offset === null) fit("gain", null, "it is used only with an offset");
    else if (gain === null ? design !== null || offset > 1 : gain < offset + 1) {
      fit("gain", Number((offset + 1).toPrecision(12)), "it must be at least offset + 1");
    }
  }
}

/** `angles`, if the circuits have them: rotations have angles in every design. */
function anglesOf({ circuits }: RunSpec): string[] {
  return settingsOf(circuits).filter((name) => name === "angles");
}

function fitNoise({ now, name, fit }: Fitting): void {
  if (now.gate === "oracle") {
    if (name === "gate") fit("noise", 0, "the oracle gate allows no noise");
    else fit("gate", "relu", "the oracle gate allows no noise");
  }
}

/** Schedules that choose their own neurons need no assignment. */
function fitSchedule({ now, name, fit }: Fitting): void {
  if (now.schedule !== "parting" && now.schedule !== "fresh") return;
  if (name === "assignment") fit("schedule", standardOf("schedule"), `the ${now.schedule} schedule uses no assignment`);
  else fit("assignment", standardOf("assignment"), `the ${now.schedule} schedule chooses its own neurons`);
}

/** Adjusts D, S, T and z, each within the limits set by the fields before it. */
function fitSizes({ now, name, fit }: Fitting): void {
  const d = widthOf(now);
  if (runsBySparseWeights(now) && now.D > LARGEST_SPARSE) {
    fit("D", LARGEST_SPARSE - (LARGEST_SPARSE % d), "this is the largest D for a network with noise or a design");
  }
  const P = now.D / d;
  if (now.design === "published" && Number.isSafeInteger(P) && P >= 1) {
    if (now.S > P) fit("S", P, "a block has only P neurons");
    if (now.schedule === "parting" && largestT(now) === 0) {
      const because = "two windows of lines must fit into a block";
      let S = now.S;
      while (S > 1 && largestT({ ...now, S }) === 0) S--;
      if (name === "S") fit("schedule", standardOf("schedule"), because);
      else fit("S", S, because);
    }
  }
  const isList = Array.isArray(now.z) && now.z.length > 0;
  const depthLimit = designOf(now.design)?.depthLimit;
  if (depthLimit !== undefined && isList && largestT(now) === 0) {
    let L = now.L;
    while (L > 1 && largestT({ ...now, L }) === 0) L--;
    fit("L", L, depthLimit);
  }
  const most = isList ? largestT(now) : 0;
  if (most > 0 && now.T > most && areNamed(now.circuits)) {
    const where = now.design === "published" ? `P = D/d = ${P}, S = ${now.S}` : `D = ${now.D} (${now.design} design)`;
    fit("T", most, `the most circuits that fit with ${where}`);
  }
  const z = now.z;
  if (name !== "z" && Array.isArray(z) && z.some((count) => count > now.T)) {
    const fitting = z.filter((count) => count <= now.T);
    fit("z", fitting.length > 0 ? fitting : [now.T], "z cannot exceed T");
  }
}

function fitSampling({ now, name, fit }: Fitting): void {
  if (now.sampling === "each" && (now.z.length !== 1 || now.z[0] !== 1)) {
    if (name === "sampling") fit("z", [1], "sampling each circuit in turn needs z = 1");
    else fit("sampling", "random", "sampling each circuit in turn needs z = 1");
  }
}

function fitConstruction({ now, name, fit }: Fitting): void {
  const uses = correctionsOf(now.construction);
  if (!uses.kappa) fit("kappa", null, `the ${now.construction} construction does not use it`);
  if (!uses.chiFactor) fit("chiFactor", 1, `the ${now.construction} construction does not use chi`);
  if (!uses.chi) fit("chi", null, `the ${now.construction} construction does not use it`);
  if (hasMatrix(now.construction)) fit("gate", "relu", `the ${now.construction} construction runs only with this gate`);
  if (now.chi !== null && name !== "chi" && (name === "L" || name === "chiFactor")) {
    fit("chi", null, name === "L" ? "chi was given for another depth" : "chiFactor multiplies the computed chi");
  }
  if (name === "chi" && now.chi !== null) fit("chiFactor", 1, "chi is used as given");
}

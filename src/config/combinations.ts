import { assignmentConstructions } from "../assignment/constructions.js";
import { circuitsUpperBound } from "../assignment/statistics.js";
import { checkRotationGates } from "../circuits/rotation.js";
import type { Design } from "../designs/design.js";
import { designOf } from "../designs/designs.js";
import { InputError } from "../base/errors.js";
import { hasMatrix } from "../network/construction.js";
import { maxParting } from "../network/embedding.js";
import { blockSize, checkShape } from "../base/shape.js";
import { described } from "../base/validation.js";
import { fieldNamed } from "./fields.js";
import { areNamed, circuitsInWords, circuitsName, givenAngles, leastSize, settingsOf } from "./circuits.js";
import {
  designSize,
  runsBySparseWeights,
  LARGEST_SPARSE,
  memoryNeeded,
  rotationGates,
  shapeOf,
  type RunSpec,
} from "./run-spec.js";
import { correctionsOf, publishedGates, publishedOnly } from "./applicability.js";

/**
 * Limit on the samples in a run, over all networks and values of z. A run with so many samples takes hours at the
 * post's size.
 */
const MAX_SAMPLES = 1_000_000_000;

/**
 * Checks the constraints between fields.
 *
 * @throws InputError naming the conflicting field, its value and the remedy
 */
export function checkTogether(spec: RunSpec): void {
  checkShape(shapeOf(spec));
  checkCircuits(spec);
  checkGates(spec);
  checkDesign(spec);
  const { z, T, L, samples, networks, sampling, construction, chi, chiFactor, kappa } = spec;
  const all = samples * networks * z.length;
  if (all > MAX_SAMPLES) {
    throw conflict(
      `samples = ${samples}: with ${counted(networks, "network")} and ${counted(z.length, "value")} of z, ` +
        `there are ${all} samples in total; the limit is ${MAX_SAMPLES}.`,
    );
  }
  z.forEach((count, k) => {
    if (count > T) throw conflict(`z = ${count}: at most T = ${counted(T, "circuit")} can be active at once.`);
    if (z.indexOf(count) !== k) throw conflict(`z = ${described(z)}: ${count} is listed twice.`);
  });
  if (sampling === "each" && (z.length > 1 || z[0] !== 1)) {
    throw conflict(`sampling = "each" runs one circuit at a time: z must be 1, not ${z.join(", ")}.`);
  }
  const uses = correctionsOf(construction);
  if (kappa !== null && !uses.kappa)
    throw conflict(`kappa = ${kappa}: the ${construction} construction does not use it; leave it out.`);
  if (chi !== null && !uses.chi)
    throw conflict(`chi = ${described(chi)}: the ${construction} construction does not use it; leave it out.`);
  if (chiFactor !== 1 && !uses.chiFactor)
    throw conflict(`chiFactor = ${chiFactor}: the ${construction} construction has no chi; leave it at 1.`);
  if (chi === null) return;
  if (chi.length !== L)
    throw conflict(`chi has ${counted(chi.length, "entry", "entries")}: must have L = ${L}, one per layer.`);
  if (chi[0] !== 0) throw conflict(`chi[0] = ${chi[0]}: must be 0; layer 1 has no chi.`);
  if (chiFactor !== 1) throw conflict(`chiFactor = ${chiFactor}: it does not apply to a given chi; leave it at 1.`);
}

/** An error about conflicting fields. */
function conflict(message: string): InputError {
  return new InputError(message, "conflict");
}

function counted(count: number, noun: string, several = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : several}`;
}

/** Checks the run against the requirements of its circuits. */
function checkCircuits({ circuits, T, L }: RunSpec): void {
  const needed = leastSize(circuits);
  if (L < needed.L)
    throw conflict(
      `L = ${L}: ${circuitsName(circuits)} circuits have ${needed.L} layers, so L must be at least ${needed.L}.`,
    );
  if (T < needed.T) throw conflict(`T = ${T}: must be at least ${needed.T}, the number of kinds of circuits.`);
}

/** Checks ramp, gain, offset and angles, individually and in combination. */
function checkGates(spec: RunSpec): void {
  const { circuits } = spec;
  const used = settingsOf(circuits);
  if (spec.design !== "published") return;
  for (const name of ["ramp", "gain", "offset", "angles"] as const) {
    if (spec[name] === null || used.includes(name)) continue;
    const own = name === "ramp" && !areNamed(circuits) ? "; give their ramp with the circuits" : "";
    throw conflict(
      `${name} = ${described(spec[name])}: ${circuitsInWords(circuits)} do not use it; leave it out${own}.`,
    );
  }
  if (used.includes("gain")) checkRotationGates(rotationGates(spec));
}

/** Checks that the run's design and noise fit its other settings. */
function checkDesign(spec: RunSpec): void {
  const { D, T, S, gate, noise, construction } = spec;
  const design = designOf(spec.design);
  if (noise > 0 && gate === "oracle") {
    throw conflict(`noise = ${noise}: must be 0 with the oracle gate.`);
  }
  if (hasMatrix(construction) && gate === "oracle") {
    throw conflict(`gate = "oracle": the ${construction} construction runs only with gate = relu; leave gate out.`);
  }
  if (runsBySparseWeights(spec) && D > LARGEST_SPARSE) {
    const ofRun = hasMatrix(construction) ? `construction = ${construction}` : `noise = ${noise}`;
    const what = design === null ? ofRun : `design = ${spec.design}`;
    throw conflict(`D = ${D}: must be at most ${LARGEST_SPARSE} with ${what}.`);
  }
  for (const name of ["ramp", "gain", "offset", "cellNeurons", "codeNeurons", "codeSize"] as const) {
    const isUsed = design === null ? publishedGates.includes(name) : design.settings.includes(name);
    if (spec[name] !== null && !isUsed) {
      throw conflict(`${name} = ${described(spec[name])}: the ${spec.design} design does not use it; leave it out.`);
    }
  }
  if (design === null) return;
  const { gain, offset } = spec;
  if ((gain === null) !== (offset === null)) throw conflict("gain and offset: give both or neither with a design.");
  if (gain !== null && offset !== null) checkRotationGates({ gain, offset });
  const { cellNeurons = [] } = design;
  if (spec.cellNeurons !== null && !cellNeurons.includes(spec.cellNeurons)) {
    const known = cellNeurons.join(", ");
    throw conflict(`cellNeurons = ${spec.cellNeurons}: the ${spec.design} design has cells of ${known} neurons.`);
  }
  if (design.runs === "rotations" && spec.circuits !== "rotation" && givenAngles(spec.circuits) === null) {
    throw conflict(`circuits: the ${spec.design} design runs only rotations; use circuits = rotation.`);
  }
  if (spec.angles !== null && !settingsOf(spec.circuits).includes("angles")) {
    throw conflict(`angles = ${spec.angles}: ${circuitsInWords(spec.circuits)} do not use it; leave it out.`);
  }
  for (const name of publishedOnly) {
    const { default: standard } = fieldNamed(name);
    if (spec[name] === standard) continue;
    throw conflict(`${name} = ${described(spec[name])}: the ${spec.design} design does not use it; leave it out.`);
  }
  if (!design.S.includes(S)) {
    throw conflict(`S = ${S}: the ${spec.design} design has S = ${design.S.join(" or ")}.`);
  }
  if (design.angles !== null && spec.angles !== design.angles) {
    throw conflict(`angles = ${spec.angles}: the ${spec.design} design requires angles = ${design.angles}.`);
  }
  if (design.code !== undefined) checkCode(spec, design.code({ D, S, z: Math.max(...spec.z) }));
  const size = designSize(spec);
  const most = design.largest(size);
  if (T <= most) return;
  const room = design.room === undefined ? "" : `: ${design.room(size)}`;
  if (most === 0)
    throw conflict(`D = ${D}: no circuits of the ${spec.design} design fit${room}. ${leastOf(design, size)}`);
  throw conflict(
    `T = ${T}: at most ${counted(most, "circuit fits", "circuits fit")} with D = ${D} (${spec.design} design)${room}.`,
  );
}

/** Advice on the smallest D at which one circuit fits. */
function leastOf(design: Design, size: ReturnType<typeof designSize>): string {
  for (let D = size.D + 1; D <= LARGEST_SPARSE; D++) {
    if (design.largest({ ...size, D }) > 0) return `Use D ≥ ${D}.`;
  }
  return `No D up to ${LARGEST_SPARSE} is large enough; use other sizes.`;
}

/** Checks that a codeword uses fewer neurons than the code has; otherwise there would be only one codeword. */
function checkCode(
  { codeNeurons, codeSize }: RunSpec,
  own: { readonly codeNeurons: number; readonly codeSize: number },
): void {
  if ((codeSize ?? own.codeSize) < (codeNeurons ?? own.codeNeurons)) return;
  if (codeSize === null)
    throw conflict(`codeNeurons = ${codeNeurons}: must be more than codeSize = ${own.codeSize}, the design's default.`);
  const most = codeNeurons ?? `${own.codeNeurons}, the design's default`;
  throw conflict(`codeSize = ${codeSize}: must be less than codeNeurons = ${most}.`);
}

/**
 * Checks that a run fits into memory and that its circuits fit into its network.
 *
 * @param memory bytes available to the run
 * @throws InputError naming D or T, and the remedy
 */
export function checkSize(spec: RunSpec, memory: number): void {
  const { D, T, S } = spec;
  const needed = memoryNeeded(spec);
  if (needed > memory) {
    throw conflict(
      `D = ${D}, T = ${T}: this needs about ${bytesText(needed)}, but this process can use only ${bytesText(memory)}.`,
    );
  }
  if (spec.design !== "published") return;
  const P = blockSize(shapeOf(spec));
  const { assignment, schedule } = spec;
  if (schedule === "parting" || schedule === "fresh") {
    if (assignment !== fieldNamed("assignment").default) {
      throw conflict(
        `assignment = ${assignment}: the ${schedule} schedule chooses its own neurons; leave assignment out.`,
      );
    }
    const bound = schedule === "parting" ? maxParting({ P, S }) : circuitsUpperBound({ P, S });
    if (T <= bound) return;
    throw conflict(
      `T = ${T}: at most ${counted(bound, "circuit fits", "circuits fit")} with P = D/d = ${P}, S = ${S} (${schedule} schedule). ${fewer(bound)}`,
    );
  }
  // Finding the largest T of the assignment "filled" requires a search for the packings in its columns. The search is
  // skipped if T is small enough for the assignment "transversal".
  if (assignment === "filled" && T <= assignmentConstructions.transversal.largest({ P, S })) return;
  const most = assignmentConstructions[assignment].largest({ P, S });
  if (T > most)
    throw conflict(
      `T = ${T}: at most ${counted(most, "circuit fits", "circuits fit")} with P = D/d = ${P}, S = ${S} (${assignment}). ${fewer(most)}${roomier(T, P, S)}`,
    );
}

/**
 * Advice on an assignment that has room for T circuits. The assignments "filled" and "greedy" are not tried, because
 * they need a search.
 */
function roomier(T: number, P: number, S: number): string {
  for (const name of ["transversal", "cyclic"] as const) {
    const most = assignmentConstructions[name].largest({ P, S });
    if (most >= T) return ` Or use assignment = ${name}, which holds ${most} circuits.`;
  }
  return "";
}

/** Advice on what to do when T circuits do not fit. */
function fewer(most: number): string {
  return most > 0 ? `Use T ≤ ${most}, or a larger D.` : "Use a smaller S or a larger D.";
}

/** A readable number of bytes, in binary units. */
export function bytesText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const k = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${Number((bytes / 1024 ** k).toPrecision(3))} ${units[k]}`;
}

import { existsSync, realpathSync } from "node:fs";
import { InputError } from "../base/errors.js";
import type { Command } from "commander";
import { checkCircuits, type Finding, type Place } from "../circuits/check/check.js";
import { probeAmplification } from "../circuits/check/amplification.js";
import type { Circuits } from "../circuits/circuits.js";
import { customCircuits, customWeightsOf, rawCustomCircuits, type CustomCircuits } from "../circuits/custom/custom.js";
import { applyMend, mendNames, neededMend, type MendName } from "../circuits/mends/advised.js";
import { asRaw, type RawCircuits } from "../circuits/raw.js";
import { buildCircuits } from "../config/build.js";
import { parseSpec } from "../config/parse-spec.js";
import { shapeOf } from "../config/run-spec.js";
import { checkShape } from "../base/shape.js";
import { customSize, hasSharedBiases, parseAnyCircuits, parseCustomCircuits } from "../circuits/custom/parse.js";
import { widthsOf } from "../circuits/custom/square.js";
import { paddingText, usedNeurons } from "../circuits/usage.js";
import { givenWeights } from "../config/circuits.js";
import { fieldNamed, numberFrom, specFields } from "../config/fields.js";
import { checked, choiceSchema, wholeSchema } from "../base/validation.js";
import { counted, shortNumber } from "../drawing/numbers.js";
import { parseFrom, readSpecFile } from "./circuits-file.js";
import { checkWritable, writeWhole } from "../base/write-whole.js";
import type { Session } from "./session.js";
import { withAngles } from "./theta-file.js";
import { formatTable } from "./table.js";

type Options = Readonly<Partial<Record<"D" | "S" | "L" | "z" | "mended" | "mend", string>>> & {
  readonly json?: boolean;
};

/** `superpose check`: checks whether circuits can be put in superposition, and advises on what to do if they cannot. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Checks the five assumptions that circuits must meet to run in superposition. Reports the margins and, where an assumption " +
        "fails, what to do about it. The exit code is 0 if no assumption fails and 1 otherwise; with --mended, the mended circuits decide.",
    )
    .argument("<file>", "a spec or circuits file, .yaml or .json, or circuits as .safetensors or .npz")
    .option("--D <number>", "neurons per layer of the large network; needed to check z ≪ P = D/d (circuits files)")
    .option("--S <number>", "neurons that carry each circuit neuron (circuits files)")
    .option("--L <number>", "layers, for circuits with the same weights in every layer (circuits files; default 5)")
    .option("--z <number>", "circuits active at once (default 1, or the spec's largest)")
    .option("--json", "print JSON instead of a table")
    .option("--mended <file>", "write the mended circuits to a .json file that `run --circuits` takes, and check them")
    .option("--mend <word>", `method: ${mendNames.join(", ")} (default: the cheapest that helps)`)
    .addHelpText("after", "\nExample:\n  superpose check circuits.json --z 2 --mended mended.json")
    .action((file: string, options: Options) => {
      if (options.mended !== undefined) {
        checkWritable(options.mended, [".json"]);
        if (
          [options.mended, file].every((path) => existsSync(path)) &&
          realpathSync(options.mended) === realpathSync(file)
        ) {
          throw new InputError(
            `${options.mended}: this is the input file; choose another name for the output.`,
            "file",
          );
        }
      }
      const mend = options.mend === undefined ? null : checked("mend", choiceSchema(mendNames), options.mend);
      if (mend !== null && options.mended === undefined) {
        throw new InputError(`mend = "${mend}": this needs --mended FILE, where the mended circuits are written.`);
      }
      const { circuits, limits, given } = loadCircuits(file, options, session);
      const findings = checkCircuits(circuits, limits);
      const fails = findings.some(({ holds }) => holds === false);
      const { kind, d, T, L } = circuits;
      const shape = given === null ? {} : { widths: widthsOf(given), output: given.output ?? "relu" };
      const size = { kind, d, T, L, ...shape, used: usedNeurons(asRaw(circuits)) };
      const report = { circuits: size, ...limits, holds: !fails, findings };
      const mended = options.mended === undefined ? null : writeMended(circuits, limits, options.mended, mend, session);
      if (options.json) {
        const after = mended === null ? {} : { mended: { ...mended, circuits: { d: mended.circuits.d } } };
        session.print(JSON.stringify({ ...report, ...after }, null, 2) + "\n");
      } else {
        session.print(checkText(circuits, findings, given) + "\n");
        if (mended !== null) session.print(`\n${mendedText(mended)}\n`);
      }
      const left = mended?.findings ?? findings;
      if (left.some(({ holds }) => holds === false)) throw new AssumptionsFail(left);
    });
}

/** Ends the command with exit code 1 and one line that names the failing assumptions. */
class AssumptionsFail extends Error {
  constructor(findings: readonly Finding[]) {
    const failing = findings.filter(({ holds }) => holds === false).map(({ assumption }) => assumption);
    super(`assumption${failing.length > 1 ? "s" : ""} ${failing.join(", ")} fail${failing.length > 1 ? "" : "s"}.`);
  }
}

interface Limits {
  readonly z: number;
  readonly P?: number;
  readonly S?: number;
}

/** The circuits to check. */
interface Checked {
  readonly circuits: Circuits | RawCircuits;
  readonly limits: Limits;
  /** The given weights of custom circuits; null for other kinds. */
  readonly given: Pick<CustomCircuits, "weights" | "output"> | null;
}

/** Reads the circuits of a spec's first network or of a circuits file, and any known sizes of their network. */
function loadCircuits(file: string, options: Options, session: Session): Checked {
  const number = (name: "D" | "S" | "L" | "z"): number | undefined => {
    const text = options[name];
    if (text === undefined) return undefined;
    const field = fieldNamed(name);
    const most = "max" in field ? field.max : Infinity;
    return checked(name, wholeSchema(1, most), numberFrom(text));
  };
  const z = number("z");
  const ownL = number("L");
  const content = asSpec(withAngles(readSpecFile(file, session), file));
  if (isSpec(content)) {
    const circuitsGiven: unknown = Reflect.get(content, "circuits");
    const own = parseFrom(circuitsGiven, () => givenWithOwnBiases(circuitsGiven));
    // `parseSpec` rejects individual biases, so the other fields are checked as if all circuits had the biases of the
    // first.
    const shared = own && { ...own, biases: own.biases.map(([first]) => first) };
    const spec = parseFrom(circuitsGiven, () => parseSpec(shared ? { ...content, circuits: shared } : content));
    const { d, T } = shapeOf(spec);
    for (const name of ["D", "S", "L"] as const) {
      if (options[name] !== undefined) {
        throw new InputError(
          `--${name}: not allowed with a spec, which sets D, S and L itself; change them in ${file}.`,
        );
      }
    }
    checkActive(z, T);
    const limits = { z: z ?? Math.max(...spec.z), P: spec.D / d, S: spec.S };
    const circuits = own ? rawCustomCircuits(own, spec.L) : buildCircuits(spec, 0);
    return { circuits, limits, given: own ?? givenWeights(spec.circuits) };
  }
  const given = parseFrom(content, () => parseAnyCircuits(content));
  const { d, T, L } = customSize(given);
  if (L !== null && ownL !== undefined) {
    throw new InputError(`--L: the circuits in ${file} already have L = ${L} layers; leave --L out.`);
  }
  const layers = L ?? ownL ?? 5;
  const [D, S] = [number("D"), number("S")];
  if (D !== undefined) checkShape({ D, d, T, S: S ?? 1, L: layers });
  checkActive(z, T);
  const limits = { z: z ?? 1, ...(D === undefined ? {} : { P: D / d }), ...(S === undefined ? {} : { S }) };
  return {
    circuits: hasSharedBiases(given) ? customCircuits(given, layers) : rawCustomCircuits(given, layers),
    limits,
    given,
  };
}

function checkActive(z: number | undefined, T: number): void {
  if (z !== undefined && z > T)
    throw new InputError(`z = ${z}: at most T = ${counted(T, "circuit")} can be active at once.`);
}

/** Makes a spec from a file that only describes circuits, `{kind, …}`. */
function asSpec(content: unknown): unknown {
  return typeof content === "object" && content !== null && Object.hasOwn(content, "kind")
    ? { circuits: content }
    : content;
}

/** Whether a file is a spec, which contains fields, and not a circuits file, which contains weights. */
function isSpec(content: unknown): content is object {
  if (typeof content !== "object" || content === null) return false;
  return !Object.hasOwn(content, "weights") && specFields.some(({ name }) => Object.hasOwn(content, name));
}

function givenWithOwnBiases(given: unknown) {
  if (typeof given !== "object" || given === null || !Object.hasOwn(given, "weights")) return null;
  const circuits = parseAnyCircuits(given);
  return hasSharedBiases(circuits) ? null : circuits;
}

/** The mended circuits that were written, and how they differ from the given ones. */
interface MendedReport {
  readonly file: string;
  readonly mend: MendName | null;
  /** The number of additional neurons per circuit and layer. */
  readonly added: number;
  readonly circuits: Circuits;
  readonly holds: boolean;
  readonly findings: readonly Finding[];
  /** The largest |w|, and the largest factor by which errors grow in one layer. */
  readonly largestWeight: BeforeAfter;
  readonly gain: BeforeAfter;
  /** Whether errors grow faster than before. */
  readonly amplifies: boolean;
}

interface BeforeAfter {
  readonly before: number;
  readonly after: number;
}

/** Smaller increases in the gain are ignored, because the gain is measured with only a few probes. */
const GROWN = 1.01;

/** Writes the mended circuits, reads them back and checks them. */
function writeMended(
  circuits: Circuits | RawCircuits,
  limits: Limits,
  out: string,
  how: MendName | null,
  session: Session,
): MendedReport {
  const raw = asRaw(circuits);
  const mend = how ?? neededMend(raw);
  const { circuits: mended, added } = applyMend(raw, mend);
  writeWhole(out, JSON.stringify(customWeightsOf(mended)) + "\n");
  const cost = added === 0 ? "no additional neurons" : `${counted(added, "additional neuron")} per circuit and layer`;
  session.note(mend === null ? `wrote ${out}: no mending needed` : `wrote ${out}: mended by ${mend}, ${cost}`);
  const written = customCircuits(parseCustomCircuits(readSpecFile(out, session)), raw.L);
  const findings = checkCircuits(written, limits);
  const [before, after] = [raw, asRaw(written)];
  const largestWeight = { before: largestOf(before), after: largestOf(after) };
  const gain = { before: gainOf(before), after: gainOf(after) };
  return {
    ...{ file: out, mend, added, circuits: written, holds: !findings.some(({ holds }) => holds === false), findings },
    ...{ largestWeight, gain },
    amplifies: gain.after > GROWN * gain.before,
  };
}

const largestOf = ({ weights }: RawCircuits): number =>
  weights.reduce((most, layer) => layer.reduce((sum, w) => Math.max(sum, Math.abs(w)), most), 0);

const gainOf = (raw: RawCircuits): number =>
  probeAmplification(raw).gains.reduce((most, { gain }) => Math.max(most, gain), 0);

function mendedText({ file, mend, circuits, findings, largestWeight, gain, amplifies }: MendedReport): string {
  const change = ({ before, after }: BeforeAfter): string =>
    `${shortNumber(before)} before, ${shortNumber(after)} after`;
  return [
    mend === null ? `${file}, no mending needed:` : `${file}, mended by ${mend}:`,
    checkText(circuits, findings, null),
    "",
    `largest weight: ${change(largestWeight)}; growth of errors per layer: ${change(gain)}`,
    ...(amplifies ? ["mending amplifies errors: they now grow faster from layer to layer"] : []),
  ].join("\n");
}

/** A table of the findings and then, for each failure, the places where it occurs and a remedy. */
function checkText(circuits: Circuits | RawCircuits, findings: readonly Finding[], given: Checked["given"]): string {
  const { kind, d, T, L } = circuits;
  const word = (holds: boolean | null): string => (holds === null ? "?" : holds ? "yes" : "NO");
  const failing = findings.filter(({ holds }) => holds === false);
  return [
    `${counted(T, "circuit")} (${kind}), d = ${d}, L = ${L}`,
    ...sizeLines(circuits, given),
    "",
    formatTable(
      ["", "assumption", "holds", "measured"],
      findings.map(({ assumption, title, holds, measured }) => [String(assumption), title, word(holds), measured]),
      ["assumption", "holds", "measured"],
    ),
    ...failing.flatMap(({ assumption, where, places, advice }) => [
      "",
      `assumption ${assumption} fails${places > 1 ? ` in ${places} places` : ""}`,
      ...where.map((place) => `  ${placeText(place)}`),
      ...(places > where.length ? [`  … and ${places - where.length} more`] : []),
      `  what to do: ${advice}`,
    ]),
  ].join("\n");
}

/** How the network represents custom circuits, and at what cost; empty if all layers are d × d with a ReLU. */
function sizeLines(circuits: Circuits | RawCircuits, given: Checked["given"]): string[] {
  if (given === null) return [];
  const widths = widthsOf(given);
  const isLinear = given.output === "linear";
  const output = isLinear
    ? "no ReLU after the last layer: two neurons carry each output, one for its positive and one for its negative part"
    : "a ReLU after the last layer";
  const isSquare = !isLinear && widths.every((width) => width === widths[0]);
  const cost = paddingText(asRaw(circuits));
  return [...(isSquare ? [] : [`layers ${widths.join(" → ")}, ${output}`]), ...(cost === null ? [] : [cost])];
}

function placeText({ layer, circuit, component, value }: Place): string {
  const at = component === undefined ? "" : `, component ${component}`;
  return `layer ${layer}, circuit ${circuit}${at}: ${Number(value.toPrecision(3))}`;
}

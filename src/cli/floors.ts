import { createHash } from "node:crypto";
import { extname } from "node:path";
import type { Command } from "commander";
import { InputError, shown, within } from "../base/errors.js";
import { checked, wholeSchema } from "../base/validation.js";
import { numberFrom } from "../config/fields.js";
import { shortNumber } from "../drawing/numbers.js";
import { LARGEST_CODE, type LinearFloors } from "../engine/linear-floors.js";
import { importModel, LARGEST_MODEL } from "../exchange/model.js";
import { MAX_HEADER } from "../exchange/safetensors.js";
import { readTensorFile } from "../exchange/tensor-file.js";
import { numbersOf, type Tensor } from "../exchange/tensor.js";
import type { Kernels } from "../kernels/kernels.js";
import { readBytes } from "../base/read-bytes.js";
import { LARGEST_TEXT, parseJsonBytes } from "./read-data.js";
import { hintFor, modelFile } from "./read-model.js";
import { withProgress } from "./progress.js";
import type { Session } from "./session.js";
import { formatTable } from "./table.js";

interface Options {
  readonly json?: true;
  readonly layer?: string;
  readonly tensor?: string;
  readonly readout?: string;
  readonly transpose?: true;
}

/** A code to be measured: its source, and the function that measures it. */
interface Code {
  readonly source: object;
  readonly name: string;
  readonly readoutName: string;
  /** Advice for a code with no more features than dimensions; empty if there is none. */
  readonly advice: string;
  readonly measure: (kernels: Kernels) => Promise<LinearFloors>;
}

/** `superpose floors`: lower bounds on the error of any linear readout of a code. [L3] */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Computes lower bounds on the error of any linear readout of a code (Welch's floor, which holds for any code, and the floor for this code) and the errors of common readouts. " +
        "The code is a layer of an exported model (its true directions, as `superpose score` defines them) or any array of features × dimensions in a " +
        ".safetensors, .npz or .json file. docs/scoring.md defines every number.",
    )
    .argument(
      "<file>",
      "a model from `superpose export` or `superpose zoo` (its file or folder), or a file with an array",
    )
    .option("--layer <number>", "the model's layer, counted from 1 (default: the last)")
    .option("--tensor <name>", "name of the array that holds the code, if the file has several arrays")
    .option(
      "--readout <name>",
      "name of an array that holds a linear readout (features × dimensions or the transpose) to measure as well",
    )
    .option("--transpose", "the features are the columns of the code's array, not the rows")
    .option("--json", "print all numbers as JSON")
    .addHelpText("after", "\nExample:\n  superpose floors bench-tiny --layer 2")
    .action(async (path: string, options: Options) => {
      const code = readCode(path, options);
      const { loadKernels } = await import("../kernels/node.js");
      const floors = await withProgress("measuring", () => code.measure(loadKernels()));
      const json = { version: session.version, code: code.source, ...floors };
      session.print(options.json === true ? `${JSON.stringify(json, null, 2)}\n` : floorsText(code, floors));
    });
}

function readCode(path: string, options: Options): Code {
  const file = modelFile(path);
  const ending = extname(file).toLowerCase();
  const bytes = readBytes(file, ending === ".json" ? LARGEST_TEXT : LARGEST_MODEL + MAX_HEADER);
  const from = { file, sha256: createHash("sha256").update(bytes).digest("hex") };
  if (ending === ".json") return arrayCode(from, arraysOfJson(file, parseJsonBytes(file, bytes)), options);
  const { tensors } = within(
    file,
    () => readTensorFile(bytes, 2 * LARGEST_MODEL),
    hintFor(ending, bytes, "Models and files of arrays"),
  );
  const isModel = tensors.has("embedding.neurons") || tensors.has("write.index");
  if (!isModel || options.tensor !== undefined) return arrayCode(from, arraysOfTensors(file, tensors), options);
  for (const name of ["readout", "transpose"] as const)
    if (options[name] !== undefined)
      throw new InputError(
        `--${name} applies only to arrays, but ${file} is a model. Name an array with --tensor.`,
        "conflict",
      );
  if (tensors.has("write.index"))
    throw new InputError(
      `${file}: this is a design's network, which has several parts; only layers of networks with one part are measured. Name an array with --tensor.`,
    );
  const { model, metadata } = within(file, () => importModel(bytes));
  const { L } = model.shape;
  const layer = checked("layer", wholeSchema(1, L), options.layer === undefined ? L : numberFrom(options.layer));
  return {
    source: { ...from, specHash: metadata["spec_hash"] ?? null, layer },
    name: `${file}, layer ${layer}`,
    readoutName: "the model's own readout",
    advice: "",
    measure: async (kernels) => {
      const { layerFloors } = await import("../scoring/layer-floors.js");
      return within(file, () => layerFloors(model, layer, kernels));
    },
  };
}

/** The arrays of a file by name, each as a list of rows. */
interface Arrays {
  readonly names: readonly string[];
  readonly rowsOf: (name: string) => readonly ArrayLike<number>[];
}

function arraysOfTensors(file: string, tensors: ReadonlyMap<string, Tensor>): Arrays {
  const names = [...tensors].filter(([, { shape }]) => shape.length === 2).map(([name]) => name);
  return {
    names,
    rowsOf(name) {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw absent(file, name, [...tensors.keys()]);
      const { shape } = tensor;
      if (shape.length !== 2)
        throw new InputError(`${file}: tensor ${name}: shape [${shape.join(", ")}] must be [features, dimensions].`);
      if (Math.max(...shape) > LARGEST_CODE.features)
        throw new InputError(
          `${file}: tensor ${name}: shape [${shape.join(", ")}]: at most ${LARGEST_CODE.features} features are measured.`,
        );
      const numbers = within(file, () => numbersOf(name, tensor));
      return Array.from({ length: shape[0] }, (_, row) => numbers.subarray(row * shape[1], (row + 1) * shape[1]));
    },
  };
}

/** The arrays of a JSON file: a list of rows, or an object that maps names to such lists. */
function arraysOfJson(file: string, content: unknown): Arrays {
  const isObject = typeof content === "object" && content !== null && !Array.isArray(content);
  const all = new Map<string, unknown>(isObject ? Object.entries(content) : [["", content]]);
  const isRows = (value: unknown): value is unknown[][] => Array.isArray(value) && value.every(Array.isArray);
  return {
    names: [...all].filter(([, value]) => isRows(value)).map(([name]) => name),
    rowsOf(name) {
      const value = all.get(name);
      if (value === undefined) throw absent(file, name, [...all.keys()]);
      if (!isRows(value))
        throw new InputError(
          `${file}: ${name === "" ? "" : `${name} `}must be a list of lists of numbers, one per feature.`,
        );
      return value as number[][];
    },
  };
}

function absent(file: string, name: string, names: readonly string[]): InputError {
  const known = names.filter((other) => other !== "");
  const has =
    known.length === 0
      ? "its array has no name"
      : `it has ${known.slice(0, 8).join(", ")}${known.length > 8 ? ", …" : ""}`;
  return new InputError(`${file}: this file has no array ${shown(name)}: ${has}.`);
}

function arrayCode(from: { readonly file: string; readonly sha256: string }, arrays: Arrays, options: Options): Code {
  const { file } = from;
  const { tensor, readout, transpose = false } = options;
  if (options.layer !== undefined)
    throw new InputError(
      `--layer applies only to a model from \`superpose export\` or \`superpose zoo\`, but ${file} is read as arrays. Leave --layer out.`,
      "conflict",
    );
  const { names } = arrays;
  const [name] = tensor === undefined ? names.filter((other) => other !== readout) : [tensor];
  if (name === undefined)
    throw new InputError(`${file}: this file has no two-dimensional array (features × dimensions).`);
  if (tensor === undefined && names.filter((other) => other !== readout).length > 1)
    throw new InputError(
      `${file}: this file has several two-dimensional arrays, ${names.slice(0, 8).join(", ")}${names.length > 8 ? ", …" : ""}: choose one with --tensor.`,
    );
  const stored = arrays.rowsOf(name);
  const vectors = transpose ? transposed(stored) : stored;
  const [F, n] = shapeOf(vectors);
  const own = readout === undefined ? null : readoutRows(file, readout, arrays.rowsOf(readout), [F, n], transpose);
  return {
    source: {
      ...{ ...from, tensor: name === "" ? null : name, readout: readout ?? null, transposed: transpose },
      ...(own === null ? {} : { readoutTransposed: own.isTransposed }),
    },
    name: name === "" ? file : `${file}, ${name}`,
    readoutName: `${readout ?? ""}, the given readout`,
    advice:
      F >= n
        ? ""
        : transpose
          ? " If the features are the rows, leave out --transpose."
          : " If the features are the columns, add --transpose.",
    measure: async (kernels) => {
      const { linearFloors } = await import("../engine/linear-floors.js");
      return within(file, () => linearFloors(vectors, kernels, own?.rows ?? null));
    },
  };
}

/** The number of rows, and the length of the first row. */
function shapeOf(rows: readonly ArrayLike<number>[]): readonly [number, number] {
  return [rows.length, rows[0]?.length ?? 0];
}

/**
 * The rows of a readout, [F][n], from an array of shape [F][n] or [n][F]. A square array is transposed if and only if
 * the code was transposed.
 *
 * @throws InputError naming the array, its shape and the shapes allowed
 */
function readoutRows(
  file: string,
  name: string,
  rows: readonly ArrayLike<number>[],
  [F, n]: readonly [number, number],
  transpose: boolean,
): { readonly rows: readonly ArrayLike<number>[]; readonly isTransposed: boolean } {
  const [height, width] = shapeOf(rows);
  const [fits, fitsTransposed] = [height === F && width === n, height === n && width === F];
  if (!fits && !fitsTransposed)
    throw new InputError(
      `${file}: readout ${name}: shape [${height}, ${width}] must be [${F}, ${n}], features × dimensions, or [${n}, ${F}].`,
      "shape",
    );
  const isTransposed = fits && fitsTransposed ? transpose : fitsTransposed;
  return { rows: isTransposed ? transposed(rows) : rows, isTransposed };
}

function transposed(rows: readonly ArrayLike<number>[]): Float64Array[] {
  return Array.from({ length: rows[0]?.length ?? 0 }, (_, column) =>
    Float64Array.from(rows, (row) => row[column] ?? NaN),
  );
}

function floorsText({ name, readoutName, advice }: Code, floors: LinearFloors): string {
  const { F, n, welch, own, geometry, tied, pseudoInverse, given } = floors;
  const ratio = (value: number | null): string => (value === null ? "–" : value.toFixed(4));
  const rows = [
    ["any code, Welch's floor", shortNumber(welch), ""],
    ["this code, any readout", shortNumber(own), `R_geom ${ratio(geometry)}`],
    ["its own directions", shortNumber(tied.meanSquare), `R_readout ${ratio(tied.ratio)}`],
    ["pseudo-inverse", shortNumber(pseudoInverse.meanSquare), `R_readout ${ratio(pseudoInverse.ratio)}`],
    ...(given === null ? [] : [[readoutName, shortNumber(given.meanSquare), `R_readout ${ratio(given.ratio)}`]]),
  ];
  const table = formatTable(["read by", "mean square", ""], rows, ["read by", ""]);
  const note =
    F > n ? "" : `\nThe code has no more features than dimensions, so a linear readout can be exact.${advice}\n`;
  return `${name}: ${F} features span ${n} dimension${n === 1 ? "" : "s"}. Readout of one feature by another's row, with rows scaled so that each reads its own feature as 1 [L3]:\n\n${table}\n${note}`;
}

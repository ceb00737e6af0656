import { dirname, resolve } from "node:path";
import { InputError, within } from "../base/errors.js";
import { readBytes } from "../base/read-bytes.js";
import { reluLayerFiles } from "../exchange/relu-layer-files.js";
import { MAX_HEADER } from "../exchange/safetensors.js";
import { readTensorFile } from "../exchange/tensor-file.js";
import { numbersOf } from "../exchange/tensor.js";
import { loadKernels } from "../kernels/node.js";
import { wholeReluLayer } from "../network/relu-layer.js";
import { denseShare, measureAnd, neuronClasses } from "../training/and-verdict.js";
import { andShape } from "../training/and-task.js";
import { compressedShape, parametersFrom } from "../training/compressed.js";
import { andLines, linesOf, trainedLines } from "../training/describe.js";
import { compareDecoder, measureTrained } from "../training/evaluate.js";
import { placesOf, type NetworkShape } from "../training/layers.js";
import { lossOfZeros } from "../training/learned.js";
import { layerOf, parametersOfLayer } from "../training/relu-layer.js";
import type { AndSpec, CompressedSpec } from "../training/settings.js";
import { initialParameters } from "../training/trainer.js";
import type { Session } from "./session.js";
import type { PreparedTraining, ResultText, TrainingResult } from "./train-tasks.js";

/** The value of F²·N at which computing the coherence takes about a second. */
const PRODUCTS = 2e9;

/** The tensors of a network with one hidden layer: W_in, b, W_out. */
interface Layer {
  readonly title: string;
  readonly lines: readonly string[];
  readonly spec: object;
  readonly rows: readonly object[];
}

const bytesOf = (numbers: Float32Array<ArrayBuffer>): Uint8Array => new Uint8Array(numbers.buffer);

export async function prepareCompressed(
  spec: CompressedSpec,
  file: string,
  session: Session,
): Promise<PreparedTraining> {
  const given = spec.start === "random" ? null : await compressedStart(spec, file, session);
  return {
    settings: spec,
    parameters: given ?? initialParameters(compressedShape(spec), spec),
    given: given === null ? null : bytesOf(given),
    curveLines: linesOf(spec),
    async result(parameters, text) {
      const kernels = loadKernels();
      const seconds = (spec.F ** 2 * spec.N) / PRODUCTS;
      if (seconds > 10)
        session.note(
          `measuring the network takes about ${Math.round(seconds)} s, during which Ctrl-C has no effect; the trained weights are in the checkpoint`,
        );
      const measured = measureTrained(kernels, spec, parameters, spec.samples);
      const row = { ...measured, ...compareDecoder(kernels, spec, parameters) };
      const title = `${spec.F} ReLUs from ${spec.N} neurons, trained`;
      return resultOf(compressedShape(spec), parameters, { title, lines: trainedLines(row), spec, rows: [row] }, text);
    },
  };
}

export function prepareAnd(spec: AndSpec, file: string): PreparedTraining {
  const { m, d, start } = spec;
  const shape = andShape(spec);
  const given = start === "random" ? null : parametersOf(shape, resolve(dirname(file), start.file));
  return {
    settings: spec,
    parameters: given ?? initialParameters(shape, spec),
    given: given === null ? null : bytesOf(given),
    curveLines: [{ name: "all 0", loss: lossOfZeros(spec) }],
    result(parameters, text) {
      const kernels = loadKernels();
      const weights = { dense: denseShare(spec, parameters), classes: neuronClasses(spec, parameters) };
      const row = { ...measureAnd(kernels, spec, parameters, spec.samples), ...weights };
      const title = `All ANDs of ${m} inputs from ${d} neurons, trained`;
      return Promise.resolve(resultOf(shape, parameters, { title, lines: andLines(row), spec, rows: [row] }, text));
    },
  };
}

function resultOf(
  shape: NetworkShape,
  parameters: Float32Array<ArrayBuffer>,
  { title, lines, spec, rows }: Layer,
  text: ResultText,
): TrainingResult {
  const layer = layerOf(shape, parameters);
  const metadata = { settings: JSON.stringify(spec) };
  return { files: reluLayerFiles(layer, { ...text, title, about: lines.join("\n\n"), metadata }), lines, rows };
}

/** Reads the parameters from a .safetensors or .npz file with W_in, W_out and b. */
function parametersOf(shape: NetworkShape, path: string): Float32Array<ArrayBuffer> {
  const { layers, heads } = placesOf(shape);
  const [{ inputs: F, outputs: N }] = layers;
  const [{ outputs }] = heads;
  const most = 64 * (F + outputs) * N;
  const bytes = readBytes(path, most + MAX_HEADER);
  return within(path, () => {
    const { tensors } = readTensorFile(bytes, most, (name) => ["W_in", "W_out", "b"].includes(name));
    const numbers = (name: string, wanted: readonly number[]): Float64Array => {
      const tensor = tensors.get(name);
      if (tensor?.shape.join() === wanted.join()) return numbersOf(name, tensor);
      const what = tensor === undefined ? "is missing" : `has shape [${tensor.shape.join(", ")}]`;
      throw new InputError(`${name} ${what}: must be [${wanted.join(", ")}].`, "shape", name);
    };
    const [encoder, decoder] = [numbers("W_in", [N, F]), numbers("W_out", [outputs, N])];
    const bias = tensors.has("b") ? { bias: numbers("b", [N]) } : {};
    return parametersOfLayer(shape, wholeReluLayer({ F, N, outputs, encoder, decoder, ...bias }));
  });
}

/** The initial weights: from a hand-made network or from a file. */
async function compressedStart(
  spec: CompressedSpec,
  file: string,
  session: Session,
): Promise<Float32Array<ArrayBuffer>> {
  const { F, N, start } = spec;
  if (typeof start === "object") return parametersOf(compressedShape(spec), resolve(dirname(file), start.file));
  const { buildCompressed } = await import("../studies/compressed-computation/measure.js");
  const { decoderOf, encoderOf } = await import("../studies/compressed-computation/network.js");
  session.note(`building a hand-made code: each of ${F} inputs on ${spec.K} of ${N} neurons`);
  const network = buildCompressed(loadKernels(), {
    ...{ F, N, K: spec.K, p: spec.p, q: 2 * Math.ceil(spec.q / 2), code: "swaps", swaps: spec.swaps, candidates: 1 },
    ...{ refit: "none", rounds: 0, fitted: 4000, seed: spec.seed, repeat: 0 },
  });
  return parametersFrom(spec, encoderOf(network), decoderOf(network));
}

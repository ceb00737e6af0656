import { existsSync } from "node:fs";
import { InputError, within } from "../base/errors.js";
import { counted } from "../drawing/numbers.js";
import { MAX_HEADER, readSafetensors, writeSafetensors, type TensorFile } from "../exchange/safetensors.js";
import { keptLength } from "../training/curve.js";
import type { TrainingState } from "../training/trainer.js";
import type { Tensor } from "../exchange/tensor.js";
import { readBytes } from "../base/read-bytes.js";
import { stated } from "../base/validation.js";

const FORMAT = "circuits-in-superposition training";

/** Contents of a checkpoint in addition to the training state. */
export interface CheckpointHead {
  /** Hash of everything that determines the training run. */
  readonly hash: string;
  readonly version: string;
  /** Length of `LossCurve.kept`. */
  readonly curve: readonly number[];
}

/** Writes the state of a training run as a safetensors file. */
export function writeCheckpoint(
  { step, parameters, memory }: TrainingState,
  { hash, version, curve }: CheckpointHead,
): Uint8Array<ArrayBuffer> {
  const f32 = (data: Float32Array<ArrayBuffer>): Tensor => ({ dtype: "F32", shape: [data.length], data });
  const tensors = new Map<string, Tensor>([
    ["curve", { dtype: "F64", shape: [curve.length], data: Float64Array.from(curve) }],
    ["parameters", f32(parameters)],
    ...memory.map((values, k): [string, Tensor] => [`memory.${k}`, f32(values)]),
  ]);
  return writeSafetensors(tensors, { format: FORMAT, version, hash, step: String(step) });
}

/** The training run that a checkpoint must belong to. */
export interface CheckpointRun {
  readonly hash: string;
  readonly steps: number;
  /** Number of parameters. */
  readonly count: number;
  /** Number of arrays that the optimiser keeps between steps, [count] each. */
  readonly memories: number;
}

/**
 * Reads the state from a checkpoint; null if the file does not exist.
 *
 * @throws InputError when the file belongs to another training run or is damaged
 */
export function readCheckpoint(
  path: string,
  { hash, steps, count, memories }: CheckpointRun,
): { readonly state: TrainingState; readonly curve: readonly number[] } | null {
  if (!existsSync(path)) return null;
  const bytes = readBytes(path, 16 * count + MAX_HEADER);
  return within(path, () => {
    const { tensors, metadata } = readSafetensors(bytes);
    if (metadata["format"] !== FORMAT)
      throw new InputError("this is not a training checkpoint; choose another folder.", "file");
    if (metadata["hash"] !== hash)
      throw new InputError(
        "this file belongs to another training run; choose another folder, or remove the file.",
        "file",
      );
    const step = stepIn(metadata["step"], steps);
    const kept = [...tensors.keys()].filter((name) => name.startsWith("memory.")).length;
    const needed = step === 0 ? 0 : memories;
    if (kept !== needed) throw damaged(`memory has ${counted(kept, "tensor")}: must have ${needed} at step ${step}`);
    const parameters = float32("parameters", tensors, count);
    const memory = Array.from({ length: needed }, (_, k) => float32(`memory.${k}`, tensors, count, k === 1));
    const curve = tensors.get("curve")?.data;
    const length = keptLength(steps, step);
    if (!(curve instanceof Float64Array && curve.length === length))
      throw damaged(`tensor curve does not have ${length} numbers in F64`);
    checkFinite("curve", curve);
    return { state: { step, parameters, memory }, curve: Array.from(curve) };
  });
}

function damaged(what: string): InputError {
  return new InputError(`${what}; remove the file to start again.`, "file");
}

function stepIn(text: string | undefined, steps: number): number {
  const step = Number(text);
  if (String(step) === text && Number.isSafeInteger(step) && step >= 0 && step <= steps) return step;
  throw damaged(`${stated("step", text)}: must be a whole number from 0 to ${steps}`);
}

/** @param canOverflow whether Infinity is allowed: large gradients make Adam's v overflow, and training continues */
function float32(
  name: string,
  tensors: TensorFile["tensors"],
  count: number,
  canOverflow = false,
): Float32Array<ArrayBuffer> {
  const data = tensors.get(name)?.data;
  if (!(data instanceof Float32Array && data.length === count))
    throw damaged(`tensor ${name} does not have ${count} numbers in F32`);
  checkFinite(name, data, canOverflow);
  return Float32Array.from(data);
}

function checkFinite(name: string, data: Float32Array | Float64Array, canOverflow = false): void {
  const at = data.findIndex((value) => !Number.isFinite(value) && !(canOverflow && value === Infinity));
  if (at >= 0) throw damaged(`${name}[${at}] = ${data[at]}: must be a finite number`);
}

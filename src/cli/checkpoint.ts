import { existsSync } from "node:fs";
import { InputError, within } from "../base/errors.js";
import { MAX_HEADER, readSafetensors, writeSafetensors } from "../exchange/safetensors.js";
import type { TrainingState } from "../training/trainer.js";
import type { Tensor } from "../exchange/tensor.js";
import { readBytes } from "../base/read-bytes.js";

const FORMAT = "circuits-in-superposition training";

/** Contents of a checkpoint besides the training state. */
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

/**
 * Reads the state from a checkpoint; null if the file does not exist.
 *
 * @param count number of parameters
 * @throws InputError when the file belongs to another training run or is damaged
 */
export function readCheckpoint(
  path: string,
  hash: string,
  count: number,
): { readonly state: TrainingState; readonly curve: readonly number[] } | null {
  if (!existsSync(path)) return null;
  const bytes = readBytes(path, 16 * count + MAX_HEADER);
  return within(path, () => {
    const { tensors, metadata } = readSafetensors(bytes);
    if (metadata["format"] !== FORMAT)
      throw new InputError("this is not a training checkpoint; choose another folder.", "file");
    if (metadata["hash"] !== hash)
      throw new InputError("this belongs to another training run; choose another folder, or remove the file.", "file");
    const numbers = (name: string): Float32Array<ArrayBuffer> => {
      const data = tensors.get(name)?.data;
      if (data instanceof Float32Array && data.length === count) return Float32Array.from(data);
      throw new InputError(`${name} does not have ${count} numbers; remove the file to start again.`, "file");
    };
    const memory = [...tensors.keys()].filter((name) => name.startsWith("memory.")).sort();
    const state = { step: Number(metadata["step"]), parameters: numbers("parameters"), memory: memory.map(numbers) };
    return { state, curve: Array.from((tensors.get("curve")?.data ?? []) as Float64Array) };
  });
}

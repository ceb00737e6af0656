import { isZip, readNpz } from "./npz.js";
import { readSafetensors, type TensorsRead } from "./safetensors.js";
import { checkBytes } from "./tensor.js";

/**
 * Tensors from a file's bytes, .safetensors or .npz, told apart by how they begin.
 *
 * @param maxBytes largest size of an npz file's arrays together
 * @param isWanted which tensors to read, by name; default all
 * @throws InputError saying in one line what is wrong with the file; of files of other kinds, such as a PyTorch pickle, what they are and what to do
 */
export function readTensorFile(bytes: Uint8Array, maxBytes: number, isWanted?: (name: string) => boolean): TensorsRead {
  checkBytes(bytes);
  return isZip(bytes) ? readNpz(bytes, maxBytes, isWanted) : readSafetensors(bytes, isWanted);
}

import { isZip, readNpz } from "./npz.js";
import { readSafetensors, type TensorsRead } from "./safetensors.js";
import { checkBytes } from "./tensor.js";

/**
 * Reads tensors from the bytes of a .safetensors or .npz file, which it recognises by the first bytes.
 *
 * @param maxBytes largest total size of an npz file's arrays
 * @param isWanted which tensors to read, by name; default all
 * @throws InputError with the fault in one line, and with advice for other file types, such as a PyTorch pickle
 */
export function readTensorFile(bytes: Uint8Array, maxBytes: number, isWanted?: (name: string) => boolean): TensorsRead {
  checkBytes(bytes);
  return isZip(bytes) ? readNpz(bytes, maxBytes, isWanted) : readSafetensors(bytes, isWanted);
}

import { InputError } from "../base/errors.js";
import { isZip, readNpz } from "./npz.js";
import { readSafetensors, type TensorsRead } from "./safetensors.js";
import { checkBytes } from "./tensor.js";

/**
 * Tensors from a file's bytes, .safetensors or .npz, told apart by how they begin.
 *
 * @param maxBytes largest size of an npz file's arrays together
 * @param isWanted which tensors to read, by name; default all
 * @throws InputError saying in one line what is wrong with the file; of a PyTorch pickle, what to save instead
 */
export function readTensorFile(bytes: Uint8Array, maxBytes: number, isWanted?: (name: string) => boolean): TensorsRead {
  checkBytes(bytes);
  if (isPickle(bytes)) {
    throw new InputError(
      "is a PyTorch pickle, which can run any code and is not read: save with safetensors.torch.save_file or numpy.savez.",
      "file",
    );
  }
  if (bytes[0] === 0x93 && new TextDecoder("latin1").decode(bytes.subarray(1, 6)) === "NUMPY") {
    throw new InputError("is an .npy file, one array without a name: save arrays by name with numpy.savez.", "file");
  }
  return isZip(bytes) ? readNpz(bytes, maxBytes, isWanted) : readSafetensors(bytes, isWanted);
}

/** What torch.save writes: a zip archive whose first entry is data.pkl, formerly a bare pickle of protocol 2. */
function isPickle(bytes: Uint8Array): boolean {
  if (bytes[0] === 0x80 && bytes[1] === 2) return true;
  if (!isZip(bytes) || bytes.length < 30) return false;
  const length = bytes[26] + 256 * bytes[27];
  return new TextDecoder("latin1").decode(bytes.subarray(30, 30 + length)).endsWith("/data.pkl");
}

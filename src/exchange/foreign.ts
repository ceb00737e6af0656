import { InputError } from "../base/errors.js";

/** The first bytes of other file types, with advice for each. */
const others: readonly (readonly [start: RegExp, what: string])[] = [
  [/^\s*<(!doctype|html|\?xml|head)/i, "is an HTML or XML page, not a tensor file; download the file itself"],
  [/^version https:\/\/git-lfs/, "is a Git LFS pointer; fetch the file with git lfs pull"],
  [/^\x93NUMPY/, "is an .npy file with one unnamed array; save arrays by name with numpy.savez"],
  [/^\x1f\x8b/, "is compressed with gzip; decompress it first"],
  [/^\x89HDF\r\n/, "is an HDF5 file; save its arrays by name with numpy.savez"],
  [/^PAR1/, "is a Parquet file; save its columns by name with numpy.savez"],
];

const pickle =
  "is a PyTorch pickle, which could run arbitrary code and is not read; save with safetensors.torch.save_file or numpy.savez";

/**
 * Rejects files whose first bytes show that they are neither .safetensors nor .npz, and gives advice.
 *
 * @throws InputError naming the type in one line
 */
export function refuseForeign(bytes: Uint8Array): void {
  const start = String.fromCharCode(...bytes.subarray(0, 256));
  // A safetensors file begins with 8 bytes that hold the header's length. By chance, they may look like the start of
  // another file type.
  if (start[8] === "{" && bytes[6] === 0 && bytes[7] === 0) return;
  const found = isPickle(bytes) ? pickle : others.find(([pattern]) => pattern.test(start))?.[1];
  if (found !== undefined) throw new InputError(`${found}.`, "file");
  // The 8 bytes of a header's length are never all printable.
  const [line] = start.split(/[\r\n]/, 1);
  if (bytes.length >= 8 && !/^PK/.test(start) && /^[\x09\x0a\x0d\x20-\x7e]{8}/.test(start)) {
    throw new InputError(`is text, not a tensor file; it begins with ${JSON.stringify(line.slice(0, 40))}.`, "file");
  }
}

/**
 * Whether a file is the output of torch.save: a zip archive with data.pkl as its first entry or, formerly, a bare
 * pickle of protocol 2. Pickles of later protocols come from Python itself.
 */
function isPickle(bytes: Uint8Array): boolean {
  if (bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5) return true;
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b || bytes.length < 30) return false;
  const length = bytes[26] + 256 * bytes[27];
  return String.fromCharCode(...bytes.subarray(30, 30 + Math.min(length, 256))).endsWith("/data.pkl");
}

/**
 * The core's binary, beside the code. Bundlers know this form, copy the file and put its new address here; the single-file
 * build has the bytes here.
 */
export const binary = (): URL | Uint8Array<ArrayBuffer> => new URL("../../build/core.wasm", import.meta.url);

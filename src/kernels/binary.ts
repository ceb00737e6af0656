/**
 * The core's binary, in a file beside the code. Bundlers recognise this form, copy the file and substitute its new
 * address. The single-file build puts the bytes here instead.
 */
export const binary = (): URL | Uint8Array<ArrayBuffer> => new URL("../../build/core.wasm", import.meta.url);

import type { WasmMemory } from "../../base/host.js";

const PAGE = 65536;

/** Memory that grows as WebAssembly memory does, by replacing the buffer, for browsers without WebAssembly. */
export function plainMemory(): WasmMemory {
  let buffer = new ArrayBuffer(PAGE);
  return {
    get buffer() {
      return buffer;
    },
    grow(pages: number): number {
      const grown = new Uint8Array(buffer.byteLength + pages * PAGE);
      grown.set(new Uint8Array(buffer));
      const before = buffer.byteLength / PAGE;
      buffer = grown.buffer;
      return before;
    },
  } as WasmMemory;
}

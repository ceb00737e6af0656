import type { Twin } from "./views.js";

// Twins of the kernels in assembly/memory.ts; see the comments there.

export const heapBase: Twin<"heapBase"> = () => 64;

export const zero: Twin<"zero"> = ({ u8 }, pointer, bytes) => {
  u8.fill(0, pointer, pointer + bytes);
};

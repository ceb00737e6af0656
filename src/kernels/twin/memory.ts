import type { Twin } from "./views.js";

// Twins of assembly/memory.ts; comments there.

export const heapBase: Twin<"heapBase"> = () => 64;

export const zero: Twin<"zero"> = ({ u8 }, pointer, bytes) => {
  u8.fill(0, pointer, pointer + bytes);
};

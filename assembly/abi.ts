import { ABI } from "../src/kernels/abi";

// The number of the interface that docs/abi.md describes.
export function abiVersion(): i32 {
  return ABI;
}

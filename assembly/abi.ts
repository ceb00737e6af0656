import { ABI } from "../src/kernels/abi";

// The version of the interface described in docs/abi.md.
export function abiVersion(): i32 {
  return ABI;
}

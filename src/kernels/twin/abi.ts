import { ABI } from "../abi.js";
import type { Twin } from "./views.js";

// Twin of the kernel in assembly/abi.ts, where the comments are.

export const abiVersion: Twin<"abiVersion"> = () => ABI;

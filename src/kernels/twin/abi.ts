import { ABI } from "../abi.js";
import type { Twin } from "./views.js";

// Twin of the kernel in assembly/abi.ts; see the comments there.

export const abiVersion: Twin<"abiVersion"> = () => ABI;

import { ABI } from "../abi.js";
import type { Twin } from "./views.js";

// Twin of assembly/abi.ts; comments there.

export const abiVersion: Twin<"abiVersion"> = () => ABI;

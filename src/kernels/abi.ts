/**
 * The number of the core's interface, as docs/abi.md describes it. Both sides compile this line: the core returns it from
 * `abiVersion`, the library refuses a binary with another.
 */
export const ABI = 1;

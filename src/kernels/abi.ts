/**
 * The version of the core's interface, as docs/abi.md describes it. Both sides compile this line: the core returns it
 * from `abiVersion`, and the library refuses a binary with another version.
 */
export const ABI = 1;

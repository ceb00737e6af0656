/**
 * The version of the core's interface, described in docs/abi.md. This number is compiled into both the core, which
 * returns it from `abiVersion`, and the library, which rejects a core with another number.
 */
export const ABI = 1;

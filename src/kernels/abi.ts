/**
 * The version of the core's interface, described in docs/abi.md. It is compiled into the core, which returns it from
 * `abiVersion`, and into the library, which refuses a core of a different version.
 */
export const ABI = 1;

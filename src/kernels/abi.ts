/**
 * The version of the core's interface, described in docs/abi.md. It is compiled into the core, which returns it from
 * `abiVersion`, and into the library, which rejects a core of any other version.
 */
export const ABI = 1;

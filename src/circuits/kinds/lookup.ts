import type { Ramp } from "../indicators.js";
import { lookups, randomTables } from "../lookup.js";
import { ramp, whole } from "./fields.js";
import type { CircuitKind } from "./kind.js";

/** Circuits that look words up in random tables of 2^bits words. */
export const lookup: CircuitKind<{ readonly bits: number; readonly ramp: Ramp }> = {
  help: "lookup tables",
  fields: { bits: whole(1, 5, 2), ramp },
  d: ({ bits }) => 2 ** (bits + 1),
  build: ({ bits, ramp }, size) => lookups(randomTables({ ...size, bits }), ramp),
};

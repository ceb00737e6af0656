import { oracleGate } from "../../../src/studies/oracle-gate/figure.js";
import type { Drawings } from "../drawings.js";
import { asReference } from "../fixed-rows.js";
import { oracleRows } from "./fixed-rows.js";

const { rows, earlier } = oracleRows();

export const drawings: Drawings = {
  T11: (options) => oracleGate(rows, { ...options, earlier, reference: asReference(rows) }),
};

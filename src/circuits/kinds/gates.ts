import { checked, choiceSchema } from "../../base/validation.js";
import { gateCircuits, gateNames, randomGates, type GateName } from "../gates.js";
import type { Ramp } from "../indicators.js";
import { listAt, ramp } from "./fields.js";
import type { CircuitKind } from "./kind.js";

/** Two wires with a gate on each; gates are drawn at random from `gates`. */
export const gates: CircuitKind<{ readonly gates: readonly GateName[]; readonly ramp: Ramp }> = {
  help: "gates",
  fields: {
    gates: (name, value = ["and", "or", "xor", "not"]) =>
      listAt(name, value, 8).map((gate, k) => checked(`${name}[${k}]`, choiceSchema(gateNames), gate)),
    ramp,
  },
  d: () => 8,
  build: (given, size) => gateCircuits(randomGates({ ...size, from: given.gates }), given.ramp),
};

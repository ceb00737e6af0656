import { trainedCircuits } from "../trained.js";
import type { CircuitKind } from "./kind.js";

/** The small trained MLPs, each with an added On-indicator. */
export const mlp: CircuitKind<object> = {
  help: "trained MLPs",
  fields: {},
  d: () => 6,
  least: () => ({ L: 3, T: 1 }),
  build: (_, { T, L }) => trainedCircuits(T, L),
};

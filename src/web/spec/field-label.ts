import type { SpecField } from "../../config/fields.js";

/** Labels for fields whose name is a symbol. */
const words: Readonly<Record<string, string>> = {
  circuits: "circuits",
  D: "D, neurons per layer",
  T: "T, circuits",
  S: "S, neurons per circuit neuron",
  L: "L, layers",
  z: "z, active at once",
  ramp: "ramp, from shut to open",
  gain: "gain of the x gate",
  offset: "offset of the x gate",
  angles: "angles of x, if limited",
  cellNeurons: "neurons per cell",
  codeNeurons: "neurons in the code",
  codeSize: "neurons per code word",
  noise: "noise, σ per neuron",
  noiseAt: "noise before or after ReLU",
  chiFactor: "χ factor",
  chi: "χ per layer",
  kappa: "κ",
};

export function fieldLabel({ name }: SpecField): string {
  return words[name] ?? name;
}

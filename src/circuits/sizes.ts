import { finiteNumbers, InputError, listOf, oneOf, wholeNumber } from "../base/errors.js";
import type { Circuits } from "./circuits.js";

/**
 * Whether all that circuits hold is finite and has the sizes that d, T and L say: the core reads it without looking.
 *
 * @throws InputError naming the entry, its size and which it must have
 */
export function checkCircuitSizes(circuits: Circuits): void {
  const { d, T, L, readouts, inputs } = { ...circuits };
  for (const [key, size, of] of [
    ["mean", d * d, "d·d"],
    ["delta", T * d * d, "T·d·d"],
    ["bias", d, "d"],
  ] as const) {
    const layers = listOf(`circuits.${key}`, circuits?.[key], "L", L);
    layers.forEach((values, k) => {
      // Layers that repeat an array are looked at once.
      if (values !== layers[k - 1]) finiteNumbers(`circuits.${key}[${k}]`, values, of, size);
    });
  }
  listOf("circuits.readouts", readouts).forEach(({ name, matrix }, r) => {
    if (readouts.findIndex((other) => other.name === name) < r) {
      throw new InputError(`circuits.readouts[${r}].name = "${name}": names must differ.`);
    }
    matrix.forEach((row, k) => finiteNumbers(`circuits.readouts[${r}].matrix[${k}]`, row, "d", d));
  });
  const isShared = inputs?.kind !== "byCircuit";
  const distributions = isShared ? [inputs] : inputs.distributions;
  if (!isShared) {
    listOf("circuits.inputs.of", inputs.of, "T", T).forEach((index, t) => {
      wholeNumber(`circuits.inputs.of[${t}]`, index, 0, distributions.length - 1);
    });
  }
  distributions.forEach((shared, k) => {
    const path = `circuits.inputs${isShared ? "" : `.distributions[${k}]`}.`;
    const keys = listsOf[oneOf(`${path}kind`, shared?.kind, Object.keys(listsOf))];
    for (const key of keys) {
      finiteNumbers(path + key, shared[key as keyof typeof shared] as unknown as readonly number[], "d", d);
    }
    if (shared.kind !== "choice") return;
    wholeNumber(`${path}vectors.length`, shared.vectors?.length, 1);
    shared.vectors.forEach((vector, v) => finiteNumbers(`${path}vectors[${v}]`, vector, "d", d));
  });
}

/** The lists of d numbers that a distribution has. */
const listsOf: Readonly<Record<string, readonly string[]>> = {
  angle: ["center", "cos", "sin"],
  uniform: ["low", "high"],
  choice: [],
};

import { finiteNumbers, given, InputError, listOf, oneOf, wholeNumber } from "../base/errors.js";
import type { Circuits, InputDistribution, Readout } from "./circuits.js";

/**
 * Checks given circuits and their sizes.
 *
 * @param name the argument's name, for messages
 * @throws InputError naming the entry that is missing, out of bounds, of the wrong length or not finite
 */
export function checkedCircuits(circuits: Circuits, name = "circuits"): Circuits {
  checkCounted(circuits, name);
  checkCircuitSizes(circuits, name);
  return circuits;
}

/** @throws InputError unless T, d and L are valid sizes of circuits */
export function checkCounted(circuits: Pick<Circuits, "d" | "T" | "L">, name: string): void {
  const { d, T, L } = given(name, circuits, "circuits");
  wholeNumber(`${name}.d`, d, 1, 64);
  wholeNumber(`${name}.T`, T, 1, 16_777_216);
  wholeNumber(`${name}.L`, L, 1, 10_000);
}

/**
 * Checks that all values of circuits are finite and that lists have the lengths implied by d, T and L. The core does
 * not check this.
 *
 * @throws InputError naming the entry, its size and the required size
 */
export function checkCircuitSizes(circuits: Circuits, name = "circuits"): void {
  const { d, T, L, readouts, inputs } = { ...circuits };
  for (const [key, size, of] of [
    ["mean", d * d, "d·d"],
    ["delta", T * d * d, "T·d·d"],
    ["bias", d, "d"],
  ] as const) {
    const layers = listOf(`${name}.${key}`, circuits?.[key], "L", L);
    layers.forEach((values, k) => {
      // An array that several layers share is checked only once.
      if (values !== layers[k - 1]) finiteNumbers(`${name}.${key}[${k}]`, values, of, size);
    });
  }
  checkReadouts(`${name}.readouts`, readouts, d);
  checkInputs(`${name}.inputs`, inputs, d, T);
}

/** @throws InputError unless the readouts have distinct names and each matrix consists of rows of d finite numbers */
export function checkReadouts(name: string, readouts: readonly Readout[], d: number): void {
  listOf(name, readouts).forEach((readout, r) => {
    const path = `${name}[${r}].`;
    if (readouts.findIndex((other) => other?.name === readout?.name) < r) {
      throw new InputError(`${path}name = "${readout?.name}": names must differ.`);
    }
    listOf(`${path}matrix`, readout?.matrix).forEach((row, k) => finiteNumbers(`${path}matrix[${k}]`, row, "d", d));
  });
}

/**
 * @throws InputError unless each of the T circuits has a valid distribution of inputs, given by lists of d finite
 * numbers
 */
export function checkInputs(name: string, inputs: InputDistribution, d: number, T: number): void {
  const isShared = inputs?.kind !== "byCircuit";
  const distributions = isShared ? [inputs] : listOf(`${name}.distributions`, inputs.distributions);
  if (!isShared) {
    listOf(`${name}.of`, inputs.of, "T", T).forEach((index, t) => {
      wholeNumber(`${name}.of[${t}]`, index, 0, distributions.length - 1);
    });
  }
  distributions.forEach((shared, k) => {
    const path = `${name}${isShared ? "" : `.distributions[${k}]`}.`;
    const keys = listsOf[oneOf(`${path}kind`, shared?.kind, Object.keys(listsOf))];
    for (const key of keys) {
      finiteNumbers(path + key, shared[key as keyof typeof shared] as unknown as readonly number[], "d", d);
    }
    if (shared.kind !== "choice") return;
    wholeNumber(`${path}vectors.length`, listOf(`${path}vectors`, shared.vectors).length, 1);
    shared.vectors.forEach((vector, v) => finiteNumbers(`${path}vectors[${v}]`, vector, "d", d));
  });
}

/** For each kind of distribution, the names of the fields that hold a list of d numbers. */
const listsOf: Readonly<Record<string, readonly string[]>> = {
  angle: ["center", "cos", "sin"],
  uniform: ["low", "high"],
  choice: [],
};

import { InputError } from "../base/errors.js";
import type { Circuits, SharedInputs } from "./circuits.js";

/**
 * Whether all that circuits hold has the sizes that d, T and L say: the core reads it without looking.
 *
 * @throws InputError naming what has which size, and which it must have
 */
export function checkCircuitSizes({ d, T, L, mean, delta, bias, readouts, inputs }: Circuits): void {
  const has = (what: string, found: number, wanted: number, of: string): void => {
    if (found !== wanted) throw new InputError(`The circuits' ${what}: ${found}; ${of} = ${wanted} are needed.`);
  };
  const lists = { mean: [mean, d * d, "d·d"], delta: [delta, T * d * d, "T·d·d"], bias: [bias, d, "d"] } as const;
  for (const [name, [list, size, of]] of Object.entries(lists)) {
    has(`${name}, layers`, list.length, L, "L");
    list.forEach((values, k) => has(`${name}[${k}], numbers`, values.length, size, of));
  }
  const names = readouts.map(({ name }) => name);
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (twice !== undefined) throw new InputError(`The circuits have two readouts named "${twice}"; name one otherwise.`);
  for (const { name, matrix } of readouts) {
    matrix.forEach((row, r) => has(`readout "${name}", numbers of row ${r}`, row.length, d, "d"));
  }
  if (inputs.kind !== "byCircuit") {
    checkInputs(inputs, d, has);
    return;
  }
  has("inputs.of, circuits", inputs.of.length, T, "T");
  const missing = inputs.of.find((index) => inputs.distributions[index] === undefined);
  if (missing !== undefined) {
    throw new InputError(
      `The circuits' inputs.of has ${missing}: must be the index of one of ${inputs.distributions.length} distributions.`,
    );
  }
  for (const distribution of inputs.distributions) checkInputs(distribution, d, has);
}

function checkInputs(
  inputs: SharedInputs,
  d: number,
  has: (what: string, found: number, wanted: number, of: string) => void,
): void {
  const { kind, ...lists } = inputs;
  const vectors: (readonly [string, readonly number[]])[] =
    "vectors" in lists ? lists.vectors.map((vector, k) => [`vector ${k}`, vector]) : Object.entries(lists);
  for (const [name, values] of vectors) has(`inputs of kind "${kind}", numbers of ${name}`, values.length, d, "d");
  if ("vectors" in lists && lists.vectors.length === 0) {
    throw new InputError('The circuits\' inputs of kind "choice" have no vectors; at least one is needed.');
  }
}

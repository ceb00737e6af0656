import { InputError } from "../base/errors.js";
import type { Circuits } from "./circuits.js";

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
  if (twice !== undefined) throw new InputError(`The circuits have two readouts named "${twice}".`);
  for (const { name, matrix } of readouts) {
    matrix.forEach((row, r) => has(`readout "${name}", numbers of row ${r}`, row.length, d, "d"));
  }
  if (inputs.kind === "byCircuit") {
    has("inputs.of, circuits", inputs.of.length, T, "T");
    const missing = inputs.of.find((index) => inputs.distributions[index] === undefined);
    if (missing !== undefined) {
      throw new InputError(
        `The circuits' inputs.of has ${missing}: must be the index of one of ${inputs.distributions.length} distributions.`,
      );
    }
  }
  for (const { kind, ...lists } of inputs.kind === "byCircuit" ? inputs.distributions : [inputs]) {
    const vectors = "vectors" in lists ? lists.vectors : Object.values(lists);
    const names = "vectors" in lists ? null : Object.keys(lists);
    vectors.forEach((values, k) => {
      has(`inputs of kind "${kind}", numbers of ${names?.[k] ?? `vector ${k}`}`, values.length, d, "d");
    });
    if (vectors.length === 0) throw new InputError("The circuits' inputs have no vectors; at least one is needed.");
  }
}

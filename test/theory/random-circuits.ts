import type { Circuits, InputDistribution } from "../../src/circuits/circuits.js";
import { normalPair, RandomSequence } from "../../src/base/random.js";

/** Circuits with normal random weights and biases, different in every layer, and two random readouts of 1 and 2 rows. */
export function randomCircuits({
  d,
  T,
  L,
  inputs,
  seed,
}: {
  d: number;
  T: number;
  L: number;
  inputs: InputDistribution;
  seed: number;
}): Circuits {
  const random = new RandomSequence(seed, "user", 1);
  const normals = (length: number, scale: number) => Float64Array.from({ length }, () => scale * normalPair(random)[0]);
  const layers = <A>(make: () => A) => Array.from({ length: L }, make);
  return {
    kind: "custom",
    d,
    T,
    L,
    mean: layers(() => normals(d * d, 0.6).map(Math.abs)),
    delta: layers(() => normals(T * d * d, 0.4)),
    bias: layers(() => normals(d, 0.1)),
    readouts: [
      { name: "first", matrix: [[...normals(d, 1)]] },
      { name: "second", matrix: [[...normals(d, 1)], [...normals(d, 1)]] },
    ],
    inputs,
  };
}

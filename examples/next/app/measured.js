import {
  anglesFromTurns,
  buildNetwork,
  loadCore,
  measure,
  permutedEmbedding,
  primeSteps,
  randomTurns,
  rotations,
} from "circuits-in-superposition";

const shape = { D: 400, d: 4, T: 200, S: 4, L: 4 };
const seed = 7;

/** The mean squared error of the rotated vector at each layer, with two circuits active. */
export async function measured() {
  const circuits = rotations(anglesFromTurns(randomTurns(shape.T, seed)), shape.L);
  const embedding = permutedEmbedding(primeSteps({ T: shape.T, P: shape.D / shape.d, S: shape.S }), shape.L, seed);
  const network = buildNetwork({ shape, circuits, embedding, construction: "capped" });
  const layers = measure(network, { z: 2, samples: 2000, seed }, await loadCore());
  return layers.map(({ readouts }) => readouts.x.active.meanSquare);
}

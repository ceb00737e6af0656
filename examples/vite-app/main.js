// The library in a web page: Vite provides the core's address; everything else is as in Node.

import coreUrl from "circuits-in-superposition/core.wasm?url";
import {
  anglesFromTurns,
  buildNetwork,
  measure,
  permutedEmbedding,
  predictErrors,
  primeSteps,
  randomTurns,
  rotations,
  wasmKernels,
} from "circuits-in-superposition";

const shape = { D: 400, d: 4, T: 200, S: 4, L: 4 };
const seed = 7;

const circuits = rotations(anglesFromTurns(randomTurns(shape.T, seed)), shape.L);
const assignment = primeSteps({ T: shape.T, P: shape.D / shape.d, S: shape.S });
const embedding = permutedEmbedding(assignment, shape.L, seed);
const network = buildNetwork({ shape, circuits, embedding, construction: "capped" });
const kernels = wasmKernels(new Uint8Array(await (await fetch(coreUrl)).arrayBuffer()));

const input = document.querySelector("#z");
document.querySelector("#about").textContent =
  `${shape.T} circuits of ${shape.d} neurons in one network of ${shape.D} neurons per layer, ` +
  `which apart from each other would take ${shape.T * shape.d}.`;

function show() {
  const z = Math.min(Math.max(Math.round(input.valueAsNumber || 1), 1), 9);
  const measured = measure(network, { z, samples: 2000, seed }, kernels);
  const predicted = predictErrors(shape, circuits, z);
  const rows = measured.map(({ layer, readouts: { x } }) => {
    const row = document.createElement("tr");
    const cells = [
      layer,
      x.active.meanSquare.toFixed(4),
      predicted.x[layer].active.toFixed(4),
      x.active.worst.toFixed(2),
    ];
    for (const text of cells) row.insertCell().textContent = text;
    return row;
  });
  document.querySelector("tbody").replaceChildren(...rows);
}

input.addEventListener("input", show);
show();

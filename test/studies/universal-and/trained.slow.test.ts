import { expect, test } from "vitest";
import { loadKernels } from "../../../src/kernels/node.js";
import { trainedSizes } from "../../../src/studies/universal-and/one-axis-trained.js";
import { andShape, pairIndex } from "../../../src/training/and-task.js";
import { placesOf } from "../../../src/training/layers.js";
import { parseTraining, type AndSpec } from "../../../src/training/settings.js";
import { initialParameters, trainToTheEnd } from "../../../src/training/trainer.js";

test("a kept network of AND2, trained again, has every AND of every set of two inputs right", () => {
  const [{ d, m, l, on, batch, steps, actives }] = trainedSizes;
  expect(actives).toEqual([2]);
  const settings = { task: "universal-and", d, m, l, on, batch, steps, q: 4, rate: 0.01, seed: 1 };
  const spec = parseTraining(settings) as AndSpec;
  const shape = andShape(spec);
  const trained = trainToTheEnd(loadKernels(), spec, initialParameters(shape, spec));
  const { layers, heads } = placesOf(shape);
  const [layer, head] = [layers[0], heads[0]];
  const weightOf = (input: number, neuron: number): number => trained[layer.weights + input * d + neuron];
  const wrong: string[] = [];
  for (let i = 0; i < m; i++) {
    for (let j = i + 1; j < m; j++) {
      const neurons = Array.from({ length: d }, (_, n) =>
        Math.max(0, weightOf(i, n) + weightOf(j, n) + trained[layer.bias! + n]),
      );
      for (let k = 0; k < head.outputs; k++) {
        const y = neurons.reduce((sum, h, n) => sum + h * trained[head.weights + n * head.outputs + k], 0);
        if (y > 0.5 !== (k === pairIndex(m, i, j))) wrong.push(`${i} and ${j}: output ${k} is ${y}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

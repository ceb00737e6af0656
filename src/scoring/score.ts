import type { DenseBatch } from "../engine/dense-errors.js";
import { denseWeights } from "../network/dense.js";
import type { Split } from "../engine/splits.js";
import type { Kernels } from "../kernels/kernels.js";
import {
  denseRunner,
  scoreBehaviour,
  type AssignedComponents,
  type BehaviourScores,
  type ComponentRunner,
  type ScoredLayer,
} from "./behaviour.js";
import { partsTruth, scoreComponents, type ComponentScores } from "./components.js";
import { scoreDictionary, type DictionaryScores } from "./dictionary.js";
import { scoreProbe, type ProbeScores } from "./probe.js";
import { drawResamples } from "./resampling.js";
import { ownedTruth } from "./owned-truth.js";
import { ownedWeights } from "./owned-weights.js";
import { partsRunner } from "./parts-behaviour.js";
import type { Components, MethodResult } from "./result-file.js";
import { drawSamples } from "./samples.js";
import { hasParts, layersOf, type ScoredNetwork } from "./scored-network.js";
import { trueParts, type ComponentTruth } from "./truth.js";

export interface ScoreSettings {
  /** How the model's weights were made, according to its metadata; for a network of several parts, its design. */
  readonly construction: string;
  /** Number of test samples, and of the training samples on which the best latents of a dictionary are chosen. */
  readonly samples: number;
  readonly z: number;
  /** Seed of the model, from which the splits derive their seeds. */
  readonly seed: number;
}

/** The scores of one layer of a result. */
export interface LayerScores {
  readonly layer: number;
  readonly components: ComponentScores | null;
  readonly dictionary: DictionaryScores | null;
  readonly probe: ProbeScores | null;
}

export interface Scores {
  readonly layers: readonly LayerScores[];
  /** The behaviour with all layers' components together; null if there are no components. */
  readonly behaviour: BehaviourScores | null;
}

/**
 * Scores a method's result against the truth. Depends on its arguments alone.
 *
 * @param newKernels creates a separate core for each call
 */
export function scoreResult(
  network: ScoredNetwork,
  result: MethodResult,
  settings: ScoreSettings,
  newKernels: () => Kernels,
): Scores {
  const { construction, seed, z, samples: count } = settings;
  const { components, dictionaries, probes } = result;
  const kernels = newKernels();
  const { D, steps } = layersOf(network);
  const scored = new Map<number, AssignedComponents>();
  const componentScores = new Map<number, ComponentScores>();
  const score = (layer: number, given: Components, W: Float32Array, truth: ComponentTruth): AssignedComponents => {
    const scores = scoreComponents(kernels, W, given, truth);
    componentScores.set(layer, scores);
    const assigned = { components: given, circuits: scores.circuits };
    scored.set(layer, assigned);
    return assigned;
  };
  let runner: ComponentRunner;
  if (hasParts(network)) {
    for (const [layer, given] of components) {
      const W = new Float32Array(denseWeights(network, layer));
      score(layer, given, W, ownedTruth(ownedWeights(network, layer), D));
    }
    runner = partsRunner(network, scored);
  } else {
    const withTruth = new Map<number, ScoredLayer>();
    for (const [layer, given] of components) {
      const truth = trueParts(network, construction, layer);
      const assigned = score(layer, given, network.weights[layer - 1] as Float32Array, partsTruth(truth));
      withTruth.set(layer, { ...assigned, truth });
    }
    runner = denseRunner(network, withTruth);
  }
  const layers = [...new Set([...components.keys(), ...dictionaries.keys(), ...probes.keys()])].sort((a, b) => a - b);
  const stepOf = (layer: number): number => steps.indexOf(layer) + 1;
  const kept = [...layers.map(stepOf), ...(components.size === 0 ? [] : [runner.from, steps.length])];
  const draw = (split: Split): DenseBatch => drawSamples(newKernels(), network, { z, count, seed, split }, kept);
  const test = draw("test");
  const behaviour = scored.size === 0 ? null : scoreBehaviour(runner, scored, test, seed);
  const train = dictionaries.size === 0 ? null : draw("train");
  const resamples = dictionaries.size + probes.size === 0 ? [] : drawResamples(count, seed);
  return {
    layers: layers.map((layer) => {
      const dictionary = dictionaries.get(layer);
      const probe = probes.get(layer);
      return {
        layer,
        components: componentScores.get(layer) ?? null,
        dictionary:
          dictionary === undefined || train === null
            ? null
            : scoreDictionary(kernels, network, stepOf(layer), dictionary, { train, test }, resamples),
        probe: probe === undefined ? null : scoreProbe(kernels, network, stepOf(layer), probe, test, resamples),
      };
    }),
    behaviour,
  };
}

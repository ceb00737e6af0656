import type { DenseBatch } from "../engine/dense-errors.js";
import type { Split } from "../engine/splits.js";
import type { Kernels } from "../kernels/kernels.js";
import { scoreBehaviour, type BehaviourScores, type ScoredLayer } from "./behaviour.js";
import { scoreComponents, type ComponentScores } from "./components.js";
import { scoreDictionary, type DictionaryScores } from "./dictionary.js";
import { scoreProbe, type ProbeScores } from "./probe.js";
import { drawResamples } from "./resampling.js";
import type { MethodResult } from "./result-file.js";
import { drawSamples } from "./samples.js";
import { hasParts, layersOf, type ScoredNetwork } from "./scored-network.js";
import { trueParts } from "./truth.js";

export interface ScoreSettings {
  /** How the model's weights were made, as its metadata say: of several parts, their design. */
  readonly construction: string;
  /** Test samples, and as many for training where a choice is made. */
  readonly samples: number;
  readonly z: number;
  /** Of the model; splits derive theirs. */
  readonly seed: number;
}

/** What one layer of a result scores. */
export interface LayerScores {
  readonly layer: number;
  readonly components: ComponentScores | null;
  readonly dictionary: DictionaryScores | null;
  readonly probe: ProbeScores | null;
}

export interface Scores {
  readonly layers: readonly LayerScores[];
  /** Of all layers' components together; null where there are none. */
  readonly behaviour: BehaviourScores | null;
}

/**
 * A method's result against the truth. A function of its arguments alone.
 *
 * @param newKernels a core of its own for each call
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
  const scored = new Map<number, ScoredLayer>();
  const componentScores = new Map<number, ComponentScores>();
  for (const [layer, given] of components) {
    if (hasParts(network)) break;
    const truth = trueParts(network, construction, layer);
    const scores = scoreComponents(kernels, network.weights[layer - 1] as Float32Array, given, truth);
    componentScores.set(layer, scores);
    scored.set(layer, { components: given, truth, circuits: scores.circuits });
  }
  const layers = [...new Set([...components.keys(), ...dictionaries.keys(), ...probes.keys()])].sort((a, b) => a - b);
  const { steps } = layersOf(network);
  const stepOf = (layer: number): number => steps.indexOf(layer) + 1;
  // Components run in the network from layer 1 on: all is kept of what they are scored on.
  const kept = components.size === 0 ? layers.map(stepOf) : undefined;
  const draw = (split: Split): DenseBatch => drawSamples(newKernels(), network, { z, count, seed, split }, kept);
  const test = draw("test");
  const behaviour = scored.size === 0 || hasParts(network) ? null : scoreBehaviour(network, scored, test, seed);
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

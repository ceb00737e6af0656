import { RandomSequence } from "../../base/random.js";
import { drawInput, inputsOf } from "../../circuits/inputs.js";
import { partnersOf } from "./partners.js";
import { UNDISTURBED, type LayerwiseRunner } from "./runner.js";
import { activeSets, type ActiveSets, type Drawn } from "./samples.js";

/** The sets at the end of a search, and the worst of them. */
export interface WorstSets {
  readonly sets: ActiveSets;
  /** Largest |δx| of an active circuit at the step that was examined. */
  readonly error: number;
  /** The set that contains the circuit with this error. */
  readonly circuits: readonly number[];
}

/**
 * Searches for large errors: in each sample, changes one circuit and its input at a time; a change is undone if it
 * reduces the error of the sample's worst circuit at the given step. The result is a lower bound on the worst possible
 * error. Half of the new circuits share a cell with an active circuit.
 *
 * @param changes number of changes to try on each sample
 */
export function worstSets(runner: LayerwiseRunner, drawn: Drawn, step: number, changes: number): WorstSets {
  const { network } = runner.written;
  const { circuits } = network;
  const { T, d } = circuits;
  const { z, seed, network: number } = drawn;
  const random = new RandomSequence(seed, "user", number, 0x5ea);
  const sharing = partnersOf(network, "cell");
  const samples = drawn.ids.length / z;

  const measure = (own: Drawn): { readonly sets: ActiveSets; readonly errors: readonly number[] } => {
    const sets = activeSets(circuits, own, null);
    runner.run(sets, UNDISTURBED, drawn, (l) => l === step);
    const distances = runner.distances(step, sets);
    const errors = Array.from({ length: samples }, (_, k) => Math.max(...distances.subarray(k * z, (k + 1) * z)));
    return { sets, errors };
  };

  let best = { ...drawn, ...measure(drawn) };
  for (let change = 0; change < changes; change++) {
    const ids = best.ids.slice();
    const inputs = best.inputs.slice();
    for (let sample = 0; sample < samples; sample++) {
      const own = ids.subarray(sample * z, (sample + 1) * z);
      const slot = random.below(z);
      const near = sharing(own[random.below(z)], T);
      const next = random.below(2) === 0 && near.length > 0 ? near[random.below(near.length)] : random.below(T);
      // A circuit that is already active keeps its place and gets another input.
      if (!own.includes(next)) own[slot] = next;
      inputs.set(drawInput(inputsOf(circuits.inputs, own[slot]), random), (sample * z + slot) * d);
    }
    const tried = measure({ ...drawn, ids, inputs });
    const errors = best.errors.slice();
    for (let sample = 0; sample < samples; sample++) {
      if (tried.errors[sample] >= errors[sample]) {
        errors[sample] = tried.errors[sample];
        continue;
      }
      ids.set(best.ids.subarray(sample * z, (sample + 1) * z), sample * z);
      inputs.set(best.inputs.subarray(sample * z * d, (sample + 1) * z * d), sample * z * d);
    }
    best = { ...drawn, ids, inputs, errors, sets: tried.sets };
  }
  const worst = best.errors.indexOf(Math.max(...best.errors));
  return {
    sets: activeSets(circuits, best, null),
    error: best.errors[worst],
    circuits: Array.from(best.ids.subarray(worst * z, (worst + 1) * z)),
  };
}

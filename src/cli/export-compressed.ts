import { InputError } from "../base/errors.js";
import { localExecutor } from "../workers/local.js";
import { shortNumber } from "../drawing/numbers.js";
import { reluLayerFiles } from "../exchange/relu-layer-files.js";
import type { ModelFile } from "../exchange/model-files.js";
import { loadKernels } from "../kernels/node.js";
import { parseStandaloneSettings } from "../studies/standalone.js";
import { decoderOf, encoderOf } from "../studies/compressed-computation/network.js";
import { measureRecipes } from "../studies/compressed-computation/run.js";
import {
  recipesOf,
  standaloneCompressed,
  type CompressedSettings,
} from "../studies/compressed-computation/standalone.js";
import type { RunTasks } from "../studies/study.js";
import type { Session } from "./session.js";

/** The largest network that is exported, in weights per matrix. */
const LARGEST = 50_000_000;

/**
 * The files of a hand-made network from the compressed-computation experiment.
 *
 * @param index number of the network, from 0
 * @throws InputError when the settings give several sizes, or the network is too large
 */
export async function compressedFiles(
  fields: unknown,
  index: number,
  command: string,
  session: Session,
): Promise<ModelFile[]> {
  const settings = parseStandaloneSettings(standaloneCompressed, fields) as unknown as CompressedSettings;
  for (const name of ["F", "N", "K"] as const)
    if (settings[name].length !== 1)
      throw new InputError(
        `${name} = ${settings[name].join(", ")}: only one network is exported; give one value.`,
        "conflict",
      );
  const recipe = recipesOf(settings).at(index);
  if (index < 0 || recipe === undefined)
    throw new InputError(`network = ${index}: must be a whole number from 0 to ${settings.networks - 1}.`, "range");
  if (recipe.F * recipe.N > LARGEST)
    throw new InputError(`F = ${recipe.F}, N = ${recipe.N}: F·N must be at most ${LARGEST} for a file.`, "range");
  const executor = localExecutor(loadKernels());
  const run: RunTasks = (tasks) => executor.results(tasks, { signal: session.signal });
  const [{ network, row }] = await measureRecipes([recipe], settings.samples, run);
  const { F, N, K, p, q, code, refit } = row;
  const columns = encoderOf(network);
  const encoder = new Float32Array(N * F);
  for (let f = 0; f < F; f++) for (let n = 0; n < N; n++) encoder[n * F + f] = columns[f * N + n];
  const trained =
    row.overTrained === null
      ? ""
      : `, ${row.overTrained.toFixed(3)} times the loss of the trained network by Ferreira da Silva and Heimersheim (arXiv 2607.04800)`;
  const about =
    `${F} ReLUs of sparse inputs, computed by ${N} neurons: y = ReLU(x), each x uniform in (−1, 1) with probability ${p}, 0 otherwise. ` +
    `Made by hand: each input feeds ${K} neurons (code ${code}; two inputs share at most ${row.largestOverlap} of them); ` +
    `${refit === "none" ? "two weights and a scale are fitted" : "the values are fitted by least squares and search"}, without gradients through the network.\n\n` +
    `Mean of |ŷ − y|^${q} over outputs, on ${row.inputs} held-out inputs: ${shortNumber(row.loss)} ± ${shortNumber(row.lossError)}. ` +
    `That is ${shortNumber(row.overNaive)} times the loss of the naive network, which computes ${N} of the ReLUs and outputs 0 for the others${trained}. ` +
    `Coherence ${shortNumber(row.coherence)}, variation of the error over outputs ${shortNumber(row.variation)}, ${shortNumber(row.featuresPerNeuron)} inputs per neuron: ${row.verdict}.`;
  return reluLayerFiles(
    { F, N, encoder, decoder: decoderOf(network) },
    {
      ...{ title: `${F} ReLUs from ${N} neurons`, about, command, version: session.version },
      metadata: { settings: JSON.stringify(settings), network: String(index) },
    },
  );
}

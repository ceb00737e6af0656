import { mixings, type Mixing } from "../../training/labels.js";
import type { Widget } from "../dom/elements.js";
import {
  boundedTrainNumber,
  changedTraining,
  exponents,
  trainBounds,
  type TrainNumber,
  type TrainSettings,
} from "../state/train-settings.js";
import { choiceField, settingsForm, type SettingsActions, type SettingsNumber } from "./settings-form.js";
import { geometric, linear } from "./slider-scale.js";

const numbers: readonly SettingsNumber<TrainNumber>[] = [
  { name: "F", label: "F, features", step: 1, scale: linear(...trainBounds.F) },
  { name: "N", label: "N, neurons", step: 1, scale: linear(...trainBounds.N) },
  {
    name: "p",
    label: "p, probability that an input is on",
    step: 0.005,
    scale: geometric(...trainBounds.p, 0.005, 4),
  },
  { name: "steps", label: "steps", step: 1, scale: geometric(...trainBounds.steps, 100, 4) },
  { name: "sigma", label: "σ, size of the entries of M", step: 0.005, scale: linear(...trainBounds.sigma, 0.005) },
];

const labelNames: Readonly<Record<Mixing, string>> = {
  none: "ReLU(x)",
  normal: "ReLU(x) + M x, M random",
  embedding: "ReLU(x) + M x, M symmetric",
};

/** The controls of the training view. */
export function trainControls(actions: SettingsActions): Widget<[settings: TrainSettings, seed: number]> {
  const rules = { bounds: trainBounds, bounded: boundedTrainNumber, changed: changedTraining };
  const { fields, set, formOf, show } = settingsForm("train", numbers, rules, (training) => ({ training }), actions);
  const loss = choiceField(
    "loss",
    exponents.map((q) => [q, `|error|^${q}`]),
    (q) => set({ q: Number(q) }),
  );
  const labels = choiceField("labels", Object.entries(labelNames), (value) => {
    const mixing = mixings.find((known) => known === value);
    if (mixing !== undefined) set({ mixing });
  });
  const [F, N, p, steps, sigma] = fields.map(({ element }) => element);
  return {
    element: formOf(loss.element, F, N, p, steps, labels.element, sigma),
    show(settings, seed) {
      const notes = {
        N: `without sharing neurons, ${settings.N} of the ${settings.F} features can be served`,
        p: `${Number((settings.p * settings.F).toPrecision(3))} of the ${settings.F} inputs are on, on average`,
      };
      show(settings, notes, `the initial weights and inputs of seed ${seed}`);
      loss.select.value = String(settings.q);
      labels.select.value = settings.mixing;
      sigma.hidden = settings.mixing === "none";
    },
  };
}

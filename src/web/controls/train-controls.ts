import { mixings, type Mixing } from "../../training/labels.js";
import { anotherSeed, html, setAttribute, setText, uniqueId, type Widget } from "../dom/elements.js";
import {
  boundedTrainNumber,
  changedTraining,
  exponents,
  trainBounds,
  type TrainNumber,
  type TrainSettings,
} from "../state/train-settings.js";
import { numberField } from "./number-field.js";
import { geometric, linear, type Scale } from "./slider-scale.js";

/** Numbers with the step of their field and their slider. */
const numbers: readonly (readonly [name: TrainNumber, label: string, step: number, scale: Scale])[] = [
  ["F", "F, features", 1, linear(...trainBounds.F)],
  ["N", "N, neurons", 1, linear(...trainBounds.N)],
  ["p", "p, probability that an input is on", 0.005, geometric(...trainBounds.p, 0.005, 4)],
  ["steps", "steps", 1, geometric(...trainBounds.steps, 100, 4)],
  ["sigma", "σ, size of the entries of M", 0.005, linear(...trainBounds.sigma, 0.005)],
];

const labelNames: Readonly<Record<Mixing, string>> = {
  none: "ReLU(x)",
  normal: "ReLU(x) + M x, M random",
  embedding: "ReLU(x) + M x, M symmetric",
};

/**
 * The controls of the training view.
 *
 * @param change takes new settings; `isPassing` is true while a slider is held
 */
export function trainControls(
  change: (settings: TrainSettings, isPassing: boolean) => void,
  newSeed: (seed: number) => void,
  failed: (error: unknown) => void,
): Widget<[settings: TrainSettings, seed: number]> {
  let current: TrainSettings | null = null;
  const set = (part: Partial<TrainSettings>, isPassing = false): void => {
    if (current !== null) change(changedTraining(current, part), isPassing);
  };
  const fields = numbers.map(([name, label, step, scale]) => {
    const [min, max] = trainBounds[name];
    const take = (value: unknown, isPassing: boolean): void => {
      try {
        set({ [name]: boundedTrainNumber(name, value) }, isPassing);
      } catch (error) {
        setAttribute(field.input, "aria-invalid", "true");
        failed(error);
      }
    };
    const field = numberField(`train-${name}`, label, [min, max, step], scale, take);
    return { name, ...field };
  });
  const choice = (
    label: string,
    options: readonly (readonly [value: string, text: string])[],
    take: (value: string) => void,
  ) => {
    const id = uniqueId("train");
    const select = html("select", { id }, ...options.map(([value, text]) => html("option", { value }, text)));
    select.addEventListener("change", () => take(select.value));
    const element = html("div", { class: "field field-choice" }, html("label", { for: id }, label), select);
    return { select, element };
  };
  const loss = choice(
    "loss",
    exponents.map((q) => [q, `|error|^${q}`]),
    (q) => set({ q: Number(q) }),
  );
  const labels = choice("labels", Object.entries(labelNames), (value) => {
    const mixing = mixings.find((known) => known === value);
    if (mixing !== undefined) set({ mixing });
  });
  const seedText = html("p", { class: "field-help" });
  const title = uniqueId("train-title");
  const [F, N, p, steps, sigma] = fields.map((field) => field.element);
  const element = html(
    "form",
    { class: "controls", "aria-labelledby": title },
    html("h2", { id: title }, "What you can move"),
    ...[loss.element, F, N, p, steps, labels.element, sigma],
    html("div", { class: "field" }, html("span", {}, "seed"), anotherSeed(newSeed), seedText),
  );
  element.addEventListener("submit", (event) => event.preventDefault());
  return {
    element,
    show(settings, seed) {
      current = settings;
      const notes: Readonly<Partial<Record<TrainNumber, string>>> = {
        N: `without sharing neurons, ${settings.N} of the ${settings.F} features can be served`,
        p: `${Number((settings.p * settings.F).toPrecision(3))} of the ${settings.F} inputs are on, on average`,
      };
      for (const { name, input, show } of fields) {
        setAttribute(input, "aria-invalid", null);
        show(settings[name], notes[name] ?? "");
      }
      loss.select.value = String(settings.q);
      labels.select.value = settings.mixing;
      sigma.hidden = settings.mixing === "none";
      setText(seedText, `the initial weights and inputs of seed ${seed}`);
    },
  };
}

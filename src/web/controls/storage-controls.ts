import { shortNumber } from "../../drawing/numbers.js";
import { distinguishableLevels, mostActive, mostFeatures } from "../../theory/storage.js";
import { anotherSeed, html, setAttribute, setText, uniqueId, type Form } from "../dom/elements.js";
import { numberField } from "./number-field.js";
import { geometric } from "./slider-scale.js";
import { boundedNumber, changedSettings, storageBounds, type StorageSettings } from "../state/storage-settings.js";

const sizes = [
  { name: "n", label: "n, dimensions", perDoubling: 4 },
  { name: "m", label: "m, features", perDoubling: 4 },
  { name: "l", label: "l, active at once", perDoubling: 16 },
] as const;

/**
 * The controls of the storage view: sizes, amplitudes, seed.
 *
 * @param isPassing true while a slider is held
 */
export function storageControls(
  change: (settings: StorageSettings, isPassing: boolean) => void,
  newSeed: (seed: number) => void,
  failed: (error: unknown) => void,
): Form<[settings: StorageSettings, seed: number]> {
  let current: StorageSettings | null = null;
  const set = (part: Partial<StorageSettings>, isPassing = false): void => {
    if (current !== null) change(changedSettings(current, part), isPassing);
  };
  const fields = sizes.map(({ name, label, perDoubling }) => {
    const [min, max] = storageBounds[name];
    const take = (value: unknown, isPassing: boolean): void => {
      try {
        set({ [name]: boundedNumber(name, value) }, isPassing);
      } catch (error) {
        failed(error);
      }
    };
    return { name, ...numberField(`storage-${name}`, label, [min, max, 1], geometric(min, max, 1, perDoubling), take) };
  });
  const id = uniqueId("amplitudes");
  const select = html(
    "select",
    { id },
    html("option", { value: "boolean" }, "all 1"),
    html("option", { value: "graded" }, "0 to 1"),
  );
  select.addEventListener("change", () => set({ amplitudes: select.value === "graded" ? "graded" : "boolean" }));
  const seedText = html("p", { class: "field-help" });
  const title = uniqueId("storage-title");
  const element = html(
    "form",
    { class: "controls", "aria-labelledby": title },
    html("h2", { id: title }, "What you can move"),
    ...fields.map((field) => field.element),
    html("div", { class: "field field-choice" }, html("label", { for: id }, "amplitudes of active features"), select),
    html("div", { class: "field" }, html("span", {}, "seed"), anotherSeed(newSeed), seedText),
  );
  element.addEventListener("submit", (event) => event.preventDefault());
  return {
    element,
    show(settings, seed) {
      current = settings;
      const { n, l } = settings;
      const most = mostFeatures(n, l);
      const notes = {
        n: "",
        m: `with l = ${l} the estimate exp(n/(8l)) allows ${most > 1e6 ? "more than a million" : shortNumber(most, 2)}`,
        l:
          settings.amplitudes === "boolean"
            ? `the estimate n/(8 ln m) allows ${shortNumber(mostActive(settings), 2)}`
            : `the estimate is ${shortNumber(distinguishableLevels(settings, l), 2)} levels`,
      };
      for (const { name, show } of fields) show(settings[name], notes[name]);
      select.value = settings.amplitudes;
      setText(seedText, `the vectors and samples of seed ${seed}`);
    },
    mark(message) {
      const wrong = message === null ? null : (/^(\w+) /.exec(message)?.[1] ?? null);
      for (const { name, input } of fields) setAttribute(input, "aria-invalid", name === wrong ? "true" : null);
    },
  };
}

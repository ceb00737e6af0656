import { shortNumber } from "../../drawing/numbers.js";
import { distinguishableLevels, mostActive, mostFeatures } from "../../theory/storage.js";
import type { Widget } from "../dom/elements.js";
import { choiceField, settingsForm, type SettingsActions } from "./settings-form.js";
import { geometric } from "./slider-scale.js";
import { boundedNumber, changedSettings, storageBounds, type StorageSettings } from "../state/storage-settings.js";

const numbers = (
  [
    ["n", "n, dimensions", 4],
    ["m", "m, features", 4],
    ["l", "l, active at once", 16],
  ] as const
).map(([name, label, perDoubling]) => {
  const [min, max] = storageBounds[name];
  return { name, label, step: 1, scale: geometric(min, max, 1, perDoubling) };
});

/** The controls of the storage view: sizes, amplitudes, seed. */
export function storageControls(actions: SettingsActions): Widget<[settings: StorageSettings, seed: number]> {
  const rules = { bounds: storageBounds, bounded: boundedNumber, changed: changedSettings };
  const { fields, set, formOf, show } = settingsForm("storage", numbers, rules, (storage) => ({ storage }), actions);
  const amplitudes = choiceField(
    "amplitudes of active features",
    [
      ["boolean", "all 1"],
      ["graded", "0 to 1"],
    ],
    (value) => set({ amplitudes: value === "graded" ? "graded" : "boolean" }),
  );
  return {
    element: formOf(...fields.map(({ element }) => element), amplitudes.element),
    show(settings, seed) {
      const { n, l } = settings;
      const most = mostFeatures(n, l);
      const notes = {
        m: `with l = ${l}, the estimate exp(n/(8l)) allows ${most > 1e6 ? "more than a million" : shortNumber(most, 2)} features`,
        l:
          settings.amplitudes === "boolean"
            ? `the estimate n/(8 ln m) allows ${shortNumber(mostActive(settings), 2)} active features`
            : `the estimate allows ${shortNumber(distinguishableLevels(settings, l), 2)} levels`,
      };
      show(settings, notes, `the vectors and samples of seed ${seed}`);
      amplitudes.select.value = settings.amplitudes;
    },
  };
}

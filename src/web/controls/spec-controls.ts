import type { RunSpec } from "../../config/run-spec.js";
import { specFields } from "../../config/fields.js";
import type { ErrorRow } from "../../results/rows.js";
import { designOf } from "../../designs/designs.js";
import { grouped } from "../../drawing/numbers.js";
import { anotherSeed, html, setAttribute, setText, setValue, type Form, type Widget } from "../dom/elements.js";
import { fieldControl, type Change, type FieldControl } from "./field-control.js";
import { presetGallery } from "./gallery.js";
import { isApplicable } from "../spec/applicable-fields.js";
import { largestT, widthOf } from "../spec/limits.js";
import { zsOf, type LabState } from "../state/lab-state.js";
import { presetOf, type Preset } from "../state/presets.js";
import { addRampSliders } from "./ramp-control.js";

/** Fields that are always visible, by topic; all others, including future ones, are under "More". */
const groups = {
  Load: ["T", "z", "D", "S", "L"],
  Design: ["design", "construction", "assignment"],
  Gate: ["gate", "ramp", "chiFactor"],
  Run: ["samples", "seed"],
} as const;
const main: readonly string[] = Object.values(groups).flat();

/** The column of controls: presets, then a control for every field of a spec. */
export function createControls(
  presets: readonly Preset[],
  choosePreset: (preset: Preset) => void,
  change: Change,
  setUpTo: (upTo: boolean) => void,
  measure: (spec: RunSpec) => Promise<readonly ErrorRow[]>,
): Form<[state: LabState]> {
  const upTo = html("input", { type: "checkbox", id: "z-up-to" });
  const listOf = (value: number): number[] => zsOf(value, upTo.checked);
  const controls = Object.fromEntries(specFields.map((field) => [field.name, fieldControl(field, change, listOf)]));
  const { z, seed, ramp, T, design } = controls;
  addUpTo(z, upTo, change, setUpTo);
  seed.element.append(anotherSeed((another) => change("seed", another, false)));
  controls["ramp"] = addRampSliders(ramp, change);
  const elements = (names: readonly string[]): HTMLElement[] => names.map((name) => controls[name].element);
  const rest = specFields.map(({ name }) => name).filter((name) => !main.includes(name));
  const more = html("details", { class: "more" }, html("summary", {}, "More"), ...elements(rest));
  const preset = presetControl(presets, choosePreset, measure);
  const form = html(
    "form",
    { class: "controls", "aria-labelledby": "controls-title" },
    html("h2", { id: "controls-title" }, "What you can move"),
    preset.element,
    ...Object.entries(groups).map(([name, fields]) =>
      html("fieldset", { class: "group" }, html("legend", {}, name), ...elements(fields)),
    ),
    more,
  );
  form.addEventListener("submit", (event) => event.preventDefault());
  return {
    element: form,
    show(state) {
      const { spec, lock } = state;
      for (const control of Object.values(controls)) control.show(spec);
      upTo.checked = state.upTo;
      setText(T.help, fitNote(spec));
      setText(design.help, designOf(spec.design)?.caveats ?? "");
      for (const [name, control] of Object.entries(controls)) setEnabled(control, name, spec, lock);
      preset.show(state);
      preset.element.hidden = lock.length > 0;
    },
    mark(message) {
      const name = message === null ? null : (/^(\w+)( |\[)/.exec(message)?.[1] ?? null);
      for (const control of Object.values(controls)) control.mark(control.name === name);
      if (name !== null && rest.includes(name)) more.open = true;
    },
  };
}

/** A list for choosing a preset; it shows the current preset's title. */
function presetControl(
  presets: readonly Preset[],
  choose: (preset: Preset) => void,
  measure: (spec: RunSpec) => Promise<readonly ErrorRow[]>,
): Widget<[state: LabState]> {
  const groups = [...new Set(presets.map(({ group }) => group))];
  const select = html(
    "select",
    { id: "preset" },
    html("option", { value: "" }, "choose …"),
    ...groups.map((group) =>
      html(
        "optgroup",
        { label: group },
        ...presets
          .filter((preset) => preset.group === group)
          .map(({ id, title }) => html("option", { value: id }, title)),
      ),
    ),
  );
  select.addEventListener("change", () => {
    const preset = presets.find(({ id }) => id === select.value);
    if (preset !== undefined) choose(preset);
  });
  const gallery = presetGallery(presets, choose, measure);
  const label = html("label", { for: "preset" }, "start from");
  return {
    element: html("div", { class: "field field-preset" }, label, select, gallery.element),
    show(state) {
      setValue(select, presetOf(state)?.id ?? "");
      gallery.show(select.value);
    },
  };
}

/** Adds a check box under z; if it is ticked, all smaller values are shown too, for comparison. */
function addUpTo(control: FieldControl, box: HTMLInputElement, change: Change, setUpTo: (upTo: boolean) => void): void {
  box.addEventListener("change", () => {
    const most = Math.min(8, Math.max(...control.input.value.split(",").map(Number)));
    if (!box.checked && most === 1) setUpTo(false);
    else change("z", zsOf(box.checked ? Math.max(2, most) : most, box.checked), false);
  });
  control.element.append(html("label", { class: "check", for: box.id }, box, " all values up to z, for comparison"));
}

function fitNote(spec: RunSpec): string {
  const most = largestT(spec);
  const isAny = spec.S === 1 && spec.design === "published" && spec.schedule !== "parting";
  const [total, room] = [most, Math.floor(spec.D / widthOf(spec))].map(grouped);
  return isAny
    ? `There is no limit, but beyond ${room}, some circuits share all their neurons with others.`
    : `at most ${total} fit`;
}

/** Disables fields that have no effect here or are locked. */
function setEnabled({ element }: FieldControl, name: string, spec: RunSpec, lock: readonly string[]): void {
  const isUsed = isApplicable(name, spec);
  const isLocked = lock.includes(name);
  element.classList.toggle("locked", isLocked);
  for (const input of element.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLButtonElement>(
    "input, select, button",
  )) {
    setAttribute(input, "disabled", !isUsed || isLocked);
    if (input instanceof HTMLSelectElement) showUnused(input, !isUsed);
  }
}

/** Shows a dash as the value of a choice that has no effect, since any other value would be misleading. */
function showUnused(select: HTMLSelectElement, isUnused: boolean): void {
  const dash = select.querySelector<HTMLOptionElement>("option[data-unused]");
  if (!isUnused) dash?.remove();
  else if (dash === null) select.append(html("option", { value: "", "data-unused": true, selected: true }, "–"));
  else dash.selected = true;
}

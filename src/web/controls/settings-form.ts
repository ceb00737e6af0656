import { anotherSeed, html, setAttribute, setText, uniqueId } from "../dom/elements.js";
import { numberField } from "./number-field.js";
import type { Scale } from "./slider-scale.js";
import type { ViewState } from "../state/lab-state.js";

/** A numeric setting with an input field and a slider. */
export interface SettingsNumber<Name> {
  readonly name: Name;
  readonly label: string;
  readonly step: number;
  readonly scale: Scale;
}

/** How a view's settings are checked and changed. */
export interface SettingsRules<Name extends string, Settings> {
  readonly bounds: Readonly<Record<Name, readonly [min: number, max: number]>>;
  /** Checks the value of a field; throws an InputError that names the field if the value is invalid. */
  readonly bounded: (name: Name, value: unknown) => number;
  readonly changed: (settings: Settings, part: Partial<Settings>) => Settings;
}

/** Functions of the page that the form calls. */
export interface SettingsActions {
  /** Applies a change to the page's state; `isPassing` is true while a slider is held. */
  readonly changeView: (change: Partial<ViewState>, isPassing: boolean) => void;
  readonly newSeed: (seed: number) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * A form for the settings of a view that has no spec: its numbers, with any other controls placed among them, and the
 * seed.
 *
 * @param view the view's name, used in the names of its fields
 * @param inView returns the change to the page's state that new settings require
 */
export function settingsForm<Name extends string, Settings extends Readonly<Record<Name, number>>>(
  view: string,
  numbers: readonly SettingsNumber<Name>[],
  { bounds, bounded, changed }: SettingsRules<Name, Settings>,
  inView: (settings: Settings) => Partial<ViewState>,
  { changeView, newSeed, failed }: SettingsActions,
) {
  let current: Settings | null = null;
  const set = (part: Partial<Settings>, isPassing = false): void => {
    if (current === null) return;
    current = changed(current, part);
    changeView(inView(current), isPassing);
  };
  const fields = numbers.map(({ name, label, step, scale }) => {
    const take = (value: unknown, isPassing: boolean): void => {
      try {
        set({ [name]: bounded(name, value) } as Partial<Settings>, isPassing);
      } catch (error) {
        setAttribute(field.input, "aria-invalid", "true");
        failed(error);
      }
    };
    const field = numberField(`${view}-${name}`, label, [...bounds[name], step], scale, take);
    return { name, ...field };
  });
  const seedText = html("p", { class: "field-help" });
  const title = uniqueId(`${view}-title`);
  return {
    fields,
    set,
    /** The form with these controls, followed by the seed. */
    formOf(...controls: readonly HTMLElement[]): HTMLFormElement {
      const form = html(
        "form",
        { class: "controls", "aria-labelledby": title },
        html("h2", { id: title }, "What you can move"),
        ...controls,
        html("div", { class: "field" }, html("span", {}, "seed"), anotherSeed(newSeed), seedText),
      );
      form.addEventListener("submit", (event) => event.preventDefault());
      return form;
    },
    /** @param notes hints to show under some of the fields */
    show(settings: Settings, notes: Readonly<Partial<Record<Name, string>>>, seedNote: string): void {
      current = settings;
      for (const { name, input, show } of fields) {
        setAttribute(input, "aria-invalid", null);
        show(settings[name], notes[name] ?? "");
      }
      setText(seedText, seedNote);
    },
  };
}

/** A choice among a few options. */
export function choiceField(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  take: (value: string) => void,
): { readonly select: HTMLSelectElement; readonly element: HTMLElement } {
  const id = uniqueId("choice");
  const select = html("select", { id }, ...options.map(([value, text]) => html("option", { value }, text)));
  select.addEventListener("change", () => take(select.value));
  return {
    select,
    element: html("div", { class: "field field-choice" }, html("label", { for: id }, label), select),
  };
}

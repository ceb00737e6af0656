type Attribute = string | number | boolean | null;

/**
 * A new HTML element. String children become text, never markup. Attributes, including `class`, are set as given: true
 * sets an empty attribute, and false and null set no attribute.
 */
export function html<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly (Node | string | null)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) setAttribute(element, key, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Sets or removes an attribute; leaves the element alone if the value is unchanged. */
export function setAttribute(element: Element, name: string, value: Attribute): void {
  const text = value === null || value === false ? null : value === true ? "" : String(value);
  if (element.getAttribute(name) === text) return;
  if (text === null) element.removeAttribute(name);
  else element.setAttribute(name, text);
}

/** Controls whose text has been edited but not yet entered. */
const edited = new WeakSet<Element>();

/** Calls `take` when a person enters a value. Until then, `setValue` leaves the text alone. */
export function onEntry(control: HTMLInputElement | HTMLSelectElement, take: () => void): void {
  control.addEventListener("input", () => edited.add(control));
  control.addEventListener("change", () => {
    edited.delete(control);
    take();
  });
  // Restoring the original text does not count as entering a value.
  control.addEventListener("blur", () => edited.delete(control));
}

/**
 * Sets the value of a control if it shows a different value, or text that is not a valid value. Text that a person is
 * editing stays (see `onEntry`).
 */
export function setValue(control: HTMLInputElement | HTMLSelectElement, value: string): void {
  if (edited.has(control)) return;
  if (control.value !== value || control.validity.badInput) control.value = value;
}

/** Sets the text only if it has changed, so that screen readers do not read it again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function button(label: string, onClick: () => void, attributes: Readonly<Record<string, Attribute>> = {}) {
  const element = html("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", onClick);
  return element;
}

/** The page's element with the given id. @throws Error if the page has no such element */
export function elementById(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element ${id}.`);
  return element;
}

/** A part of the page and the function that updates it. */
export interface Widget<Shown extends readonly unknown[]> {
  readonly element: HTMLElement;
  show(...shown: Shown): void;
}

/** Controls whose input may be invalid. */
export interface Form<Shown extends readonly unknown[]> extends Widget<Shown> {
  /** Marks the field that is named at the start of an error message, and clears all other marks. */
  mark(message: string | null): void;
}

/** A file input that also reacts when the same files are chosen again. */
export function fileInput(attributes: Readonly<Record<string, Attribute>>, open: (files: readonly File[]) => void) {
  const file = html("input", { type: "file", multiple: true, ...attributes });
  file.addEventListener("change", () => {
    const chosen = [...(file.files ?? [])];
    file.value = "";
    if (chosen.length > 0) open(chosen);
  });
  return file;
}

/** Calls `slide` while a slider is held and when it is released. */
export function onSlide(slider: HTMLInputElement, slide: (isPassing: boolean) => void): void {
  slider.addEventListener("input", () => slide(true));
  slider.addEventListener("change", () => slide(false));
}

/** A button that picks another seed. */
export function anotherSeed(take: (seed: number) => void) {
  const draw = (): void => take(crypto.getRandomValues(new Uint32Array(1))[0] % 10_000);
  return button("another", draw, { class: "small", "aria-label": "another seed" });
}

let lastId = 0;

/** An id that no other element has. */
export function uniqueId(prefix: string): string {
  return `${prefix}-${++lastId}`;
}

/** @throws Error if the browser cannot draw on a canvas */
export function canvasContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser could not draw on a canvas.");
  return context;
}

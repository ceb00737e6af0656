import { InputError, shown } from "../../base/errors.js";
import { specFields } from "../../config/fields.js";

/** What the slider of an embedded figure can control: the layer that is shown, or a field. */
export const embedSliders = ["z", "layer", "T", "D", "S", "L", "noise", "chiFactor"] as const;
export type EmbedSlider = (typeof embedSliders)[number];

/** Fields that the page offers to lock. */
export const lockable = ["T", "z", "D", "S", "L", "design", "construction", "gate", "seed"] as const;

/** The slider that a link chooses by `embed=1` or `embed=NAME`. @throws InputError if there is no such slider */
export function embedFromText(text: string): EmbedSlider {
  const name = text === "1" ? "z" : text;
  const found = embedSliders.find((slider) => slider === name);
  if (found !== undefined) return found;
  throw new InputError(`embed = ${shown(text)}: must be 1 or one of ${embedSliders.join(", ")}.`);
}

/** Reads names of fields, such as those in `lock=z,T`. @throws InputError if a name is not the name of a field */
export function lockFromText(text: string): readonly string[] {
  const names = [...new Set(text.split(","))];
  for (const name of names) {
    if (specFields.some((field) => field.name === name)) continue;
    throw new InputError(`lock = ${shown(text)}: must be names of fields, such as z,T.`);
  }
  return names;
}

/** Frame sizes for one figure and for a pair, in px. */
export const embedSizes = { one: [640, 480], pair: [960, 640] } as const;

/** The code for an iframe. Screen readers read its title. */
export function iframeCode(
  url: string,
  title: string,
  [width, height]: readonly [number, number] = embedSizes.one,
): string {
  const escaped = (text: string): string => text.replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<iframe src="${escaped(url)}" title="${escaped(title)}" width="${width}" height="${height}" style="border:0" loading="lazy"></iframe>`;
}

/**
 * The visual language shared by the report, the README and the page.
 *
 * Figures have the light theme's colours as plain attributes, so every viewer shows them correctly. The dark theme is a
 * style sheet whose selectors match these attributes: it keeps the hues and changes the lightness.
 */

/** Colours that have a meaning; those for data are from Okabe and Ito. */
export const colours = {
  paper: "#ffffff",
  ink: "#1b1f24",
  muted: "#57606a",
  /** Numbers measured with the authors' code, drawn as rings. */
  reference: "#8b949e",
  truth: "#009e73",
} as const;

/** The colours of lines and marks for z = 1, 2, …; larger values of z get the ink colour. */
const zColours = ["#cc79a7", "#d55e00", "#e69f00", "#0072b2", "#56b4e9"] as const;

/** The same hues, dark enough to be read as text on paper (WCAG AA). */
const zTextColours = ["#a0457a", "#b04e01", "#8a6000", "#0071b1", "#1c70a0"] as const;

/**
 * Ten steps of cividis for ordered values such as S, without the ends of the scale, which would be invisible on dark or
 * light backgrounds.
 */
const ordinalColours = [
  "#0b2e6b",
  "#293f6d",
  "#41506c",
  "#57616e",
  "#6c7172",
  "#808277",
  "#918d73",
  "#a39a66",
  "#b4a655",
  "#c4ad45",
] as const;

/**
 * Colours of designs, keyed by the beginning of the design's name: grey for the post's, and hues that are used neither
 * for z nor for the truth (Tol's muted, made dark enough to be read as text).
 */
const designColours = {
  published: "#57606a",
  "A:": "#332288",
  "B:": "#0b7285",
  "B: S": "#3a8795",
  "C:": "#6b6b1f",
  "D:": "#882255",
  switched: "#b5475c",
  columns: "#1b7837",
} as const;

/** The colour of a design, by its name in the figures. */
export function designColour(name: string): string {
  const known = Object.entries(designColours).findLast(([start]) => name.startsWith(start));
  return known?.[1] ?? colours.ink;
}

export function zColour(z: number): string {
  return zColours[z - 1] ?? colours.ink;
}

export function zTextColour(z: number): string {
  return zTextColours[z - 1] ?? colours.ink;
}

/** The colour of item `index` out of `count`, evenly spread over the ordinal scale. */
export function ordinalColour(index: number, count: number): string {
  const last = ordinalColours.length - 1;
  return ordinalColours[count < 2 ? 0 : Math.round((index * last) / (count - 1))];
}

export const fontFamily = '"DejaVu Sans", Verdana, system-ui, sans-serif';

/** Sizes in px of the figure at full size. */
export const sizes = { width: 860, title: 16, subtitle: 12, text: 11, caption: 10.5, line: 1.8, dot: 3 } as const;

/** The dark colour for each light colour used in figures. */
const darkOf: Readonly<Record<string, string>> = {
  [colours.paper]: "#14181d",
  [colours.ink]: "#e6eaee",
  [colours.muted]: "#a3adb8",
  [colours.reference]: "#87919b",
  [colours.truth]: "#2cc99a",
  ...Object.fromEntries(
    zColours.map((light, index) => [light, ["#e79cc6", "#f98a45", "#f5bb45", "#459fe3", "#a0dcf9"][index]]),
  ),
  ...Object.fromEntries(
    zTextColours.map((light, index) => [light, ["#ebaad0", "#fa9a5e", "#f5bb45", "#62b0ee", "#a0dcf9"][index]]),
  ),
  ...Object.fromEntries(
    Object.values(designColours).map((light, index) => [
      light,
      ["#a3adb8", "#a99cf5", "#4cc3d9", "#8fd4de", "#c9c96b", "#e07bb0", "#f095a5", "#7fcf96"][index],
    ]),
  ),
  ...Object.fromEntries(
    ordinalColours.map((light, index) => [
      light,
      // cividis from 0.35 to 1.
      ["#5c8fd6", "#6f93c9", "#8199bd", "#93a2b3", "#a5acaa", "#b7b79f", "#c9c290", "#dbcf7c", "#edd965", "#fee451"][
        index
      ],
    ]),
  ),
};

/** The class of every figure's root, and the scope of {@link figureStyles}. */
export const figureClass = "superpose-figure";

/**
 * CSS that makes figures dark for readers who prefer dark mode. A standalone SVG contains this CSS. If a page's
 * content-security policy forbids inline styles, put the CSS into its style sheet and draw with `styles: false`.
 *
 * @param within CSS selector under which the rules apply, instead of the media query, such as `[data-theme="dark"]`
 */
export function figureStyles(within?: string): string {
  const scope = within === undefined ? `.${figureClass}` : `${within} .${figureClass}`;
  const rules = Object.entries(darkOf).flatMap(([light, dark]) => [
    `${scope} [fill="${light}"]{fill:${dark}}`,
    `${scope} [stroke="${light}"]{stroke:${dark}}`,
  ]);
  const root = `${scope}[color="${colours.ink}"]{color:${darkOf[colours.ink]}}`;
  const all = [root, ...rules].join("\n");
  return within === undefined ? `@media screen and (prefers-color-scheme:dark){\n${all}\n}` : all;
}

/** Replaces a figure's colours with the dark ones, as plain attributes, for renderers without style sheets. */
export function darkened(svg: string): string {
  return svg.replace(/(fill|stroke|color)="(#[0-9a-f]{6})"/g, (whole, name: string, colour: string) => {
    const dark = darkOf[colour];
    return dark === undefined ? whole : `${name}="${dark}"`;
  });
}

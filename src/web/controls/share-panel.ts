import type { Figure, FigureOptions } from "../../drawing/compose.js";
import { svgText } from "../../drawing/svg.js";
import { darkened } from "../../drawing/theme.js";
import { specFileName } from "../spec/command-line.js";
import { button, fileInput, html, type Widget } from "../dom/elements.js";
import { drawnView } from "../computation/lab.js";
import { gifOfPictures, pngOf, saveFile, saveText } from "../dom/download.js";
import { specOf, type ExportedRows } from "../files/exports.js";
import type { LabState } from "../state/lab-state.js";
import { linkMakers } from "./link-makers.js";

/**
 * The maximum number of layers in a GIF, not counting the last. If there are more, only every n-th and the last are
 * shown.
 */
const MOST_FRAMES = 41;

/** The data that can be shared when a button is pressed. */
export interface Shared {
  readonly state: LabState;
  /** Draws the figure for saving, at the layer on screen or at the given layer; null if there is no figure. */
  readonly figure: (options: FigureOptions, layer?: number) => Figure | null;
  /** Whether the view can show its layers as an animation. */
  readonly plays: boolean;
  readonly figureName: string;
  /** The numbers in the figure as CSV; null if there are none. */
  readonly csv: () => string | null;
  /** The rows behind the figure's numbers; null until the run is complete. */
  readonly rows: () => ExportedRows | null;
  readonly command: string;
  readonly isDark: boolean;
}

/**
 * Copies the command and links, and saves the spec, the rows, the figure and its numbers.
 *
 * @param link returns the address of a state
 * @param tell reports success, or the reason for a failure
 */
export function sharePanel(
  get: () => Shared,
  link: (state: LabState) => string,
  openFiles: (files: readonly File[]) => void,
  tell: (text: string) => void,
): Widget<[state: LabState, command: string]> {
  const command = html("code", { class: "command", tabindex: 0, "aria-label": "command line" });
  const copy = (what: string, text: string): void => {
    navigator.clipboard.writeText(text).then(
      () => tell(`Copied the ${what}.`),
      () => tell(`This browser did not let the page use the clipboard; select the ${what} and copy it yourself.`),
    );
  };
  const rows = (): ExportedRows | null => {
    const saved = get().rows();
    if (saved === null) tell("The rows can be saved when the run is complete.");
    return saved;
  };
  const failed = (error: unknown): void => tell(error instanceof Error ? error.message : String(error));
  /** The figure's SVG text, in the colours of the screen. */
  const figureText = (styles: boolean, layer?: number): string | null => {
    const { figure, figureName, isDark, command } = get();
    const drawn = figure({ document, id: figureName, command, styles: styles && !isDark }, layer);
    const text = drawn && svgText(drawn.svg);
    return text !== null && isDark ? darkened(text) : text;
  };
  const saveFigure = (styles: boolean, save: (text: string, name: string) => void) => (): void => {
    const text = figureText(styles);
    if (text === null) tell("There is no figure to save.");
    else save(text, get().figureName);
  };
  const film = button("Play, GIF", () => {
    const { state, figureName } = get();
    const { L } = state.spec;
    const every = Math.ceil((L + 1) / MOST_FRAMES);
    const layers = Array.from({ length: L + 1 }, (_, layer) => layer).filter((l) => l % every === 0 || l === L);
    const pictures = layers.map((layer) => figureText(false, layer)).filter((text) => text !== null);
    if (pictures.length === 0) return tell("There is no figure to save.");
    tell("Drawing the layers …");
    gifOfPictures(pictures).then((gif) => {
      saveFile(`${figureName}.gif`, gif);
      tell(`Saved ${pictures.length} layers.`);
    }, failed);
  });
  const file = fileInput({ accept: ".json,.jsonl", id: "open-spec" }, openFiles);
  const ofNetwork = [
    button("Spec", () =>
      saveText(specFileName, `${JSON.stringify(specOf(get().state), null, 2)}\n`, "application/json"),
    ),
    button("Rows, JSON", () => {
      const complete = rows();
      complete?.json().then((text) => saveText("rows.json", text, "application/json"), failed);
    }),
    button("Rows, CSV", () => {
      const complete = rows();
      if (complete) saveText("rows.csv", complete.csv(), "text/csv");
    }),
  ];
  const save = html(
    "div",
    { class: "buttons", role: "group", "aria-label": "save" },
    button(
      "Figure, SVG",
      saveFigure(true, (text, name) => saveText(`${name}.svg`, text, "image/svg+xml")),
    ),
    button(
      "Figure, PNG",
      saveFigure(false, (text, name) => void pngOf(text).then((png) => saveFile(`${name}.png`, png), failed)),
    ),
    button("Figure, CSV", () => {
      const text = get().csv();
      if (text === null) tell("There are no numbers to save.");
      else saveText(`${get().figureName}.csv`, text, "text/csv");
    }),
    film,
    ...ofNetwork,
  );
  const makers = linkMakers(link, copy);
  const element = html(
    "section",
    { class: "share", "aria-labelledby": "share-title" },
    html("h2", { id: "share-title" }, "Take it with you"),
    html("p", {}, "The same numbers, bit for bit, from the command line:"),
    command,
    html(
      "div",
      { class: "buttons" },
      button("Copy command", () => copy("command", command.textContent ?? "")),
      button("Copy link", () => copy("link", link(get().state))),
    ),
    html("h3", {}, "Save"),
    save,
    makers.element,
    html(
      "div",
      { class: "field field-file" },
      html("label", { for: file.id }, "Open a spec (.json), or a sweep’s results (.jsonl)"),
      file,
    ),
  );
  return {
    element,
    show(state, text) {
      showCommand(command, text);
      // Hidden for a sweep, because its runs have their own networks.
      for (const own of ofNetwork) own.hidden = drawnView(state) === "sweep";
      film.hidden = !get().plays;
      makers.show(state);
    },
  };
}

/** Shows a command so that lines break only before its flags. */
function showCommand(element: HTMLElement, text: string): void {
  if (element.textContent === text) return;
  const parts = text.split(/ (?=--)/).map((part) => html("span", {}, part));
  element.replaceChildren(...parts.flatMap((part, k) => (k === 0 ? [part] : [" ", part])));
}

import type { Figure, FigureOptions } from "../../drawing/compose.js";
import { svgText } from "../../drawing/svg.js";
import { specFileName } from "../spec/command-line.js";
import { button, fileInput, html, type Widget } from "../dom/elements.js";
import type { LabData } from "../computation/lab.js";
import { pngOf, saveFile, saveText } from "../dom/download.js";
import { commandOf, rowsOf, specOf, type ExportedRows } from "../files/exports.js";
import type { LabState } from "../state/lab-state.js";

/** What there is to share when a button is pressed. */
export interface Shared {
  readonly state: LabState;
  readonly data: LabData;
  /** The figure on screen, drawn anew for a file; null when there is none. */
  readonly figure: (options: FigureOptions) => Figure | null;
  readonly figureName: string;
}

/**
 * Copies the command and the link, and saves spec, rows and figure.
 *
 * @param tell says what was done, or why it was not
 */
export function sharePanel(
  get: () => Shared,
  link: () => string,
  openFiles: (files: readonly File[]) => void,
  tell: (text: string) => void,
): Widget<[state: LabState]> {
  const command = html("code", { class: "command", tabindex: 0, "aria-label": "command line" });
  const copy = (what: string, text: () => string) => (): void => {
    navigator.clipboard.writeText(text()).then(
      () => tell(`Copied the ${what}.`),
      () => tell(`This browser does not let the page copy; the ${what} can be selected by hand.`),
    );
  };
  const rows = (): ExportedRows | null => {
    const { state, data } = get();
    const saved = rowsOf(state, data);
    if (saved === null) tell("The rows can be saved when the run is complete.");
    return saved;
  };
  const withFigure = (use: (figure: Figure, name: string) => void, styles: boolean) => (): void => {
    const { figure, figureName, state } = get();
    const drawn = figure({ document, id: figureName, command: commandOf(state), styles });
    if (drawn) use(drawn, figureName);
    else tell("There is no figure to save.");
  };
  const failed = (error: unknown): void => tell(error instanceof Error ? error.message : String(error));
  const file = fileInput({ accept: ".json,.jsonl", id: "open-spec" }, openFiles);
  const save = html(
    "div",
    { class: "buttons", role: "group", "aria-label": "save" },
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
    button(
      "Figure, SVG",
      withFigure(({ svg }, name) => saveText(`${name}.svg`, svgText(svg), "image/svg+xml"), true),
    ),
    button(
      "Figure, PNG",
      withFigure(({ svg }, name) => void pngOf(svg).then((png) => saveFile(`${name}.png`, png), failed), false),
    ),
  );
  const element = html(
    "section",
    { class: "share", "aria-labelledby": "share-title" },
    html("h2", { id: "share-title" }, "Take it with you"),
    html("p", {}, "The same numbers, bit for bit, from the command line:"),
    command,
    html(
      "div",
      { class: "buttons" },
      button(
        "Copy command",
        copy("command", () => command.textContent ?? ""),
      ),
      button("Copy link", copy("link", link)),
    ),
    html("h3", {}, "Save"),
    save,
    html(
      "div",
      { class: "field field-file" },
      html("label", { for: file.id }, "Open a spec (.json), or a sweep’s results (.jsonl)"),
      file,
    ),
  );
  return { element, show: (state) => showCommand(command, commandOf(state)) };
}

/** A command whose lines break between its flags. */
function showCommand(element: HTMLElement, text: string): void {
  if (element.textContent === text) return;
  const parts = text.split(/ (?=--)/).map((part) => html("span", {}, part));
  element.replaceChildren(...parts.flatMap((part, k) => (k === 0 ? [part] : [" ", part])));
}

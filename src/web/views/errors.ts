import { bothOf, type ErrorRow } from "../../results/rows.js";
import type { Figure, FigureOptions } from "../../drawing/compose.js";
import { theoryTable } from "../../results/error-tables.js";
import { activeFraction } from "../../studies/layer-errors/active-fraction-figure.js";
import { errorsByLayer } from "../../studies/layer-errors/figure.js";
import { shortNumber } from "../../drawing/numbers.js";
import { runsBySparseWeights, type RunSpec } from "../../config/run-spec.js";
import { html, setAttribute, uniqueId } from "../dom/elements.js";
import { shareNames } from "../spec/blocks.js";
import { activeShare, quantitiesOf, type LabState } from "../state/lab-state.js";
import type { LabData } from "../computation/lab.js";
import { changeOf, place, type Scene, type ChangeView, type View } from "./view.js";

type Measured = NonNullable<LabData["measured"]>;

/**
 * The view of errors by layer for active and inactive circuits, or of the share of neurons that are on. Both figures
 * include the theory.
 */
export function errorsView(changeView: ChangeView): View {
  const id = uniqueId("quantity");
  const select = html("select", { id });
  select.addEventListener("change", () => changeView({ quantity: select.value }));
  const slot = html("div", { class: "figure" });
  const table = html("div", { class: "table-slot", role: "region", tabindex: 0 });
  const details = html("details", { class: "numbers" }, html("summary", {}, "These numbers as a table"), table);
  const chooser = html("div", { class: "player" }, html("label", { for: id }, "error of"), select);
  const element = html("div", {}, chooser, slot, details);
  const changed = changeOf();
  const tableChanged = changeOf();
  const fillTable = ({ data, state }: Scene): void => {
    const { measured } = data;
    if (!details.open || !measured) return;
    const quantity = quantityOf(state, measured.spec);
    if (tableChanged(measured.rows, quantity)) table.replaceChildren(numbersTable(measured, quantity));
  };
  let last: Scene | null = null;
  details.addEventListener("toggle", () => last && fillTable(last));
  return {
    element,
    introduction:
      "This shows how far readouts of the large network are from what each circuit computes alone, layer by layer. " +
      "The theory is dashed, and a thin line shows the naive network, which runs as many circuits as fit and ignores the rest. Move T, z or D, or choose another construction or gate, and see where the measurement departs from the theory.",
    draw(scene) {
      last = scene;
      const { state, data, idSuffix } = scene;
      setAttribute(table, "aria-label", idSuffix === "" ? "the numbers" : "the numbers of A");
      showChoices(select, state);
      const { measured } = data;
      if (
        measured &&
        changed(measured.rows, scene.beside?.measured?.rows, quantityOf(state, measured.spec), scene.width, scene.frame)
      ) {
        place(slot, draw(measured, scene, { document, id: `errors${scene.idSuffix}`, command: "", styles: false }));
      }
      fillTable(scene);
    },
    figure: (scene, options) => scene.data.measured && draw(scene.data.measured, scene, options),
  };
}

/** Fixed ranges for the axes of errors of x: they stay the same when a slider moves. */
const SPAN = { meanSquare: [1e-4, 10], worst: [0.01, 10] } as const;

/** The quantity to draw: the one in the state if these circuits have it, otherwise the circuits' first quantity. */
function quantityOf({ quantity }: LabState, spec: RunSpec): string {
  const known = quantitiesOf(spec);
  return quantity !== null && known.includes(quantity) ? quantity : known[0];
}

function showChoices(select: HTMLSelectElement, state: LabState): void {
  const choices = quantitiesOf(state.spec);
  if ([...select.options].map(({ value }) => value).join("\n") !== choices.join("\n")) {
    select.replaceChildren(...choices.map((value) => html("option", { value }, choiceText(value))));
  }
  select.value = quantityOf(state, state.spec);
}

function choiceText(value: string): string {
  if (value === activeShare) return "share of neurons that are on";
  if (value === "x") return "x, the rotated vector";
  return value === "alpha" ? "alpha, the On-indicator" : value;
}

function draw({ rows, naive, spec }: Measured, { state, width, frame, beside }: Scene, options: FigureOptions): Figure {
  const quantity = quantityOf(state, spec);
  if (quantity !== activeShare) {
    const meanOnly = frame === "above" || frame === "embedded";
    return errorsByLayer(rows, {
      ...options,
      width,
      readout: quantity,
      naive: naive[quantity].naive,
      meanOnly,
      beside: (beside?.measured?.rows ?? []).filter(({ readouts }) => quantity in readouts),
      ...(quantity === "x" ? { span: SPAN } : {}),
    });
  }
  return activeFraction(rows, { ...options, width, blockNames: shareNames(spec) });
}

function numbersTable({ rows, spec }: Measured, quantity: string): HTMLElement {
  const table = quantity === activeShare ? shareTable(rows, spec) : theoryTable(rows, bothOf(quantity));
  const cell = (value: string | number | null): string =>
    typeof value === "number" ? shortNumber(value) : (value ?? "–");
  return html(
    "table",
    {},
    html("caption", {}, table.caption),
    html("thead", {}, html("tr", {}, ...table.columns.map((name) => html("th", { scope: "col" }, name)))),
    html("tbody", {}, ...table.rows.map((line) => html("tr", {}, ...line.map((value) => html("td", {}, cell(value)))))),
  );
}

function shareTable(rows: readonly ErrorRow[], spec: RunSpec) {
  const blocks = runsBySparseWeights(spec) ? shareNames(spec) : rows[0].activeFraction.map((_, i) => `block ${i}`);
  return {
    caption: "Share of neurons with A > 10⁻⁴",
    columns: ["z", "layer", "expected", ...blocks],
    rows: rows.map((row) => [row.z, row.layer, row.expectedActiveFraction, ...row.activeFraction]),
  };
}

import { element as svgElement } from "../../drawing/svg.js";
import { html, setText } from "../dom/elements.js";
import type { NeuronSum } from "../figures/neuron-sum.js";
import { pinnableCard } from "./card.js";

/** The contents of a neuron's card. */
export interface CardContent {
  readonly title: string;
  /** The circuits that the neuron belongs to. */
  readonly owners: string;
  readonly activation: number;
  /** Null until the neuron's weights are known. */
  readonly sum: NeuronSum | null;
  /** The centre of the neuron's cell, as fractions of the picture's size. */
  readonly at: { readonly x: number; readonly y: number };
  /** Whether the neuron was picked; if so, its card stays open. */
  readonly isPinned: boolean;
}

/** The space between a cell and its card, as a fraction of the picture's size. */
const AWAY = 0.03;

/** A card shown at a neuron: its circuits, its incoming sum as bars, and its gate with the neuron's value marked. */
export function neuronCard(close: () => void) {
  const owners = html("p", {});
  const bars = html("div", { class: "bars number" });
  const gate = html("div", { class: "gate" });
  const card = pinnableCard(close, owners, bars, gate);
  return {
    element: card.element,
    show(content: CardContent | null): void {
      card.show(content);
      if (content === null) return;
      const { sum, at, activation } = content;
      setText(owners, content.owners);
      bars.replaceChildren(...(sum === null ? [] : barsOf(sum)));
      gate.replaceChildren(...(sum === null ? [] : [gateOf(sum.total, activation)]));
      const isRight = at.x < 0.5;
      card.place({
        ...{ x: at.x + (isRight ? AWAY : -AWAY), isRight },
        ...{ above: at.y - AWAY, below: at.y + AWAY, isBelow: at.y < 0.5 },
      });
    },
  };
}

/** A number as text, with two decimals; if it is negative, with a minus sign rather than a hyphen. */
const signed = (value: number): string => value.toFixed(2).replace("-", "−");

function barsOf({ largest, others, bias, total }: NeuronSum): HTMLElement[] {
  const rows: [text: string, value: number][] = [
    ...largest.map(({ neuron, weight, activation, product }): [string, number] => [
      `neuron ${neuron}: ${signed(weight)} × ${signed(activation)}`,
      product,
    ]),
    ...(others.count === 0 ? [] : [[`${others.count} other neurons`, others.sum] as [string, number]]),
    ["bias", bias],
    ["sum", total],
  ];
  const most = Math.max(1e-9, ...rows.map(([, value]) => Math.abs(value)));
  return rows.flatMap(([text, value]) => {
    const bar = html("span", { class: value < 0 ? "bar bar-negative" : "bar" });
    const share = (50 * Math.abs(value)) / most;
    bar.style.width = `${share}%`;
    bar.style.left = `${value < 0 ? 50 - share : 50}%`;
    return [html("span", {}, text), html("span", { class: "track" }, bar), html("span", {}, signed(value))];
  });
}

/** The curve of the gate, ReLU, with the neuron's value marked. */
function gateOf(total: number, activation: number): SVGElement {
  const reach = Math.max(1, Math.abs(total), activation) * 1.15;
  const x = (value: number): number => 70 + (64 * value) / reach;
  const y = (value: number): number => 58 - (50 * value) / reach;
  const line = (d: string, width: number, opacity: number): SVGElement =>
    svgElement(document, "path", { d, fill: "none", stroke: "currentColor", "stroke-width": width, opacity });
  return svgElement(
    document,
    "svg",
    {
      viewBox: "0 0 140 66",
      role: "img",
      "aria-label": `The gate lets ${activation.toFixed(2)} of ${signed(total)} through.`,
    },
    [
      line("M6 58H134M70 6V62", 0.6, 0.5),
      line(`M${x(-reach)} ${y(0)}H70L${x(reach)} ${y(reach)}`, 2, 1),
      svgElement(document, "circle", { cx: x(total), cy: y(activation), r: 4.5, class: "gate-value" }),
    ],
  );
}

import "../styles/pair.css";
import type { Figure, FigureOptions } from "../../drawing/compose.js";
import { createLab, type Lab, type Side } from "../computation/lab.js";
import { anotherWorker, coreHere } from "../computation/workers.js";
import { button, html, setAttribute, setText } from "../dom/elements.js";
import type { LabState } from "../state/lab-state.js";
import { areSame, canPin, differencesFrom, partnerOf, pinnedState } from "../state/pinned.js";
import { commandOf } from "../files/exports.js";
import { sideBySide } from "../figures/side-by-side.js";
import { differenceText } from "./difference.js";
import type { Scene, View } from "./view.js";

/** Views that can show two networks side by side. */
type PairViews = Readonly<Record<"trajectories" | "errors" | "neurons" | "contagion", View>>;

/** The page functions that a comparison calls. */
export interface PairActions {
  /** Pins a network beside another. */
  readonly pin: (pinned: LabState["spec"], beside: LabState["spec"]) => void;
  readonly unpin: () => void;
  readonly makeViews: () => PairViews;
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

/** Two networks side by side: A, which is pinned, and B, which the controls change. */
export function comparison({ changed, failed, ...actions }: PairActions) {
  let state: LabState | null = null;
  let pinned: LabState | null = null;
  let lab: Lab | null = null;
  let views: PairViews | null = null;
  const pinButton = button("Pin this network", () => {
    if (state === null) return;
    actions.pin(state.spec, state.spec);
    unpinButton.focus({ preventScroll: true });
  });
  const partnerButton = button("", () => {
    if (state === null) return;
    const beside = partnerOf(state).spec;
    actions.pin(state.pinned ?? state.spec, beside);
    unpinButton.focus({ preventScroll: true });
  });
  const unpinButton = button(
    "Unpin",
    () => {
      actions.unpin();
      pinButton.focus({ preventScroll: true });
    },
    { class: "small" },
  );
  const told = html("h2", { class: "pair-title" });
  const bar = html("div", { class: "pair-bar" }, told, pinButton, partnerButton);
  const slot = html("div", { class: "slot-pinned" });
  const wordsOfA = html("span", {});
  const wordsOfB = html("span", {});
  const nameOfA = html("p", { class: "side-name" }, html("strong", {}, "A"), " pinned ", unpinButton, " ", wordsOfA);
  const nameOfB = html("p", { class: "side-name" }, html("strong", {}, "B"), " changed by the controls ", wordsOfB);
  const side = html("section", { class: "side", "aria-label": "A, pinned" }, nameOfA, slot);
  /** The difference between A and B, once both are drawn. */
  const difference = (data: Scene["data"]): string | null =>
    state && pinned && lab ? differenceText({ state: pinned, data: lab.data }, { state, data }) : null;
  return {
    /** The bar that states the difference and holds the buttons that start a comparison. */
    bar,
    side,
    nameOfB,
    show(next: LabState): void {
      state = next;
      pinned = pinnedState(next);
      const can = canPin(next);
      // When embedded in another page, the view can show a pair of networks, but the reader cannot pin one.
      bar.hidden = !can || (next.embed !== null && pinned === null);
      side.hidden = nameOfB.hidden = pinned === null;
      setAttribute(document.body, "data-pair", pinned !== null);
      pinButton.hidden = pinned !== null;
      if (!can) return;
      const isOne = pinned !== null && areSame(pinned.spec, next.spec);
      const partner = partnerOf(next);
      partnerButton.hidden = next.lock.length > 0 || areSame(partner.spec, next.spec) || (pinned !== null && !isOne);
      setText(partnerButton, `Compare with ${partner.name}`);
      if (pinned === null) return setText(told, "");
      if (isOne) setText(told, "A and B are the same network until you move a control, which changes B.");
      setText(wordsOfA, differencesFrom(next.spec, pinned.spec).join(", "));
      setText(wordsOfB, differencesFrom(pinned.spec, next.spec).join(", "));
      lab ??= createLab(anotherWorker(), anotherWorker(), coreHere, changed, changed, failed);
      views ??= actions.makeViews();
      const { element } = viewOf(views, pinned);
      if (!element.isConnected) slot.replaceChildren(element);
      lab.show(pinned);
    },
    draw(scene: Scene): void {
      if (pinned === null || lab === null || views === null) return;
      const width = Math.max(280, Math.floor(slot.clientWidth));
      const [own, { spec }] = [lab, pinned];
      const look = (layer: number, neuron: number): void => own.look({ spec, layer, neuron });
      viewOf(views, pinned).draw({
        ...{ ...scene, state: pinned, data: lab.data, beside: scene.data },
        ...{ width, idSuffix: "-pinned", look, follow: own.follow },
      });
      slot.dataset["state"] = lab.isStale(pinned) ? "stale" : "current";
      const text = difference(scene.data);
      if (text !== null && !areSame(pinned.spec, scene.state.spec)) setText(told, text);
    },
    isBusy: (): boolean => pinned !== null && lab?.isBusy() === true,
    /** Network A if it is on screen. */
    pinned: (): Side | null => pinned && lab && { state: pinned, data: lab.data },
    /** Both figures joined into one, to be saved. */
    figure(scene: Scene, options: FigureOptions): Figure | null {
      if (pinned === null || lab === null || views === null) return null;
      const view = viewOf(views, pinned);
      const layer = Math.min(scene.state.layer ?? scene.state.spec.L, pinned.spec.L);
      const ofA = { ...scene, state: { ...pinned, layer }, data: lab.data, beside: scene.data };
      const [a, b] = [ofA, scene].map((own) => view.figure(own, { ...options, styles: false }));
      const command = `${commandOf(pinned)}; ${options.command}`;
      return a && b && sideBySide(a, b, { ...options, command, title: told.textContent });
    },
    /** Applies a dragged input to network A as well, so that its arrows follow the input. */
    drag(degrees: number): void {
      if (pinned !== null) lab?.drag(pinned, degrees);
    },
    /** How A and B differ, for screen readers; empty if nothing is pinned or the difference is not yet known. */
    headline: (data: Scene["data"]): string => (pinned === null ? "" : (difference(data) ?? "")),
  };
}

function viewOf(views: PairViews, { view }: LabState) {
  return views[view as keyof PairViews];
}

import { button, html, setAttribute, setText, setValue, uniqueId, type Widget } from "../dom/elements.js";
import { PACE } from "../dom/motion.js";
import { shownLayer, type LabState } from "../state/lab-state.js";
import type { ChangeView } from "./view.js";

/**
 * Controls that choose the layer: a slider, buttons for one step back or forward, and Play, which runs through the
 * layers once.
 *
 * @param standardOf returns the layer that is shown if none is chosen
 */
export function layerPlayer(
  changeView: ChangeView,
  standardOf = ({ spec }: LabState): number => spec.L,
): Widget<[state: LabState]> & { readonly play: () => void } {
  const id = uniqueId("layer");
  let state: LabState | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;
  const slider = html("input", { id, type: "range", min: 0, step: 1 });
  const text = html("output", { for: id, class: "number" });
  const layerOf = (shown: LabState): number => shownLayer(shown, standardOf(shown));
  const go = (layer: number, isPassing = false): void => {
    if (state && layer >= 0 && layer <= state.spec.L) {
      changeView({ layer: layer === standardOf(state) ? null : layer }, isPassing);
    }
  };
  const pause = (): void => {
    clearInterval(timer);
    timer = undefined;
    setText(play, "Play");
  };
  const step = (by: number): void => {
    pause();
    if (state) go(layerOf(state) + by);
  };
  const start = (): void => {
    if (!state) return;
    if (layerOf(state) === state.spec.L) go(0, true);
    setText(play, "Pause");
    timer = setInterval(() => {
      if (!state || !element.isConnected || layerOf(state) >= state.spec.L) return pause();
      go(layerOf(state) + 1, true);
    }, PACE);
  };
  const play = button("Play", () => (timer === undefined ? start() : pause()));
  const back = button("◀", () => step(-1), { "aria-label": "previous layer", class: "small" });
  const forth = button("▶", () => step(1), { "aria-label": "next layer", class: "small" });
  slider.addEventListener("input", () => {
    pause();
    go(Number(slider.value), true);
  });
  slider.addEventListener("change", () => go(Number(slider.value)));
  const element = html(
    "div",
    { class: "player" },
    play,
    back,
    forth,
    html("span", { class: "picker" }, html("label", { for: id }, "layer"), slider, text),
  );
  return {
    element,
    play() {
      pause();
      start();
    },
    show(next) {
      state = next;
      const layer = layerOf(next);
      setAttribute(slider, "max", next.spec.L);
      setValue(slider, String(layer));
      setText(text, `${layer} of ${next.spec.L}`);
      setAttribute(back, "disabled", layer === 0);
      setAttribute(forth, "disabled", layer === next.spec.L);
    },
  };
}

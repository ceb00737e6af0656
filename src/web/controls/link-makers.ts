import { fieldNamed } from "../../config/fields.js";
import { button, html, setText, uniqueId, type Widget } from "../dom/elements.js";
import { drawnView } from "../computation/lab.js";
import { fieldLabel } from "../spec/field-label.js";
import { embedSizes, embedSliders, iframeCode, lockable, type EmbedSlider } from "../state/sharing.js";
import { canPin } from "../state/pinned.js";
import type { LabState } from "../state/lab-state.js";

/** Whether two networks are on screen. */
const isPaired = (state: LabState): boolean => state.pinned !== null && canPin(state);

/**
 * Makes links that lock some controls, and the code that embeds a figure in another page.
 *
 * @param link returns the address of a state
 */
export function linkMakers(
  link: (state: LabState) => string,
  copy: (what: string, text: string) => void,
): Widget<[state: LabState]> {
  let shown: LabState | null = null;
  const id = uniqueId("embed");
  const select = html(
    "select",
    { id },
    ...embedSliders.map((slider) =>
      html("option", { value: slider }, slider === "layer" ? "layer" : fieldLabel(fieldNamed(slider))),
    ),
  );
  const whichId = uniqueId("embed-which");
  const which = html(
    "select",
    { id: whichId },
    html("option", { value: "pair" }, "A and B, side by side"),
    html("option", { value: "one" }, "B alone"),
  );
  const networks = html(
    "div",
    { class: "field field-choice" },
    html("label", { for: whichId }, "what to embed"),
    which,
  );
  const code = html("code", { class: "command", tabindex: 0, "aria-label": "HTML code of the frame" });
  const showCode = (): void => {
    if (shown === null) return;
    const isPair = isPaired(shown) && which.value === "pair";
    const pinned = isPair ? shown.pinned : null;
    const url = link({ ...shown, lock: [], pinned, embed: select.value as EmbedSlider });
    const title = `Circuits in superposition: ${drawnView(shown)}${isPair ? " of two networks" : ""}`;
    setText(code, iframeCode(url, title, isPair ? embedSizes.pair : embedSizes.one));
  };
  for (const choice of [select, which]) choice.addEventListener("change", showCode);
  const embed = html(
    "details",
    { class: "more" },
    html("summary", {}, "Embed this figure in a page"),
    html("div", { class: "field field-choice" }, html("label", { for: id }, "with a slider for"), select),
    networks,
    code,
    html(
      "div",
      { class: "buttons" },
      button("Copy code", () => copy("code", code.textContent ?? "")),
    ),
  );
  // The code is written only when this part is opened, because sliders move often.
  embed.addEventListener("toggle", showCode);

  const boxes = lockable.map((name) => {
    const box = html("input", { type: "checkbox", id: uniqueId(`lock-${name}`), value: name });
    const label = html("label", { class: "check", for: box.id }, box, ` ${fieldLabel(fieldNamed(name))}`);
    return { box, label };
  });
  const locked = (): string[] => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
  const lesson = html(
    "details",
    { class: "more" },
    html("summary", {}, "Lock controls for a lesson"),
    html("p", { class: "field-help" }, "Anyone who opens the link can change everything except:"),
    html("div", { class: "locks", role: "group", "aria-label": "locked" }, ...boxes.map(({ label }) => label)),
    html(
      "div",
      { class: "buttons" },
      button("Copy locked link", () => {
        if (shown !== null) copy("locked link", link({ ...shown, lock: locked() }));
      }),
    ),
  );
  const element = html("div", {}, embed, lesson);
  return {
    element,
    show(state) {
      if (state.lock !== shown?.lock) for (const { box } of boxes) box.checked = state.lock.includes(box.value);
      shown = state;
      const drawn = drawnView(state);
      embed.hidden = drawn === "sweep" || drawn === "storage" || drawn === "train";
      lesson.hidden = embed.hidden;
      networks.hidden = !isPaired(state);
      if (embed.open) showCode();
    },
  };
}

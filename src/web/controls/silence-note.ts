import { silenceWatch } from "../computation/silence.js";
import { button, html, setText } from "../dom/elements.js";

/** The note that no worker is answering, with a button that reloads the page; hidden while workers answer. */
export function silenceNote(): { readonly element: HTMLElement; readonly heard: ReturnType<typeof silenceWatch> } {
  const said = html("span", {});
  const element = html("p", { class: "silence", role: "status", hidden: true });
  element.append(
    said,
    " All settings are recorded in the page’s address. ",
    button("Start again", () => location.reload()),
  );
  const heard = silenceWatch((text) => {
    element.hidden = text === "";
    setText(said, text);
  });
  return { element, heard };
}

import { silenceWatch } from "../computation/silence.js";
import { button, html, setText } from "../dom/elements.js";

/** The note for a worker that does not answer, with a button that starts the page again; hidden until then. */
export function silenceNote(): { readonly element: HTMLElement; readonly heard: ReturnType<typeof silenceWatch> } {
  const said = html("span", {});
  const element = html("p", { class: "silence", role: "status", hidden: true });
  element.append(
    said,
    " Everything on this page is in its address. ",
    button("Start again", () => location.reload()),
  );
  const heard = silenceWatch((text) => {
    element.hidden = text === "";
    setText(said, text);
  });
  return { element, heard };
}

// A plugin of TypeDoc: pages of the documentation are listed by their headings, not by their files' names.

import { Converter } from "typedoc";

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const text = document.content.map(({ text }) => text).join("");
    document.name = /^# (.+)$/m.exec(text)?.[1] ?? document.name;
  });
}

// A TypeDoc plugin that lists the pages of the documentation by their headings instead of their file names.

import { Converter } from "typedoc";

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const text = document.content.map(({ text }) => text).join("");
    document.name = /^# (.+)$/m.exec(text)?.[1] ?? document.name;
  });
}

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const lab = new URL("../../src/web/", import.meta.url);
const page = readFileSync(new URL("../../docs/architecture.md", import.meta.url), "utf8");
const [, list = ""] = /^\| `web` \|.*before it: (.*) \|$/m.exec(page) ?? [];
const folders = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name!);

test("docs/architecture.md lists the lab's folders", () => {
  const withCode = readdirSync(lab, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["public", "styles"].includes(entry.name))
    .map(({ name }) => name);
  expect([...folders].sort()).toEqual(withCode.sort());
});

test.each(folders)("the lab's folder %s imports itself and those before it", (folder) => {
  const below = folders.slice(0, folders.indexOf(folder));
  for (const name of readdirSync(new URL(`${folder}/`, lab))) {
    const text = readFileSync(new URL(`${folder}/${name}`, lab), "utf8");
    for (const [, target] of text.matchAll(/from "(\.\.\/[^."][^"]*)"/g)) {
      expect(below, `${folder}/${name} imports ${target}`).toContain(target!.split("/")[1]);
    }
  }
});

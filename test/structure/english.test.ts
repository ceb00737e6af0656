import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folders = ["src", "assembly", "test", "bench", "scripts", "examples", "designs", "docs", ".ci"];

/** Phrases that read as translated, or that claim too much, with what to write instead. */
const banned: readonly (readonly [RegExp, string])[] = [
  [/\bnot any more\b|\bis there any more\b/i, "no longer"],
  [/\bas ever\b/i, "unchanged"],
  [/\bat work on\b/i, "working on"],
  [/\bleave it away\b/i, "leave it out"],
  [/\bare others than\b/i, "differ from"],
  [/\bthat which\b/i, "what, or the noun itself"],
  [/\bthere it is\b/i, "the fact itself"],
  [/\bin no time\b|\bin vain\b/i, "quickly; needlessly"],
  [/\bnobody knows\b/i, "unknown"],
  [/\bfor the first time\b/i, "we know of no earlier"],
  [/\bis known exactly\b/i, "what is known, and from where"],
  [/\bany number fits\b/i, "the bound"],
  [/\blest\b/i, "so that … not"],
  [/\bof one['’]s own\b/i, "given, or custom"],
  [/\bwhatever \w+ (?:is|are)\b/i, "for any"],
  [/\bis there twice\b/i, "occurs twice"],
  [/\bwhat is not a number\b/i, "NaN"],
  [/\b(?:that|which) (?:is|are) none\b/i, "unknown, invalid"],
  [/\bwhoever\b|\bof somebody['’]s\b/i, "anyone who"],
  [/\b(?:is|are|was|were) told (?!apart)/i, "is reported"],
  [/\bYou see (?:how|which|what|every|the)\b/i, "the noun itself"],
  [/\b(?:neurons|layers|ms) a (?:layer|step|network|copy)\b/i, "per"],
  [/\b(?:measured|made) anew\b/i, "again"],
  [/\bwhat (?:comes|came) out\b/i, "the output"],
  [/(?<!there )\b(?:is|are) no (?:number|file|error|failure|approximation)s?\b/i, "is not a"],
  [/\ball else\b/i, "everything else"],
  [/\bof (?:its|their) own\b/i, "separate; a custom one; or own before the noun"],
  [/\bha(?:s|ve|d) none\b/i, "has no …, with the noun"],
  [/\bis there\b(?! an?\b| any\b)/i, "exists"],
  [/\bhouses?\b/i, "the standard term"],
  [/\bof an? earlier version\b/i, "the fact itself"],
  [/(?:(?:^|[.;:] )(?:what|whose)|\b(?:and|but|so|because) what) (?:[\w’']+ ){1,5}(?:is|are|was|were|has|have)\b(?![^.]*\?)/i, "the noun itself"], // prettier-ignore
];

/** Comments, strings and template texts of a source file. */
function textsOf(name: string, code: string): string[] {
  const texts: string[] = [];
  const source = ts.createSourceFile(name, code, ts.ScriptTarget.ESNext, false);
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node))
      texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const [comment] of code.matchAll(/\/\*[^]*?\*\/|(?<![:"'`\w])\/\/.*(?:\n\s*\/\/.*)*/g))
    texts.push(comment.replace(/\n\s*(\*|\/\/)/g, " "));
  return texts;
}

const names = [
  ...folders.flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  ),
  ...readdirSync(root),
].filter(
  (name) =>
    (/\.(ts|mjs|md|py|ya?ml|html|css|js|sh|cff)$/.test(name) || name.startsWith(".ci/")) &&
    !name.includes("node_modules") &&
    !name.endsWith("english.test.ts"),
);

/**
 * Matches any of the phrases, even across line breaks and comment marks. Most files have none and need not be parsed.
 */
const any = new RegExp(banned.map(([{ source }]) => source.replaceAll(" ", "[\\s*/]+")).join("|"), "i");

test("sentences avoid phrases that read as translated or claim too much", () => {
  const found = names.flatMap((name) => {
    const content = readFileSync(root + name, "utf8");
    if (!any.test(content)) return [];
    const texts = (/\.(ts|mjs|js)$/.test(name) ? textsOf(name, content) : [content]).map((text) =>
      text.replace(/\s+/g, " "),
    );
    return texts.flatMap((text) =>
      banned.flatMap(([pattern, better]) => {
        const hit = pattern.exec(text);
        return hit === null ? [] : [`${name}: "${hit[0]}": write ${better}`];
      }),
    );
  });
  expect(found).toEqual([]);
});

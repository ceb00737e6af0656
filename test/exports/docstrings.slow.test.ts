import ts from "typescript";
import { expect, test } from "vitest";
import { entries, program } from "./program.js";

const checker = program.getTypeChecker();

function resolved(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

const sentenceOf = (symbol: ts.Symbol): string => ts.displayPartsToString(symbol.getDocumentationComment(checker));

test.each(entries)("every export of %s has a docstring", (entry) => {
  const bare = entry.exports.map(resolved).filter((symbol) => sentenceOf(symbol).trim().split(/\s+/).length < 3);
  expect(bare.map(({ name }) => name)).toEqual([]);
});

/** Whether the text of a declaration throws an InputError, or calls a helper that checks arguments. */
function refuses(declaration: ts.Declaration): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    const call = ts.isThrowStatement(node) && ts.isNewExpression(node.expression) ? node.expression : null;
    if (call?.expression.getText() === "InputError") found = true;
    if (ts.isCallExpression(node) && /^(wholeNumber|finiteNumber|oneOf|checked)$/.test(node.expression.getText()))
      found = true;
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return found;
}

test.each(entries)("functions of %s that refuse input document it with @throws", (entry) => {
  const silent = entry.exports.map(resolved).filter((symbol) => {
    const [declaration] = symbol.declarations ?? [];
    if (declaration === undefined || !ts.isFunctionDeclaration(declaration)) return false;
    return refuses(declaration) && !symbol.getJsDocTags(checker).some(({ name }) => name === "throws");
  });
  expect(silent.map(({ name }) => name)).toEqual([]);
});

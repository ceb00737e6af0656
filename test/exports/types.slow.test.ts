import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { entries, program } from "./program.js";

const checker = program.getTypeChecker();
const sources = fileURLToPath(new URL("../../src/", import.meta.url));

function resolved(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

const isOurs = (symbol: ts.Symbol): boolean =>
  (symbol.flags & (ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Interface | ts.SymbolFlags.Class)) !== 0 &&
  (symbol.declarations ?? []).some((declaration) => declaration.getSourceFile().fileName.startsWith(sources));

/** The project's own types that occur in the signature of an exported declaration. */
function typesNamed(declaration: ts.Declaration): Set<ts.Symbol> {
  const found = new Set<ts.Symbol>();
  const add = (symbol: ts.Symbol | undefined): boolean => {
    if (symbol === undefined || !isOurs(resolved(symbol))) return false;
    found.add(resolved(symbol));
    return true;
  };
  const seen = new Set<ts.Type>();
  const inferred = (type: ts.Type): void => {
    if (seen.has(type)) return;
    seen.add(type);
    (type.aliasTypeArguments ?? []).forEach(inferred);
    if (add(type.aliasSymbol)) return;
    if (type.isUnionOrIntersection()) type.types.forEach(inferred);
    checker.getTypeArguments(type as ts.TypeReference).forEach(inferred);
    if (add(type.symbol)) return;
    const isAnonymous = (type.flags & ts.TypeFlags.Object) !== 0 && (type.symbol?.flags ?? 0) & anonymous;
    if (!isAnonymous) return;
    for (const signature of type.getCallSignatures()) {
      inferred(signature.getReturnType());
      signature.parameters.forEach((parameter) => inferred(checker.getTypeOfSymbol(parameter)));
    }
    for (const property of type.getProperties()) inferred(checker.getTypeOfSymbol(property));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) || isHidden(node)) return;
    if (ts.isTypeReferenceNode(node)) add(checker.getSymbolAtLocation(node.typeName));
    if (ts.isExpressionWithTypeArguments(node)) add(checker.getSymbolAtLocation(node.expression));
    if (ts.isImportTypeNode(node) && node.qualifier) add(checker.getSymbolAtLocation(node.qualifier));
    if (ts.isFunctionLike(node) && node.type === undefined) {
      const signature = checker.getSignatureFromDeclaration(node);
      if (signature !== undefined) inferred(signature.getReturnType());
    }
    if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) {
      if (node.type === undefined) inferred(checker.getTypeAtLocation(node));
      else visit(node.type);
      return;
    }
    // A parameter's default value is not part of the signature.
    if (ts.isParameter(node)) {
      if (node.type === undefined) inferred(checker.getTypeAtLocation(node));
      else visit(node.type);
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return found;
}

const anonymous = ts.SymbolFlags.TypeLiteral | ts.SymbolFlags.ObjectLiteral | ts.SymbolFlags.Function;

function isHidden(node: ts.Node): boolean {
  if (!ts.isClassElement(node)) return false;
  const isPrivate = (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0;
  return isPrivate || (node.name !== undefined && ts.isPrivateIdentifier(node.name));
}

test.each(entries)("every type that a signature of %s names is exported from it", (entry) => {
  const exported = entry.exports.map(resolved);
  const missing = exported.flatMap((symbol) =>
    (symbol.declarations ?? []).flatMap((declaration) =>
      [...typesNamed(declaration)]
        .filter((named) => !exported.includes(named))
        .map((named) => `${named.name} of ${symbol.name}`),
    ),
  );
  expect(missing).toEqual([]);
});

test("the main entry exports at most 60 values", () => {
  const values = entries[0]!.exports.map(resolved).filter(({ flags }) => (flags & ts.SymbolFlags.Value) !== 0);
  expect(values.length).toBeLessThanOrEqual(60);
});

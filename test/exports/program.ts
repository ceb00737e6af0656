import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../../", import.meta.url));
const names = [
  "index",
  "exports/assignment",
  "exports/theory",
  "exports/exchange",
  "exports/reproduce",
  "exports/node",
  "exports/training",
];
const paths = names.map((name) => `${root}src/${name}.ts`);
const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)) as { config: object };
const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);

/** The compiler's program for the sources of the package's entries. */
export const program = ts.createProgram(paths, options);

/** An entry of the package: its name and what it exports, types included. */
export interface Entry {
  readonly name: string;
  readonly exports: readonly ts.Symbol[];
  toString(): string;
}

export const entries: readonly Entry[] = paths.map((path, at) => {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(path)!)!;
  return { name: names[at]!, exports: checker.getExportsOfModule(module), toString: () => names[at]! };
});

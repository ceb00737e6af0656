import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

const slim = inject("slim");
const tools = inject("tools");
const folder = join(slim, "strict");
const name = "circuits-in-superposition";
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The names of all subpaths that can be imported. */
const subpaths = Object.keys(
  (JSON.parse(readFileSync(join(slim, "node_modules", name, "package.json"), "utf8")) as { exports: object }).exports,
).map((path) => `${name}${path.slice(1)}`);

/** Runs a tool's script. */
async function tool(script: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(tools, "node_modules", script), ...args], { cwd: folder });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, output };
}

interface Export {
  readonly name: string;
  readonly isType: boolean;
  /** Number of type parameters without a default. */
  readonly parameters: number;
}

/** The exports of each subpath, according to the compiler. */
function exportsOf(paths: readonly string[]): Map<string, Export[]> {
  const file = join(folder, "all.ts");
  writeFileSync(file, paths.map((path, k) => `import * as m${k} from "${path}";`).join("\n"));
  const { NodeNext } = ts.ModuleKind;
  const options = { module: NodeNext, types: [], resolveJsonModule: true, target: ts.ScriptTarget.ES2022 };
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const found = new Map<string, Export[]>();
  program.getSourceFile(file)!.forEachChild((node) => {
    if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) return;
    const module = checker.getSymbolAtLocation(node.moduleSpecifier);
    expect(module, `types of ${node.moduleSpecifier.text}`).toBeDefined();
    const list = checker.getExportsOfModule(module!).map((symbol): Export => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const isType = (target.flags & ts.SymbolFlags.Value) === 0;
      const declared = target.declarations?.find(
        (each) => ts.isInterfaceDeclaration(each) || ts.isTypeAliasDeclaration(each),
      );
      const parameters = declared?.typeParameters?.filter((parameter) => parameter.default === undefined).length ?? 0;
      return { name: symbol.name, isType, parameters };
    });
    found.set(node.moduleSpecifier.text, list);
  });
  return found;
}

/** A file that imports everything from everywhere and uses every name. */
function consumer(exported: ReadonlyMap<string, readonly Export[]>): string {
  let text = "";
  let k = 0;
  for (const [path, list] of exported) {
    const module = `m${k++}`;
    const attribute = path.endsWith(".json") ? ' with { type: "json" }' : "";
    const values = list.filter(({ isType, name: each }) => !isType && each !== "default");
    const types = list.filter(({ isType }) => isType);
    text += `import * as ${module} from "${path}"${attribute};\n`;
    if (attribute === "")
      text += `export const ${module}Values = [${values.map((each) => `${module}.${each.name}`).join(", ")}];\n`;
    if (list.some((each) => each.name === "default") && attribute === "")
      text += `export const ${module}Default = ${module}.default;\n`;
    const uses = types.map(
      (each) => `${module}.${each.name}${each.parameters ? `<${Array(each.parameters).fill("any").join(", ")}>` : ""}`,
    );
    if (uses.length > 0) text += `export type ${module}Types = [${uses.join(", ")}];\n`;
  }
  return text;
}

beforeAll(() => {
  mkdirSync(folder);
  const exported = exportsOf(subpaths);
  writeFileSync(join(folder, "consumer.ts"), consumer(exported));
  writeFileSync(join(folder, "package.json"), '{"private": true, "type": "module"}');
});

test("every subpath has types, and the names that docs/library.md's example uses", () => {
  const exported = exportsOf(subpaths);
  for (const path of subpaths.filter((each) => !each.endsWith(".json")))
    expect(exported.get(path)?.length, path).toBeGreaterThan(0);
  const root = exported.get(name)!;
  const values = root.filter(({ isType }) => !isType).map((each) => each.name);
  expect(values.length).toBeLessThanOrEqual(60);
  const page = readFileSync(new URL("../../docs/library.md", import.meta.url), "utf8");
  const [, imported] = /```ts\nimport \{([^}]*)\}/.exec(page)!;
  const used = imported!
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);
  expect(values).toEqual(expect.arrayContaining([...used, "loadCore", "loadKernels", "parseSpec", "referenceKernels"]));
});

describe.each(["5.7", "5.9", "6", "7"])("TypeScript %s, without skipLibCheck", (version) => {
  test.each([
    ["nodenext", true],
    ["nodenext", false],
    ["bundler", true],
    ["bundler", false],
  ] as const)("%s resolution, DOM library: %s", async (resolution, hasDom) => {
    const config = join(folder, `tsconfig-${version}-${resolution}-${hasDom}.json`);
    const compilerOptions = {
      target: "ES2022",
      lib: ["ES2022", ...(hasDom ? ["DOM"] : [])],
      module: resolution === "nodenext" ? "nodenext" : "esnext",
      moduleResolution: resolution,
      types: [],
      strict: true,
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      isolatedModules: true,
      verbatimModuleSyntax: true,
      resolveJsonModule: true,
      noEmit: true,
    };
    writeFileSync(config, JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
    const script = version === "7" ? "bin/tsc" : "lib/tsc.js";
    const { code, output } = await tool(`typescript-${version}/${script}`, ["-p", config]);
    expect(output).toBe("");
    expect(code).toBe(0);
  });
});

test("publint finds nothing", async () => {
  const { code, output } = await tool("publint/src/cli.js", ["run", inject("tarball"), "--strict"]);
  expect(code, output).toBe(0);
  expect(output).toMatch(/All good!/);
});

test("arethetypeswrong finds nothing but that the package is ESM only", async () => {
  const args = [
    inject("tarball"),
    "--profile",
    "node16",
    "--ignore-rules",
    "cjs-resolves-to-esm",
    "--no-definitely-typed",
  ];
  const { code, output } = await tool("@arethetypeswrong/cli/dist/index.js", args);
  expect(code, output).toBe(0);
});

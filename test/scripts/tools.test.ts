import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { testFolder } from "../support/folder.js";

interface Tool {
  readonly name: string;
  readonly commands: readonly string[];
  readonly variable?: string;
  readonly module?: string;
  readonly package: string;
  readonly neededBy: string;
}
type Env = Readonly<Record<string, string>>;
interface Script {
  readonly findTool: (tool: Tool, env: Env) => string | null;
  readonly ensureTools: (
    tools: readonly Tool[],
    options: { env: Env; log: (line: string) => void; install: (packages: readonly string[]) => void },
  ) => void;
}
const script = fileURLToPath(new URL("../../scripts/tools.mjs", import.meta.url));
const { findTool, ensureTools } = (await import(script)) as Script;

const folder = testFolder("tools");
const env = { PATH: `${join(folder, "nothing")}:${folder}` };
const command = (name: string, text = ""): string => {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
};
const tool = (name: string, rest: Partial<Tool> = {}): Tool => ({
  ...{ name, commands: [name], package: `${name}-package`, neededBy: "tests of this" },
  ...rest,
});

test("a tool is the first of its commands on PATH, or the program that its variable names", () => {
  const path = command("second-name");
  expect(findTool(tool("one", { commands: ["first-name", "second-name"] }), env)).toBe(path);
  const named = tool("second-name", { variable: "WHERE" });
  expect(findTool(named, env)).toBe(path);
  expect(findTool(named, { ...env, WHERE: path })).toBe(path);
  expect(findTool(named, { ...env, WHERE: join(folder, "nothing") })).toBeNull();
});

test("a module's tool is a Python that has it", () => {
  command("python-without", "exit 1");
  const path = command("python-with", "exit 0");
  expect(findTool(tool("m", { commands: ["python-without", "python-with"], module: "m" }), env)).toBe(path);
  expect(findTool(tool("m", { commands: ["python-without"], module: "m" }), env)).toBeNull();
});

test("missing tools are installed together and reported in one line; another line names those still missing and the consequences", () => {
  command("here");
  const lines: string[] = [];
  const asked: (readonly string[])[] = [];
  const install = (packages: readonly string[]): void => {
    asked.push(packages);
    command("comes");
  };
  const wanted = [tool("here"), tool("comes"), tool("stays-away"), tool("browser", { variable: "WHERE" })];
  ensureTools(wanted, { env: { ...env, WHERE: "/nothing" }, log: (line) => lines.push(line), install });
  expect(asked).toEqual([["comes-package", "stays-away-package"]]);
  expect(lines).toEqual([
    "Installing comes-package, stays-away-package with apt-get, for tests of this …",
    "stays-away is missing: tests of this fail without it. Install the Debian package stays-away-package.",
    "WHERE = /nothing: not a program, so tests of this will fail.",
  ]);
  lines.length = 0;
  ensureTools([tool("here"), tool("comes")], { env, log: (line) => lines.push(line), install });
  expect(lines).toEqual([]);
});

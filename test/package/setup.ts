import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { TestProject } from "vitest/node";
import { runtimes, versionOf } from "./runtimes.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface SetupScript {
  readonly packagesMatch: (root: string) => boolean;
  readonly npm: (args: readonly string[], folder: string) => { readonly status: number | null };
}

declare module "vitest" {
  interface ProvidedContext {
    /** The packed package, and two projects that have installed it, one of them without its optional packages. */
    readonly tarball: string;
    readonly slim: string;
    readonly full: string;
    /** Bundlers, compilers and runtimes, installed from test/package/tools. */
    readonly tools: string;
  }
}

/** Runs before the tests of the package: packs it as npm does, installs it, and installs the tools. */
export default async function setup(project: TestProject): Promise<() => void> {
  const script = (await import(pathToFileURL(join(root, "scripts/setup.mjs")).href)) as SetupScript;
  const npm = (args: readonly string[], folder: string): void => {
    if (script.npm(args, folder).status !== 0)
      throw new Error(`npm ${args.join(" ")} failed: the lines above say why.`);
  };

  const tools = join(root, "build/tools");
  mkdirSync(tools, { recursive: true });
  cpSync(join(root, "test/package/tools"), tools, { recursive: true });
  if (!existsSync(join(tools, "node_modules")) || !script.packagesMatch(tools)) {
    project.vitest.logger.log("Installing bundlers, compilers and runtimes into build/tools …");
    npm(["ci", "--prefer-offline"], tools);
  }
  for (const runtime of runtimes) {
    if (versionOf(runtime, tools) !== null) continue;
    project.vitest.logger.log(`${runtime.name} is not to be had for this machine from npm: its tests fail.`);
  }

  const folder = realpathSync(mkdtempSync(join(tmpdir(), "superpose-package-")));
  // The script "prepack" builds first.
  npm(["pack", "--pack-destination", folder], root);
  const tarball = join(folder, readdirSync(folder)[0]!);
  const install = (name: string, ...options: string[]): string => {
    const path = join(folder, name);
    mkdirSync(path);
    writeFileSync(join(path, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
    npm(["install", "--prefer-offline", ...options, tarball], path);
    return path;
  };
  project.provide("tarball", tarball);
  project.provide("slim", install("slim", "--omit=optional"));
  project.provide("full", install("full"));
  project.provide("tools", tools);
  return () => rmSync(folder, { recursive: true, force: true });
}

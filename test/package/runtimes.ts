import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

/** A program that runs JavaScript. */
export interface Runtime {
  readonly name: string;
  /** The name of a program installed in test/package/tools, or a path. */
  readonly program: string;
  /** The arguments before the script. Runtimes that can restrict reading may read only the given folder. */
  readonly args: (folder: string) => readonly string[];
}

const node = (version: string, program: string): Runtime[] => {
  const flag = Number(version.split(".")[0]) < 22 ? "--experimental-permission" : "--permission";
  return [
    { name: `Node ${version}`, program, args: () => [] },
    { name: `Node ${version} ${flag}`, program, args: (folder) => [flag, `--allow-fs-read=${folder}/*`] },
  ];
};

/**
 * The lowest Node version that package.json allows, the long-term-support versions, the version that runs the tests,
 * and two runtimes other than Node.
 */
export const runtimes: readonly Runtime[] = [
  ...node(process.versions.node, process.execPath),
  ...["20.16", "22", "24"].flatMap((version) => node(version, `node_modules/node-${version}/bin/node`)),
  {
    name: "Deno",
    program: "node_modules/.bin/deno",
    args: (folder) => ["run", "--no-prompt", `--allow-read=${folder}`],
  },
  { name: "Bun", program: "node_modules/.bin/bun", args: () => ["run"] },
];

/** The version that a runtime reports; null if it cannot be started. */
export function versionOf({ program }: Runtime, tools: string): string | null {
  const { status, stdout } = spawnSync(resolve(tools, program), ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}

import { fileURLToPath } from "node:url";

interface Tool {
  readonly name: string;
}

interface ToolsScript {
  readonly tools: readonly Tool[];
  readonly ensureTools: (wanted: readonly Tool[], options: { readonly log: () => void }) => void;
  readonly toolPath: (name: string) => string;
}

/**
 * Installs programs that a test needs, by their names in scripts/tools.mjs, if they are missing and can be installed.
 *
 * @returns their paths
 * @throws Error that says what is missing
 */
export async function needTools(...names: readonly string[]): Promise<string[]> {
  const script = fileURLToPath(new URL("../../scripts/tools.mjs", import.meta.url));
  const { tools, ensureTools, toolPath } = (await import(script)) as ToolsScript;
  ensureTools(
    tools.filter(({ name }) => names.includes(name)),
    { log: () => {} },
  );
  return names.map(toolPath);
}

import { main } from "../../src/cli/program.js";

/** Runs a command to its end, in this process. */
export async function superpose(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const code = await main(args, {
    version: "1.2.3",
    signal: new AbortController().signal,
    print: (text) => (out += text),
    note: (line) => (err += line + "\n"),
  });
  return { code, out, err };
}

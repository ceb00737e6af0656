import type { Kernels } from "../../src/kernels/kernels.js";
import type { FunctionType } from "./binary-types.js";

/** An action of a program on the core: it grew the memory, wrote bytes, or called a function. */
export type Step =
  | { readonly kind: "grow"; readonly pages: number }
  | { readonly kind: "write"; readonly address: number; readonly bytes: Buffer }
  | { readonly kind: "call"; readonly name: string; readonly values: readonly (number | boolean)[] };

const PAGE = 65536;
const BLOCK = 64;

/** Runs a program on the core and records everything that it writes and calls, in order. */
export function record(kernels: Kernels, program: (kernels: Kernels) => void): Step[] {
  const steps: Step[] = [];
  const current = (): Buffer => Buffer.from(kernels.memory.buffer);
  let before = Buffer.from(current());
  const recordWrites = (): void => {
    const now = current();
    if (now.length > before.length) {
      steps.push({ kind: "grow", pages: (now.length - before.length) / PAGE });
      before = Buffer.concat([before, Buffer.alloc(now.length - before.length)]);
    }
    const differs = (at: number): boolean => now.compare(before, at, at + BLOCK, at, at + BLOCK) !== 0;
    for (let at = 0; at < now.length; at += BLOCK) {
      if (!differs(at)) continue;
      const address = at;
      while (at < now.length && differs(at)) at += BLOCK;
      steps.push({ kind: "write", address, bytes: Buffer.from(now.subarray(address, at)) });
    }
  };
  const recorded = Object.entries(kernels).map(([name, value]: [string, unknown]): [string, unknown] => {
    if (typeof value !== "function") return [name, value];
    const run = value as (...values: readonly (number | boolean)[]) => number;
    const call = (...values: readonly (number | boolean)[]): number => {
      recordWrites();
      steps.push({ kind: "call", name, values });
      const result = run(...values);
      before = Buffer.from(current());
      return result;
    };
    return [name, call];
  });
  program(Object.fromEntries(recorded) as unknown as Kernels);
  recordWrites();
  return steps;
}

/**
 * A WebAssembly module, as text, that imports the core and repeats these actions.
 *
 * @returns a module that exports `run`, the core's `abiVersion`, and `digest`, which is a function of every byte of the
 *   memory
 */
export function moduleOf(steps: readonly Step[], types: ReadonlyMap<string, FunctionType>): string {
  const imports = [...types].map(([name, { parameters, results }]) => {
    const type = [`(param ${parameters.join(" ")})`, ...results.map((result) => `(result ${result})`)];
    return `(import "core" "${name}" (func $${name} ${type.join(" ")}))`;
  });
  const data: string[] = [];
  const run = steps.map((step): string => {
    if (step.kind === "grow") return `(drop (memory.grow (i32.const ${step.pages})))`;
    if (step.kind === "write") {
      const text = step.bytes.toString("hex").replace(/../g, "\\$&");
      data.push(`(data $bytes${data.length} "${text}")`);
      return `(memory.init $bytes${data.length - 1} (i32.const ${step.address}) (i32.const 0) (i32.const ${step.bytes.length}))`;
    }
    const { parameters, results } = types.get(step.name)!;
    const values = parameters.map((type, k) => `(${type}.const ${Number(step.values[k])})`);
    const call = `(call $${step.name} ${values.join(" ")})`;
    return results.length === 0 ? call : `(drop ${call})`;
  });
  return `(module
${imports.join("\n")}
(import "core" "memory" (memory 1))
${data.join("\n")}
(func (export "abiVersion") (result i32) (call $abiVersion))
(func (export "run")
${run.join("\n")})
;; FNV-1a by words of 64 bits.
(func (export "digest") (result i64) (local $at i32) (local $hash i64)
  (local.set $hash (i64.const 0xcbf29ce484222325))
  (loop $next
    (local.set $hash (i64.mul (i64.const 0x100000001b3) (i64.xor (local.get $hash) (i64.load (local.get $at)))))
    (local.set $at (i32.add (local.get $at) (i32.const 8)))
    (br_if $next (i32.lt_u (local.get $at) (i32.mul (memory.size) (i32.const ${PAGE})))))
  (local.get $hash)))
`;
}

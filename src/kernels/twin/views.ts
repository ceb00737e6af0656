import { streams, type StreamName } from "../../base/random.js";
import { fieldsOf, type Fields } from "../descriptors.js";
import type { Kernels } from "../kernels.js";

/** Views of the whole memory. Indices are byte addresses divided by the element size. */
export interface Views {
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly u8: Uint8Array;
}

export type KernelName = Exclude<keyof Kernels, "memory">;

/** A kernel that takes its memory as an argument. */
export type Twin<N extends KernelName> = (views: Views, ...args: Parameters<Kernels[N]>) => ReturnType<Kernels[N]>;

/** Returns a function that gives views of a memory; the views are recreated when the memory has grown. */
export function viewer(memory: WebAssembly.Memory): () => Views {
  let views: Views | undefined;
  return () => {
    const { buffer } = memory;
    if (views?.u8.buffer !== buffer) {
      views = {
        f32: new Float32Array(buffer),
        f64: new Float64Array(buffer),
        u32: new Uint32Array(buffer),
        i32: new Int32Array(buffer),
        u8: new Uint8Array(buffer),
      };
    }
    return views;
  };
}

/** The fields of a kernel's descriptor. */
export function readDescriptor<Text extends string>({ u32, f64 }: Views, text: Text, descriptor: number): Fields<Text> {
  const entries = fieldsOf(text).fields.map(({ name: field, type, offset }) => [
    field,
    type === "f64" ? f64[(descriptor + offset) >> 3] : u32[(descriptor + offset) >> 2],
  ]);
  return Object.fromEntries(entries) as Fields<Text>;
}

/** The name of the random stream with a given number. */
export function streamOf(number: number): StreamName {
  return (Object.keys(streams) as StreamName[]).find((name) => streams[name] === number)!;
}

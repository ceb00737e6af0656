import { loadKernels, referenceKernels, type Kernels } from "#internal";
import { ratio, ratioText, timeInRounds } from "./rounds.js";
import type { Section } from "./section.js";

/** Addresses one after another in a kernel's memory, multiples of 64. */
function allocator(kernels: Kernels): (bytes: number) => number {
  let next = Math.ceil(kernels.heapBase() / 64) * 64;
  return (bytes) => {
    const at = next;
    next += Math.ceil(bytes / 64) * 64;
    const missing = next - kernels.memory.buffer.byteLength;
    if (missing > 0) kernels.memory.grow(Math.ceil(missing / 65536));
    return at;
  };
}

/** One call of a kernel on data of its own. */
type Prepare = (kernels: Kernels) => () => void;

/** A kernel of each family; those of the factored layer are in factored.ts, as a whole. */
const families: Readonly<Record<string, Prepare>> = {
  "sampleActive: 256 samples, z = 3 of T = 557"(kernels) {
    const take = allocator(kernels);
    const [ids, marks, inputs, table] = [take(4 * 768), take(557), take(8 * 768 * 4), take(8 * 12)] as const;
    return () => kernels.sampleActive(ids, marks, 1, 0, 0, 3, 0, 256, 3, 557, 0, inputs, 4, 0, table, 0);
  },
  "truthLayer: 768 circuits, d = 4"(kernels) {
    const take = allocator(kernels);
    const [before, after, ids, mean] = [take(8 * 3072), take(8 * 3072), take(4 * 768), take(8 * 16)] as const;
    const [delta, bias] = [take(8 * 16 * 557), take(8 * 4)] as const;
    return () => kernels.truthLayer(before, after, ids, 768, 4, mean, delta, bias, false);
  },
  "unitVector: n = 1024"(kernels) {
    const take = allocator(kernels);
    const [out, scratch] = [take(4 * 1024), take(8 * 1039)] as const;
    return () => kernels.unitVector(out, 4, 1024, scratch, 1, 0, 5, 0);
  },
  "dotPairs: 64 × 64 vectors, n = 256"(kernels) {
    const take = allocator(kernels);
    const [vectors, dots, result] = [take(16 * 8 * 4 * 256), take(8 * 8 * 256), take(16)] as const;
    new Float32Array(kernels.memory.buffer, vectors, 16 * 8 * 256).fill(1 / 16);
    return () => kernels.dotPairs(vectors, 256, 16, 0, 8, 8, 8, dots, result);
  },
  "packWeights: 256 × 256"(kernels) {
    const take = allocator(kernels);
    const [W, packed] = [take(4 * 65536), take(4 * 65536)] as const;
    return () => kernels.packWeights(packed, W, 256, 256);
  },
  "denseLayer: 64×128×256"(kernels) {
    const take = allocator(kernels);
    const [A, packed, bias] = [take(4 * 64 * 256), take(4 * 128 * 256), take(4 * 128)] as const;
    const [out, workspace] = [take(4 * 64 * 128), take(4 * (128 * 256 + 8))] as const;
    return () => kernels.denseLayer(out, A, packed, bias, workspace, 64, 128, 256, true);
  },
};

/** Kernels of every family against their plain TypeScript twins, which are made to be read. */
export async function benchTwins(): Promise<Section> {
  const rows: string[][] = [];
  for (const [name, prepare] of Object.entries(families)) {
    const candidates = [loadKernels(), referenceKernels()].map((kernels, k) => ({
      name: k === 0 ? "Wasm" : "twin",
      run: prepare(kernels),
      work: 1,
    }));
    const [own, twin] = await timeInRounds(candidates, 5, 0.05);
    rows.push([name, (1e6 * own!.seconds).toPrecision(3), ratioText(ratio(twin!, own!))]);
  }
  return { title: "Kernels against their TypeScript twins", columns: ["kernel", "µs", "time of the twin"], rows };
}

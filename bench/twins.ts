import { Arena, loadKernels, referenceKernels, fields, writeDescriptor, type Kernels } from "#internal";
import { ratio, ratioText, timeInRounds } from "./rounds.js";
import type { Section } from "./section.js";

/** Prepares data for a kernel; each call of the returned function runs the kernel on it once. */
type Prepare = (kernels: Kernels) => () => void;

/** One kernel of each family, except those of the factored layer, which factored.ts measures as a whole. */
const families: Readonly<Record<string, Prepare>> = {
  "sampleActive: 256 samples, z = 3 of T = 557"(kernels) {
    const arena = new Arena(kernels.memory, kernels.heapBase());
    const take = (bytes: number): number => arena.bytes(bytes);
    const [ids, marks, inputs, table] = [take(4 * 768), take(557), take(8 * 768 * 4), take(8 * 12)] as const;
    const how = { stream: 3, T: 557, d: 4, kind: 0, table, choices: 0 };
    const descriptor = writeDescriptor(arena, fields.sampleActive, { ids, marks, inputs, ...how });
    return () => kernels.sampleActive(descriptor, 1, 0, 0, 0, 256, 3, 0);
  },
  "truthLayer: 768 circuits, d = 4"(kernels) {
    const arena = new Arena(kernels.memory, kernels.heapBase());
    const take = (bytes: number): number => arena.bytes(bytes);
    const [before, after, ids, mean] = [take(8 * 3072), take(8 * 3072), take(4 * 768), take(8 * 16)] as const;
    const [delta, bias] = [take(8 * 16 * 557), take(8 * 4)] as const;
    const layer = writeDescriptor(arena, fields.truthLayer, { d: 4, mean, delta, bias, linear: 0 });
    return () => kernels.truthLayer(layer, before, after, ids, 768);
  },
  "unitVector: n = 1024"(kernels) {
    const arena = new Arena(kernels.memory, kernels.heapBase());
    const take = (bytes: number): number => arena.bytes(bytes);
    const [out, scratch] = [take(4 * 1024), take(8 * 1039)] as const;
    return () => kernels.unitVector(out, 4, 1024, scratch, 1, 0, 5, 0);
  },
  "dotProducts: 64 × 64 vectors, n = 256"(kernels) {
    const arena = new Arena(kernels.memory, kernels.heapBase());
    const take = (bytes: number): number => arena.bytes(bytes);
    const [vectors, scratch, result] = [take(16 * 8 * 4 * 256), take(8 * 8 * 256), take(16)] as const;
    new Float32Array(kernels.memory.buffer, vectors, 16 * 8 * 256).fill(1 / 16);
    const descriptor = writeDescriptor(arena, fields.dotProducts, { vectors, n: 256, all: 16, scratch, result });
    return () => kernels.dotProducts(descriptor, 0, 8, 8, 8);
  },
  "packWeights: 256 × 256"(kernels) {
    const arena = new Arena(kernels.memory, kernels.heapBase());
    const take = (bytes: number): number => arena.bytes(bytes);
    const [W, packed] = [take(4 * 65536), take(4 * 65536)] as const;
    return () => kernels.packWeights(packed, W, 256, 256);
  },
  "denseLayer: 64×128×256"(kernels) {
    const arena = new Arena(kernels.memory, kernels.heapBase());
    const take = (bytes: number): number => arena.bytes(bytes);
    const [A, packed, bias] = [take(4 * 64 * 256), take(4 * 128 * 256), take(4 * 128)] as const;
    const [out, workspace] = [take(4 * 64 * 128), take(kernels.denseWorkspace())] as const;
    const layer = writeDescriptor(arena, fields.denseLayer, { packed, bias, workspace, N: 128, K: 256 });
    return () => kernels.denseLayer(layer, out, A, 64, true);
  },
};

/** Compares kernels of every family with their plain TypeScript twins, which are written for clarity. */
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

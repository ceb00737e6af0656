import { readFileSync } from "node:fs";
import { loadKernels, RandomSequence, referenceKernels, type Kernels } from "circuits-in-superposition";
import type { Peer } from "./peer-products.js";
import { ratio, ratioText, timeInRounds, type Candidate } from "./rounds.js";
import type { Section } from "./section.js";

const sizes: readonly (readonly [M: number, N: number, K: number])[] = [
  [512, 1000, 1000],
  [512, 2000, 2000],
  [1, 1, 1],
  [7, 7, 7],
  [33, 33, 33],
  [1001, 1001, 1001],
  [512, 1001, 33],
];

/** Turns of the peak loop a call, and operations a turn (bench/assembly/peak.ts). */
const TURNS = 200_000;
const OPERATIONS = 96;

function peakLoop(): Candidate {
  const binary = readFileSync(new URL("../peak.wasm", import.meta.url));
  const { peak } = new WebAssembly.Instance(new WebAssembly.Module(binary)).exports as {
    peak(turns: number, x: number, y: number): number;
  };
  return { name: "mul+add peak loop", run: () => peak(TURNS, 1e-9, 1e-9), work: TURNS * OPERATIONS };
}

function ours(
  kernels: Kernels,
  name: string,
  M: number,
  N: number,
  K: number,
  A: Float32Array,
  W: Float32Array,
): Candidate {
  let next = Math.ceil(kernels.heapBase() / 64) * 64;
  const take = (numbers: number): number => {
    const at = next;
    next += Math.ceil(numbers / 16) * 64;
    const missing = next - kernels.memory.buffer.byteLength;
    if (missing > 0) kernels.memory.grow(Math.ceil(missing / 65536));
    return at;
  };
  const [a, w, packed, bias, out, workspace] = [
    take(M * K),
    take(N * K),
    take(K * 8 * Math.ceil(N / 8)),
    take(N),
    take(M * N),
    take(128 * 256 + 8),
  ] as const;
  new Float32Array(kernels.memory.buffer, a, M * K).set(A);
  new Float32Array(kernels.memory.buffer, w, N * K).set(W);
  kernels.packWeights(packed, w, N, K);
  return {
    name,
    run: () => kernels.denseLayer(out, a, packed, bias, workspace, M, N, K, true),
    work: 2 * M * N * K,
  };
}

/** The dense layer against the engine's peak, the peers and its TypeScript twin. */
export async function benchGemm(peers: readonly Peer[]): Promise<Section> {
  const rows: (string | number)[][] = [];
  for (const [M, N, K] of sizes) {
    const random = new RandomSequence(1, "user");
    const A = Float32Array.from({ length: M * K }, () => random.uniform() - 0.5);
    const W = Float32Array.from({ length: N * K }, () => random.uniform() - 0.5);
    // The peers take B [K][N].
    const B = new Float32Array(K * N);
    for (let n = 0; n < N; n++) for (let k = 0; k < K; k++) B[k * N + n] = W[n * K + k]!;
    const slow = 2 * M * N * K > 1e8;
    const candidates = [ours(loadKernels(), "denseLayer", M, N, K, A, W), peakLoop()];
    for (const peer of peers) {
      // Plain JavaScript takes seconds at the large sizes.
      if (slow && (peer.name === "ml-matrix" || peer.name === "@stdlib sgemm") && N > 1500) continue;
      candidates.push({ name: peer.name, run: await peer.prepare(M, N, K, A, B), work: 2 * M * N * K });
    }
    if (!slow) candidates.push(ours(referenceKernels(), "TypeScript twin", M, N, K, A, W));
    const timings = await timeInRounds(candidates, slow ? 7 : 5, slow ? 0.2 : 0.05);
    const [own] = timings;
    for (const timing of timings) {
      rows.push([
        `${M}×${N}×${K}`,
        timing.name,
        (timing.rate / 1e9).toPrecision(3),
        timing === own
          ? ""
          : timing.name === "mul+add peak loop"
            ? `${(own!.rate / timing.rate).toPrecision(3)} of peak`
            : `${ratioText(ratio(timing, own!))} × ours`,
      ]);
    }
  }
  return {
    title: "Dense layer (packed GEMM with bias and ReLU), single precision, one core",
    columns: ["M×N×K", "what", "GFLOP/s", "time against ours"],
    rows,
  };
}

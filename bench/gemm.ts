import { readFileSync } from "node:fs";
import { Arena, loadKernels, RandomSequence, referenceKernels, fields, writeDescriptor, type Kernels } from "#internal";
import type { Peer } from "./peer-products.js";
import { ratio, ratioText, timeInRounds, type Candidate, type Timing } from "./rounds.js";
import type { Section } from "./section.js";

type Size = readonly [M: number, N: number, K: number];
const sizes: readonly Size[] = [
  [512, 1000, 1000],
  [512, 2000, 2000],
  [64, 500, 500],
  [1, 1, 1],
  [7, 7, 7],
  [33, 33, 33],
  [1001, 1001, 1001],
];

/** Iterations of the peak loop per call, and operations per iteration (bench/assembly/peak.ts). */
const TURNS = 200_000;
const OPERATIONS = 64;

function peakLoop(): Candidate {
  const binary = readFileSync(new URL("../peak.wasm", import.meta.url));
  const { fill, peak } = new WebAssembly.Instance(new WebAssembly.Module(binary)).exports as {
    fill(): void;
    peak(turns: number): number;
  };
  fill();
  return { name: "mul+add peak loop", run: () => peak(TURNS), work: TURNS * OPERATIONS };
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
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const take = (numbers: number): number => arena.bytes(4 * numbers);
  const [a, w, packed, bias, out, workspace] = [
    take(M * K),
    take(N * K),
    take(K * 8 * Math.ceil(N / 8)),
    take(N),
    take(M * N),
    take(kernels.denseWorkspace() / 4),
  ] as const;
  new Float32Array(kernels.memory.buffer, a, M * K).set(A);
  new Float32Array(kernels.memory.buffer, w, N * K).set(W);
  kernels.packWeights(packed, w, N, K);
  const layer = writeDescriptor(arena, fields.denseLayer, { packed, bias, workspace, N, K });
  return {
    name,
    run: () => kernels.denseLayer(layer, out, a, M, true),
    work: 2 * M * N * K,
  };
}

function operands([M, N, K]: Size): { A: Float32Array; W: Float32Array; B: Float32Array } {
  const random = new RandomSequence(1, "user");
  const A = Float32Array.from({ length: M * K }, () => random.uniform() - 0.5);
  const W = Float32Array.from({ length: N * K }, () => random.uniform() - 0.5);
  // The other packages expect the weights as B = Wᵀ, [K][N].
  const B = new Float32Array(K * N);
  for (let n = 0; n < N; n++) for (let k = 0; k < K; k++) B[k * N + n] = W[n * K + k]!;
  return { A, W, B };
}

/** The relaxed kernels; null if the engine does not support them. */
function relaxedKernels(): Kernels | null {
  try {
    return loadKernels({ relaxed: true });
  } catch {
    return null;
  }
}

/** A kernel's operations per second divided by those of the peak loop, round by round. */
function shareOf(peak: Timing, own: Timing, work: number): ReturnType<typeof ratio> {
  const scale = work / (TURNS * OPERATIONS);
  const { median, low, high } = ratio(peak, own);
  return { median: median * scale, low: low * scale, high: high * scale };
}

/**
 * Compares the dense layer with the engine's peak, other packages and its TypeScript twin. Weights are packed before
 * the clock starts, as in tfjs, which keeps packed weights. The time includes packing the activations. Results are left
 * where each library puts them.
 */
export async function benchGemm(peers: readonly Peer[]): Promise<Section> {
  const rows: (string | number)[][] = [];
  for (const size of sizes) {
    const [M, N, K] = size;
    const { A, W, B } = operands(size);
    const slow = 2 * M * N * K > 1e8;
    const candidates = [ours(loadKernels(), "denseLayer", M, N, K, A, W), peakLoop()];
    const relaxed = relaxedKernels();
    if (relaxed !== null) candidates.push(ours(relaxed, "denseLayer, relaxed SIMD", M, N, K, A, W));
    for (const peer of peers) {
      // Plain JavaScript takes seconds at the large sizes.
      if (slow && (peer.name === "ml-matrix" || peer.name === "@stdlib sgemm")) continue;
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
            ? `${ratioText(shareOf(timing, own!, 2 * M * N * K))} of peak`
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

const ODD = [1, 7, 33, 1001];

/** Every M×N×K with M, N and K chosen from 1, 7, 33 and 1001, compared with tfjs, in ascending order of the ratio. */
export async function benchOdd(peers: readonly Peer[]): Promise<Section | null> {
  const tfjs = peers.find(({ name }) => name === "tfjs-backend-wasm");
  if (tfjs === undefined) return null;
  const compared: { size: string; own: number; ratio: ReturnType<typeof ratio> }[] = [];
  for (const size of ODD.flatMap((M) => ODD.flatMap((N) => ODD.map((K): Size => [M, N, K])))) {
    const [M, N, K] = size;
    const { A, W, B } = operands(size);
    const candidates = [
      ours(loadKernels(), "denseLayer", M, N, K, A, W),
      { name: tfjs.name, run: await tfjs.prepare(M, N, K, A, B), work: 2 * M * N * K },
    ];
    const [own, theirs] = await timeInRounds(candidates, 5, 0.02);
    compared.push({ size: `${M}×${N}×${K}`, own: own!.seconds, ratio: ratio(theirs!, own!) });
  }
  compared.sort((a, b) => a.ratio.median - b.ratio.median);
  return {
    title: "Odd sizes: the dense layer against tfjs-backend-wasm",
    columns: ["M×N×K", "µs", "time of tfjs against ours"],
    rows: compared.map(({ size, own, ratio }) => [size, (1e6 * own).toPrecision(3), ratioText(ratio)]),
  };
}

import {
  anglesFromTurns,
  buildNetwork,
  DenseEngine,
  denseModel,
  loadKernels,
  permutedEmbedding,
  primeSteps,
  randomTurns,
  referenceKernels,
  rotations,
  FactoredEngine,
  type Network,
} from "#internal";
import { ratio, ratioText, timeInRounds, type Candidate } from "./rounds.js";
import type { Section } from "./section.js";

function network(D: number, T: number, L: number): Network {
  const shape = { D, d: 4, T, S: 6, L };
  return buildNetwork({
    shape,
    circuits: rotations(anglesFromTurns(randomTurns(T, 1)), L),
    embedding: permutedEmbedding(primeSteps({ T, P: D / 4, S: 6 }), L, 1),
    construction: "capped",
  });
}

/** Runs chunks of new samples, with all readouts and statistics. */
function chunks(runner: { runChunk: FactoredEngine["runChunk"] }, z: number, samples: number): () => unknown {
  let first = 0;
  return () => {
    const sums = runner.runChunk({ z, sampling: "random", seed: 1, network: 0 }, first, samples);
    first = (first + samples) % 1_000_000;
    return sums;
  };
}

/** Compares the factored layer with the dense engine and with the layer's TypeScript twin, at the published size. */
export async function benchFactored(): Promise<Section> {
  const L = 5;
  const z = 3;
  const net = network(1000, 557, L);
  const candidates: Candidate[] = [
    {
      name: "factored, Wasm",
      run: chunks(new FactoredEngine(loadKernels(), net, { gate: "relu", z }), z, 512),
      work: 512 * L,
    },
    {
      name: "dense, Wasm",
      run: chunks(new DenseEngine(loadKernels(), denseModel(net), { gate: "relu", z }), z, 128),
      work: 128 * L,
    },
    {
      name: "factored, TypeScript twin",
      run: chunks(new FactoredEngine(referenceKernels(), net, { gate: "relu", z }), z, 16),
      work: 16 * L,
    },
  ];
  const timings = await timeInRounds(candidates, 7, 0.25);
  const perSample = (k: number): number => 1e6 / timings[k]!.rate;
  return {
    title: "One layer of D = 1000, T = 557, S = 6, z = 3, L = 5: all readouts and statistics, one core",
    columns: ["engine", "µs per sample and layer", "against the factored layer"],
    rows: timings.map((timing, k) => {
      if (k === 0) return [timing.name, perSample(k).toPrecision(3), ""];
      // Work per call differs, so these are ratios of times per sample and layer.
      const { median, low, high } = ratio(timing, timings[0]!);
      const scale = candidates[0]!.work / candidates[k]!.work;
      const text = ratioText({ median: median * scale, low: low * scale, high: high * scale });
      return [timing.name, perSample(k).toPrecision(3), `${text} × as long`];
    }),
  };
}

/** How the cost per circuit changes as networks grow. */
export async function benchSizes(): Promise<Section> {
  const rows: (string | number)[][] = [];
  let smallest: number | null = null;
  for (const [D, T, L, samples] of [
    [1000, 557, 3, 512],
    [2000, 2000, 3, 256],
    [20_000, 50_000, 3, 16],
    [100_000, 500_000, 3, 16],
  ] as const) {
    const began = performance.now();
    const net = network(D, T, L);
    const built = (performance.now() - began) / 1000 / L;
    const runner = new FactoredEngine(loadKernels(), net, { gate: "relu", z: 3 });
    const [timing] = await timeInRounds([{ name: "", run: chunks(runner, 3, samples), work: samples * L }], 5, 0.3);
    const perCircuit = 1e9 / timing!.rate / T;
    smallest ??= perCircuit;
    rows.push([
      D.toLocaleString("en"),
      T.toLocaleString("en"),
      (1e6 / timing!.rate).toPrecision(3),
      perCircuit.toPrecision(3),
      (perCircuit / smallest).toPrecision(3),
      built.toPrecision(2),
      (runner.bytes / 2 ** 20).toFixed(0),
      (process.memoryUsage().rss / 2 ** 20).toFixed(0),
    ]);
  }
  return {
    title: "Cost per circuit as networks grow (S = 6, z = 3)",
    columns: [
      "D",
      "T",
      "µs/(sample·layer)",
      "ns/(circuit·sample·layer)",
      "ratio",
      "build s/layer",
      "kernel MiB",
      "process MiB",
    ],
    rows,
  };
}

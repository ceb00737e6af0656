import type { StorageRatio } from "../../../src/studies/storage/noise-figure.js";
import type { ReEmbeddingRow, StorageRow, StorageSizeRow } from "../../../src/studies/storage/rows.js";

/** Rows in the form of the storage experiments, with made-up numbers near the estimates. */

export function storageRows(family: StorageRow["family"]): StorageRow[] {
  const [n, m] = [256, 1024];
  return ([1, 2, 4, 8, 16] as const).flatMap((l) =>
    (["boolean", "graded"] as const).map((amplitudes): StorageRow => {
      const rms = Math.sqrt(l / n);
      const wrongSamples = l < 4 ? 0 : l < 8 ? 0.2 : 1;
      return {
        ...{
          family,
          n,
          m,
          l,
          amplitudes,
          samples: 24,
          repeats: 3,
          rms,
          rmsSd: 0.01 * rms,
          worst: 4 * rms,
          worstSd: 0.1,
        },
        ...{ largest: 5 * rms, largestSd: 0.2, wrong: wrongSamples / m, wrongSd: 0, wrongSamples, wrongSamplesSd: 0.1 },
        wrongSamplesLaw: amplitudes === "boolean" ? 0.9 * wrongSamples : null,
      };
    }),
  );
}

export function storageSizes(): StorageSizeRow[] {
  const random = [64, 4096].flatMap((n) =>
    [2, 64].map((factor): StorageSizeRow => {
      const m = factor * n;
      const largestTheory = 2 * Math.sqrt(Math.log(m) / n);
      const all = factor === 2 ? { largest: 0.9 * largestTheory, largestSd: 0.01 } : { largest: null, largestSd: null };
      return {
        ...{ family: "random", n, m, repeats: 3, rms: 1 / Math.sqrt(n), rmsSd: 0.001, ...all, largestTheory },
        ...{ sampledPairs: 6 * m, sampledLargest: 0.8 * largestTheory, sampledLargestSd: 0.01 },
        ...{ bound: Math.SQRT2 * largestTheory, welch: Math.sqrt((m - n) / (n * (m - 1))) },
        ...{ boundary: n / (7 * Math.log(m)), boundarySd: 0.2, boundaryTheory: n / (8 * Math.log(m)) },
        ...{ largestLaw: 0.92 * largestTheory, boundaryLaw: n / (7.5 * Math.log(m)) },
        ...{ boundaryLaw95: n / (9 * Math.log(m)), boundaryHalfSlack: n / (5 * Math.log(m)) },
      };
    }),
  );
  return [...random, { ...random[0]!, family: "equiangular", n: 63, m: 126 }];
}

export function ratioRows(): StorageRatio[] {
  const row = { n: 64, m: 128, ratio: 1.1, sd: 0.1, law: 1, isFitted: true, sampledPairs: null };
  return [
    { ...row, estimate: "typical / (1/√n)" },
    { ...row, estimate: "largest / ε", n: 4096, m: 262_144, ratio: 0.7, law: null, sampledPairs: 1e6 },
    { ...row, estimate: "largest / ε", m: 4096, ratio: 0.6, sd: null, isFitted: false },
  ];
}

export function reEmbeddingRows(): ReEmbeddingRow[] {
  return [1, 4].flatMap((l) =>
    [1, 2, 3].map((layer): ReEmbeddingRow => {
      const plain = (l / 1024) * (5 ** layer - 1);
      return {
        ...{ n: 256, m: 1024, l, layer, samples: 16, repeats: 3, plain, plainSd: 0.01, plainTheory: plain },
        ...{ thresholded: l / 256, thresholdedSd: null, thresholdedTheory: l / 256, right: l === 1 ? 1 : 0.9 },
        rightLaw: l === 1 ? 1 : 0.95 ** layer,
      };
    }),
  );
}

/** S6: two of three features on the axes, and three features at equal angles. */
export const trainedEmbeddings = [
  {
    ...{ loss: "MSE", m: 3 },
    vectors: [
      [1, 0],
      [0, 1],
      [0.5, 0.5],
    ],
  },
  {
    ...{ loss: "L4", m: 3 },
    vectors: [
      [1, 0],
      [-0.5, 0.87],
      [-0.5, -0.87],
    ],
  },
];

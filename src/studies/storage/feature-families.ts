import { primeSteps } from "../../assignment/prime-steps.js";
import { InputError } from "../../base/errors.js";
import { isPrime } from "../../base/primes.js";
import type { FeatureWriter } from "../../engine/linear-floors.js";
import type { Kernels } from "../../kernels/kernels.js";
import type { Arena } from "../../kernels/memory.js";
import { seedKey } from "../../base/random.js";

/**
 * How m unit vectors are laid out in n dimensions: at random; S-hot, as circuits are spread over neurons; or with all
 * |dot| equal, which reaches the Welch bound but is available only for m = 2n.
 */
export const featureFamilies = ["random", "assignment", "equiangular"] as const;
export type FeatureFamily = (typeof featureFamilies)[number];

export interface FeatureSet {
  readonly family: FeatureFamily;
  /** Dimensions. */
  readonly n: number;
  /** Features. */
  readonly m: number;
  /** Number of neurons per feature; used only if `family` is `assignment`. */
  readonly S?: number;
  readonly seed: number;
  /** Index of the repetition; each repetition has its own random vectors and samples. */
  readonly repeat: number;
}

/**
 * @throws InputError when the family does not have m vectors in n dimensions
 */
export function featureWriter(kernels: Kernels, arena: Arena, set: FeatureSet): FeatureWriter {
  const { family, n, m, S = 1, seed, repeat } = set;
  switch (family) {
    case "random": {
      const scratch = arena.bytes((n + 15) * 8);
      const [low, high] = seedKey(seed);
      return {
        width: n,
        write: (pointer, feature) => kernels.unitVector(pointer, 4, n, scratch, low, high, feature, repeat),
      };
    }
    case "assignment": {
      const { neurons } = primeSteps({ T: m, P: n, S });
      return {
        width: n,
        write: (pointer, feature) => {
          const vector = arena.viewF32(pointer, n).fill(0);
          for (let s = feature * S; s < (feature + 1) * S; s++) vector[neurons[s]] = 1 / Math.sqrt(S);
        },
      };
    }
    case "equiangular":
      return equiangular(arena, set);
  }
}

const isPaley = (n: number): boolean => (2 * n - 1) % 4 === 1 && isPrime(2 * n - 1);

/**
 * @param name the symbol for the number of features in the message
 * @throws InputError if no equiangular vectors of this size exist; the message contains the nearest n for which they do
 */
export function checkEquiangular(name: string, count: number, n: number): void {
  if (count === 2 * n && isPaley(n)) return;
  let distance = 0;
  while (!isPaley(n - distance) && !isPaley(n + distance)) distance++;
  const near = isPaley(n - distance) ? n - distance : n + distance;
  throw new InputError(
    `${name} = ${count}, n = ${n}: equiangular vectors need ${name} = 2n, with 2n − 1 a prime of the form 4k + 1. The nearest valid values are n = ${near}, ${name} = ${2 * near}.`,
  );
}

/**
 * The 2n rows of √2·(I + C/√q)/2, where q = 2n − 1 is a prime with q mod 4 = 1 and C is the Paley conference matrix of
 * order q + 1: C_00 = 0, C_0j = C_i0 = 1, C_ij = 1 if i − j is a square modulo q, otherwise −1. (I + C/√q)/2 is an
 * orthogonal projection of rank n, so the rows are unit vectors of an n-dimensional space with dot products C_ij/√q.
 */
function equiangular(arena: Arena, { n, m }: FeatureSet): FeatureWriter {
  checkEquiangular("m", m, n);
  const q = 2 * n - 1;
  const isSquare = new Uint8Array(q);
  for (let x = 1; x < q; x++) isSquare[(x * x) % q] = 1;
  const [own, other] = [Math.SQRT1_2, Math.SQRT1_2 / Math.sqrt(q)];
  return {
    width: m,
    write: (pointer, feature) => {
      const vector = arena.viewF32(pointer, m);
      for (let j = 0; j < m; j++) {
        if (j === feature) vector[j] = own;
        else if (j === 0 || feature === 0) vector[j] = other;
        else vector[j] = isSquare[(feature - j + q) % q] ? other : -other;
      }
    },
  };
}

/** The dimension nearest to `near` for which {@link featureFamilies equiangular} vectors are built. */
export function equiangularDimension(near: number): number {
  for (let distance = 0; ; distance++) {
    for (const n of [near - distance, near + distance]) {
      if (n >= 3 && (2 * n - 1) % 4 === 1 && isPrime(2 * n - 1)) return n;
    }
  }
}

import { InputError } from "../base/errors.js";
import type { Shape } from "../base/shape.js";

/** The largest number of bytes of dense weights that may be created. */
const MOST_DENSE = 2 ** 30;

/** Bytes of a dense model's weights and biases; layer 1's weight is the identity and takes no memory. */
export function denseBytes({ D, L }: Pick<Shape, "D" | "L">): number {
  return 4 * (D * D * (L - 1) + D * L);
}

/** @throws InputError when the dense weights would be too large, stating the size they need */
export function checkDenseSize(shape: Pick<Shape, "D" | "L">, most = MOST_DENSE): void {
  const { D, L } = shape;
  const needed = denseBytes(shape);
  if (needed <= most) return;
  throw new InputError(
    `D = ${D}, L = ${L}: dense weights need ${mebibytes(needed)} MiB; the limit is ${mebibytes(most)} MiB. Choose a smaller D or L.`,
  );
}

function mebibytes(bytes: number): string {
  return Math.ceil(bytes / 2 ** 20).toLocaleString("en");
}

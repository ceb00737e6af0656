/** A few outputs of a batch whose labels are not 0 and whose errors have a weight of their own, beside the loss of all others. */
export class ChosenErrors {
  readonly #outputs: Float32Array;
  readonly #halves: number;
  readonly #places: number[] = [];
  readonly #errors: number[] = [];

  /** @param outputs which become the gradient there; @param q the exponent of the loss, 2q a whole number */
  constructor(outputs: Float32Array, q: number) {
    [this.#outputs, this.#halves] = [outputs, 2 * q];
  }

  /** Takes one output away, which others then do not count. */
  take(at: number, label: number): void {
    this.#places.push(at);
    this.#errors.push(Math.fround(this.#outputs[at] - label));
    this.#outputs[at] = 0;
  }

  /**
   * Puts the gradient of all that were taken in their places.
   *
   * @param factor of the gradient of |error|^q, over q
   * @returns the sum of |error|^q over them
   */
  put(factor: number): number {
    let sum = 0;
    this.#places.forEach((at, k) => {
      const error = this.#errors[k];
      const slope = powerOf(Math.abs(error), this.#halves - 2);
      sum += slope * Math.abs(error);
      this.#outputs[at] = error === 0 ? 0 : Math.sign(error) * factor * slope;
    });
    return sum;
  }
}

/** a^(halves/2) by multiplications and a root, alike in every engine. */
function powerOf(a: number, halves: number): number {
  let result = halves % 2 === 1 ? Math.sqrt(a) : 1;
  for (let k = 0; k < Math.floor(halves / 2); k++) result *= a;
  return result;
}

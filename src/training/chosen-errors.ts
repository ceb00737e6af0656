/**
 * The few outputs of a batch that have nonzero labels. Their errors are weighted separately from those of all
 * other outputs.
 */
export class ChosenErrors {
  readonly #outputs: Float32Array;
  readonly #halves: number;
  readonly #places: number[] = [];
  readonly #errors: number[] = [];

  /**
   * @param outputs replaced in place by the gradient
   * @param q the exponent of the loss; 2q is a whole number
   */
  constructor(outputs: Float32Array, q: number) {
    [this.#outputs, this.#halves] = [outputs, 2 * q];
  }

  /** Sets one output aside, so that it does not count in the loss of the others. */
  take(at: number, label: number): void {
    this.#places.push(at);
    this.#errors.push(Math.fround(this.#outputs[at] - label));
    this.#outputs[at] = 0;
  }

  /**
   * For each output that was set aside, writes the gradient in its place.
   *
   * @param factor the factor of |error|^(q−1)·sign(error) in the gradient
   * @returns the sum of |error|^q over these outputs
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

/** a^(halves/2) by multiplications and a root, identical in every engine. */
function powerOf(a: number, halves: number): number {
  let result = halves % 2 === 1 ? Math.sqrt(a) : 1;
  for (let k = 0; k < Math.floor(halves / 2); k++) result *= a;
  return result;
}

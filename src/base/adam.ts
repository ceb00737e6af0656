const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;

/**
 * The Adam optimiser (Kingma and Ba, 2015): gradient descent with steps scaled by running means of the gradient and of its
 * square. Additions, multiplications and square roots alone, so that every engine takes the same steps.
 */
export class Adam {
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  readonly #epsilon: number;
  /** The decays to the power of the steps taken; by multiplication, since engines differ in the last digits of powers. */
  #firstDecay = 1;
  #secondDecay = 1;

  /** @param epsilon added to the root of the second moment: gradients far below it move nothing */
  constructor(parameters: number, epsilon = 1e-8) {
    this.#first = new Float64Array(parameters);
    this.#second = new Float64Array(parameters);
    this.#epsilon = epsilon;
  }

  /**
   * Takes one step in place.
   *
   * @param gradient of the same length as the parameters
   * @param rate the learning rate of this step: a parameter's first step has this length
   */
  step(parameters: Float64Array, gradient: Float64Array, rate: number): void {
    const [first, second, epsilon] = [this.#first, this.#second, this.#epsilon];
    this.#firstDecay *= FIRST_DECAY;
    this.#secondDecay *= SECOND_DECAY;
    const [firstBias, secondBias] = [1 - this.#firstDecay, 1 - this.#secondDecay];
    for (let i = 0; i < parameters.length; i++) {
      const slope = gradient[i];
      first[i] = FIRST_DECAY * first[i] + 0.1 * slope;
      second[i] = SECOND_DECAY * second[i] + 0.001 * slope * slope;
      parameters[i] -= (rate * first[i]) / firstBias / (Math.sqrt(second[i] / secondBias) + epsilon);
    }
  }
}

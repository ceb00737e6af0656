const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;

export interface AdamOptions {
  /** Added to the root of the second moment; gradients much smaller than this have almost no effect. Default 1e-8. */
  readonly epsilon?: number;
  /**
   * How the powers of the decay rates are computed. "products" (default) multiplies repeatedly, which gives the same
   * steps in every JavaScript engine. "powers" uses `**`, whose results differ between engines in the last digits, and
   * squares gradients before weighting them. Figure S6 was made with "powers".
   */
  readonly decays?: "products" | "powers";
}

/**
 * The Adam optimiser (Kingma and Ba, 2015): gradient descent with steps scaled by running means of the gradient and of
 * its square.
 */
export class Adam {
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  readonly #epsilon: number;
  readonly #usesPowers: boolean;
  #steps = 0;
  #firstDecay = 1;
  #secondDecay = 1;

  constructor(parameters: number, { epsilon = 1e-8, decays = "products" }: AdamOptions = {}) {
    this.#first = new Float64Array(parameters);
    this.#second = new Float64Array(parameters);
    this.#epsilon = epsilon;
    this.#usesPowers = decays === "powers";
  }

  /**
   * Takes one step in place.
   *
   * @param gradient of the same length as the parameters
   * @param rate the learning rate of this step; the first step changes a parameter by about this much
   */
  step(parameters: Float64Array, gradient: Float64Array, rate: number): void {
    const [first, second, epsilon, usesPowers] = [this.#first, this.#second, this.#epsilon, this.#usesPowers];
    this.#steps++;
    this.#firstDecay = usesPowers ? FIRST_DECAY ** this.#steps : this.#firstDecay * FIRST_DECAY;
    this.#secondDecay = usesPowers ? SECOND_DECAY ** this.#steps : this.#secondDecay * SECOND_DECAY;
    const [firstBias, secondBias] = [1 - this.#firstDecay, 1 - this.#secondDecay];
    for (let i = 0; i < parameters.length; i++) {
      const slope = gradient[i];
      first[i] = FIRST_DECAY * first[i] + 0.1 * slope;
      second[i] = SECOND_DECAY * second[i] + (usesPowers ? 0.001 * slope ** 2 : 0.001 * slope * slope);
      parameters[i] -= (rate * first[i]) / firstBias / (Math.sqrt(second[i] / secondBias) + epsilon);
    }
  }
}

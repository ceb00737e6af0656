/** Milliseconds per number drawn for a random vector, and per multiplication in a matrix product. */
export const DRAW = 5e-5;
export const MULTIPLY = 6e-8;

/** Milliseconds to draw one number of a random vector, and milliseconds per multiplication in a matrix product. */
export const DRAW = 5e-5;
export const MULTIPLY = 6e-8;

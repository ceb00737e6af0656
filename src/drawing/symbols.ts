/** What is drawn of an error: the mean of its square, or the largest. */
export type ErrorQuantity = "meanSquare" | "worst";

/** "mean |δx|²" or "largest |δalpha|". */
export function symbolOf(readout: string, quantity: ErrorQuantity): string {
  if (quantity === "worst") return `largest |δ${readout}|`;
  return readout === "alpha" ? "mean (δalpha)²" : `mean |δ${readout}|²`;
}

/** The statistic of an error that is drawn: the mean square or the largest. */
export type ErrorQuantity = "meanSquare" | "worst";

/** "mean |δx|²" or "largest |δalpha|". */
export function symbolOf(readout: string, quantity: ErrorQuantity): string {
  if (quantity === "worst") return `largest |δ${readout}|`;
  return readout === "alpha" ? "mean (δalpha)²" : `mean |δ${readout}|²`;
}

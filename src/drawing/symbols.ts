/** Which statistic of the errors is drawn: the mean square or the largest error. */
export type ErrorQuantity = "meanSquare" | "worst";

/** The symbol for an axis or a title: "mean |δx|²" or "largest |δalpha|". */
export function symbolOf(readout: string, quantity: ErrorQuantity): string {
  if (quantity === "worst") return `largest |δ${readout}|`;
  return readout === "alpha" ? "mean (δalpha)²" : `mean |δ${readout}|²`;
}

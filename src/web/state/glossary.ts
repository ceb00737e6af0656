/** Meanings of the terms in the explanation, as in docs/glossary.md. */
export const glossary = {
  "On-indicator": "a readout that is 1 where a circuit is active and 0 where it is not",
  "active circuit": "one of the z circuits that get an input in a sample; the others get 0",
  superposition: "T·d > D: more circuit neurons than network neurons",
  readout: "a linear map from a layer's neurons to one circuit's activations, or to its indicator or x",
  interference: "the error that circuits cause in each other by sharing neurons",
  ramp: "the range of α over which a conditional circuit's gate opens: 0.25 to 0.75 in the post",
  seizure:
    "what happens when inactive circuits switch each other on: the errors of all circuits grow from layer to layer",
  χ: "the amount that the capped construction subtracts to cancel the mean interference between circuits",
  parting: "circuits that share a neuron in one layer share none in the next",
} as const;
export type Term = keyof typeof glossary;

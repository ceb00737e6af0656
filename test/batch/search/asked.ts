/** A search request, in the format of a search file. */
export const asked = {
  base: { D: 400, T: 60, L: 3 },
  vary: {
    S: [3, 4, 5],
    ramp: {
      each: [
        { from: 0.2, to: 0.7 },
        { from: 0.5, to: 0.95 },
      ],
    },
  },
  objective: { minimise: "error", layer: 3, z: 2 },
  budget: 30,
};

import { describe, expect, test } from "vitest";
import { concludeBisection, nextProbe, type BisectionState } from "../../src/studies/bisection.js";
import { normalPair, RandomSequence } from "../../src/base/random.js";

/**
 * Searches as the experiment does, with a made-up error that crosses the threshold at T0: (T/T0)^3 · threshold, with 5%
 * noise across networks.
 */
function search(T0: number, assignable: number, seed = 1, threshold = 0.02): BisectionState {
  let state: BisectionState = { D: 1000, assignable, probes: [] };
  for (let round = 0; round < 60; round++) {
    const probe = nextProbe(state, threshold);
    if (probe === null) return state;
    const random = new RandomSequence(seed, "user", probe.T);
    const values = Array.from(
      { length: probe.networks },
      () => threshold * (probe.T / T0) ** 3 * (1 + 0.05 * normalPair(random)[0]),
    );
    state = { ...state, probes: [...state.probes.filter(({ T }) => T !== probe.T), { T: probe.T, values }] };
  }
  throw new Error("The search does not end.");
}

describe("the largest T below a threshold", () => {
  test.each([40, 300, 5000])("is found within 4 of its standard deviations + 2%, T0 = %i", (T0) => {
    const seeds = [1, 2, 3, 4, 5];
    for (const seed of seeds) {
      const { T, logSd, censored } = concludeBisection(search(T0, 2 * T0, seed), 0.02);
      expect(censored).toBe(false);
      expect(Math.abs(Math.log(T / T0))).toBeLessThan(4 * logSd + 0.02);
      expect(logSd).toBeLessThan(0.05);
    }
  });

  test("is censored if the assignment ends first", () => {
    expect(concludeBisection(search(1000, 500), 0.02)).toMatchObject({ T: 500, censored: true });
  });

  test("begins at `start` if given, goes up from there, and not beyond the end", () => {
    const effort = { firstNetworks: 2, mostNetworks: 4, narrow: 1.2 };
    const state = (...probes: [T: number, value: number][]): BisectionState => ({
      ...{ D: 1, assignable: 1000, start: 300 },
      probes: probes.map(([T, value]) => ({ T, values: [value, value] })),
    });
    expect(nextProbe(state(), 0.02, effort)).toEqual({ T: 300, networks: 2 });
    expect(nextProbe(state([300, 0.01]), 0.02, effort)).toEqual({ T: 500, networks: 2 });
    expect(nextProbe(state([300, 0.01], [833, 0.01]), 0.02, effort)).toEqual({ T: 1000, networks: 2 });
    expect(nextProbe(state([300, 0.01], [1000, 0.01]), 0.02, effort)).toBeNull();
    expect(nextProbe(state([300, 0.03]), 0.02, effort)).toEqual({ T: 180, networks: 2 });
    expect(nextProbe(state([300, 0.01], [350, 0.03]), 0.02, effort)).toBeNull();
  });

  test("a probe at the threshold gets more networks, and then counts as the crossing", () => {
    const state = { D: 1, assignable: 10, probes: [{ T: 10, values: [0.019, 0.02, 0.0215] }] };
    expect(nextProbe(state, 0.02)).toEqual({ T: 10, networks: 6 });
  });
});

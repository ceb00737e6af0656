import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { main } from "../../src/cli/program.js";
import { parseSpec, type RunSpec } from "../../src/spec.js";
import { adjusted, largestT } from "../../src/web/adjust.js";
import { commandLine } from "../../src/web/command.js";
import { labState, parseLabSpec, quantitiesOf, stateFromUrl, urlOf, viewNames } from "../../src/web/state.js";

/** Specs as controls make them: every field, made to fit. */
const specs: fc.Arbitrary<RunSpec> = fc
  .record({
    circuits: fc.constantFrom("rotation", "rotation3", "step"),
    P: fc.integer({ min: 8, max: 300 }),
    S: fc.integer({ min: 1, max: 6 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    L: fc.integer({ min: 1, max: 12 }),
    z: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
    samples: fc.integer({ min: 1, max: 100_000 }),
    networks: fc.integer({ min: 1, max: 5 }),
    seed: fc.maxSafeNat(),
    construction: fc.constantFrom("capped", "balanced", "split"),
    gate: fc.constantFrom("relu", "oracle"),
    factor: fc.double({ min: 0, max: 3, noNaN: true }),
    kappa: fc.option(fc.double({ min: -1, max: 1, noNaN: true })),
  })
  .map(({ P, share, factor, kappa, ...rest }) => {
    const d = { rotation: 4, rotation3: 3, step: 2 }[rest.circuits]!;
    const most = largestT({ circuits: rest.circuits as "rotation", D: P * d, S: rest.S, assignment: "prime-step" });
    const T = Math.max(1, Math.round(share * most));
    const own = rest.construction === "capped" ? { chiFactor: factor } : { kappa };
    return parseLabSpec({ ...rest, ...own, D: P * d, T, z: [...new Set(rest.z.map((z) => Math.min(z, T)))] });
  });

describe("links", () => {
  test("every state is its link's state", () => {
    const states = specs.chain((spec) =>
      fc
        .record({
          view: fc.constantFrom(...viewNames),
          step: fc.integer({ min: 1, max: 8 }),
          layer: fc.option(fc.integer({ min: 0, max: spec.L })),
          sample: fc.nat(10_000),
          neuron: fc.option(fc.integer({ min: 0, max: spec.D - 1 })),
          circuit: fc.option(fc.integer({ min: 0, max: spec.T - 1 })),
          quantity: fc.option(fc.constantFrom(...quantitiesOf(spec))),
          storage: fc.record({
            n: fc.integer({ min: 8, max: 2048 }),
            m: fc.integer({ min: 64, max: 65_536 }),
            l: fc.integer({ min: 1, max: 32 }),
            amplitudes: fc.constantFrom("boolean" as const, "graded" as const),
          }),
        })
        .map((look) => labState({ spec, ...look, step: look.view === "explanation" ? look.step : 1 })),
    );
    fc.assert(
      fc.property(states, (state) => {
        expect(stateFromUrl(`#${urlOf(state)}`)).toEqual(state);
      }),
    );
  });

  test("whatever a link says, it is a state or one line of what is wrong", () => {
    const links = fc.oneof(
      fc.string(),
      fc.webQueryParameters(),
      fc
        .dictionary(fc.constantFrom("D", "T", "z", "chi", "circuits", "view", "layer"), fc.string())
        .map((fields) => String(new URLSearchParams(fields))),
    );
    fc.assert(
      fc.property(links, (link) => {
        try {
          stateFromUrl(link);
        } catch (error) {
          expect((error as Error).name).toBe("InputError");
          expect((error as Error).message).not.toContain("\n");
        }
      }),
    );
  });

  test("the start has an empty link", () => {
    expect(urlOf(labState({ spec: parseLabSpec({}) }))).toBe("");
  });
});

describe("the command", () => {
  const parsed = async (command: string): Promise<unknown> => {
    let text = "";
    const session = {
      version: "",
      signal: new AbortController().signal,
      print: (out: string) => (text += out),
      note: () => {},
    };
    const args = [...command.split(" ").slice(1), "--json", "--workers", "1"];
    expect(await main(args, session)).toBe(0);
    return (JSON.parse(text) as { spec: unknown }).spec;
  };

  test.each([
    {},
    { D: 100, T: 20, S: 3, L: 2, z: [1, 2], samples: 7, seed: 9007199254740991, chiFactor: 1.15, networks: 2 },
    { D: 100, T: 20, S: 3, L: 2, samples: 5, construction: "balanced", kappa: -0.05 },
    { circuits: "step", D: 40, T: 20, S: 3, L: 2, samples: 20, sampling: "each", gate: "oracle" },
    { circuits: "rotation3", D: 60, T: 20, S: 3, L: 3, samples: 5, chi: [0, -0.01, 1e-7] },
  ])("runs what the page runs: %o", async (given) => {
    const spec = parseSpec({ samples: 10, ...given });
    expect(await parsed(commandLine(spec))).toEqual(spec);
  });

  test("circuits of one's own are in the file that the page saves", () => {
    const circuits = { weights: [[[[1]], [[0.5]]]], biases: [[0]] };
    expect(commandLine(parseSpec({ D: 8, S: 2, circuits }))).toBe("superpose run spec.json");
  });
});

describe("fields that depend on each other", () => {
  const change = (given: object, name: keyof RunSpec, value: unknown) => {
    const { input, notes } = adjusted(parseLabSpec(given), name, value);
    return { spec: parseLabSpec(input), notes };
  };

  test("fewer neurons or more redundancy take circuits with them", () => {
    expect(change({}, "D", 800)).toMatchObject({ spec: { T: 317 }, notes: [expect.stringContaining("T is now 317")] });
    expect(change({}, "S", 7).spec.T).toBeLessThan(557);
    expect(change({ z: [1, 2, 5] }, "T", 3)).toMatchObject({ spec: { z: [1, 2] } });
  });

  test("other circuits have another width", () => {
    expect(change({}, "circuits", "rotation3").spec.D).toBe(999);
    expect(change({ D: 40, T: 20, S: 2 }, "circuits", "step").spec).toMatchObject({ D: 40, T: 20 });
  });

  test("what a construction has no use for goes back to its default", () => {
    expect(change({ chiFactor: 1.4 }, "construction", "balanced").spec.chiFactor).toBe(1);
    expect(change({ construction: "split", kappa: 0 }, "construction", "capped").spec.kappa).toBe(null);
    expect(change({ sampling: "each" }, "z", [2]).spec.sampling).toBe("random");
    expect(change({ L: 2, chi: [0, 0.1] }, "L", 3).spec.chi).toBe(null);
  });

  test("what was changed by hand is left for the check to name", () => {
    expect(() => change({}, "T", 600)).toThrow("T = 600: at most 557 circuits fit");
    expect(() => change({}, "D", 1001)).toThrow("D = 1001: must be a multiple of d = 4");
  });

  test("any slider value of any field gives a spec", () => {
    const names = fc.constantFrom("D", "T", "S", "L", "z", "chiFactor", "construction", "gate", "circuits");
    fc.assert(
      fc.property(specs, names, fc.nat(1000), (spec, name, position) => {
        const d = { rotation: 4, rotation3: 3, step: 2 }[spec.circuits as "rotation"];
        const values: Record<string, unknown> = {
          D: d * (5 + position),
          T: 1 + (position % largestT(spec)),
          S: 1 + (position % Math.min(16, spec.D / d)),
          L: 1 + (position % 20),
          z: [1 + (position % Math.min(8, spec.T))],
          chiFactor: spec.construction === "capped" ? position / 500 : 1,
          construction: ["capped", "balanced", "split"][position % 3],
          gate: ["relu", "oracle"][position % 2],
          circuits: ["rotation", "rotation3", "step"][position % 3],
        };
        parseLabSpec(adjusted(spec, name as keyof RunSpec, values[name]).input);
      }),
    );
  });
});

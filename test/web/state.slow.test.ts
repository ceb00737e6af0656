import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { main } from "../../src/cli/program.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import type { RunSpec } from "../../src/config/run-spec.js";
import type { Design } from "../../src/designs/design.js";
import { designNames, designs } from "../../src/designs/designs.js";
import { assignmentKinds } from "../../src/assignment/constructions.js";
import { schedules } from "../../src/network/embedding.js";
import { mixings } from "../../src/training/labels.js";
import { specFields } from "../../src/config/fields.js";
import { reconcileFields } from "../../src/web/spec/reconcile-fields.js";
import { commandLine } from "../../src/web/spec/command-line.js";
import { isApplicable } from "../../src/web/spec/applicable-fields.js";
import { largestT, widthOf } from "../../src/web/spec/limits.js";
import { sliderScale } from "../../src/web/controls/slider-scale.js";
import { labState, quantitiesOf, viewNames } from "../../src/web/state/lab-state.js";
import { parseLabSpec } from "../../src/web/spec/lab-spec.js";
import { stateFromUrl, urlOf } from "../../src/web/state/url.js";

const ramps = fc
  .uniqueArray(fc.integer({ min: 1, max: 199 }), { minLength: 2, maxLength: 2 })
  .map((ends) => ends.sort((a, b) => a - b).map((end) => end / 200));
const noises = fc.record({
  noise: fc.constantFrom(0, 0, 0.01, 0.5),
  noiseAt: fc.constantFrom("pre-activation", "activation"),
});
const gates = fc.constantFrom({}, { gain: 8, offset: 1.1 }, { gain: 3, offset: 2 });

/** Specs of the published construction as the controls make them: with every field, adjusted to fit. */
const standardSpecs: fc.Arbitrary<RunSpec> = fc
  .record({
    circuits: fc.constantFrom("rotation", "rotation3", "rotation5", "rotation6", "step"),
    P: fc.integer({ min: 8, max: 300 }),
    S: fc.integer({ min: 1, max: 6 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    L: fc.integer({ min: 1, max: 12 }),
    z: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
    samples: fc.integer({ min: 1, max: 100_000 }),
    networks: fc.integer({ min: 1, max: 5 }),
    seed: fc.maxSafeNat(),
    construction: fc.constantFrom("capped", "balanced", "split"),
    schedule: fc.constantFrom("permuted", "fixed", "parting", "fresh"),
    ramp: fc.option(ramps),
    gates,
    angles: fc.option(fc.integer({ min: 2, max: 64 })),
    gate: fc.constantFrom("relu", "oracle"),
    noises,
    factor: fc.double({ min: 0, max: 3, noNaN: true }),
    kappa: fc.option(fc.double({ min: -1, max: 1, noNaN: true })),
  })
  .map(({ P, share, factor, kappa, ramp, gates, angles, noises, ...rest }) => {
    const d = { rotation: 4, rotation3: 3, rotation5: 5, rotation6: 6, step: 2 }[rest.circuits]!;
    const hasGates = rest.circuits !== "step" && rest.circuits !== "rotation3";
    const own = {
      ...(rest.construction === "capped" ? { chiFactor: factor } : { kappa }),
      ...(rest.circuits === "rotation3" ? {} : { ramp }),
      ...(hasGates ? gates : {}),
      ...(rest.circuits === "step" ? {} : { angles }),
      ...(rest.gate === "oracle" ? {} : noises),
    };
    const D = P * d;
    // Two windows of lines need 2·S² neurons.
    const schedule = rest.schedule === "parting" && P < 2 * rest.S ** 2 + 30 ? "permuted" : rest.schedule;
    const size = parseLabSpec({ ...rest, ...own, schedule, D, T: 1, z: 1 });
    const T = Math.max(1, Math.round(share * largestT(size)));
    return parseLabSpec({ ...size, T, z: [...new Set(rest.z.map((z) => Math.min(z, T)))] });
  });

/** Specs of other designs. */
const designSpecs: fc.Arbitrary<RunSpec> = fc
  .record({
    design: fc.constantFrom(...designNames.filter((name) => name !== "published")),
    D: fc.integer({ min: 500, max: 1500 }),
    S: fc.integer({ min: 1, max: 3 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    L: fc.integer({ min: 1, max: 200 }),
    z: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
    seed: fc.maxSafeNat(),
    noises,
    ramp: ramps,
    gates,
    cellNeurons: fc.constantFrom(null, 3, 5),
  })
  .map(({ design, D, S, share, z, ramp, gates, cellNeurons, noises, ...rest }) => {
    const { settings, S: known, depthLimit } = designs[design as keyof typeof designs] as Design;
    const own = {
      ...(settings.includes("ramp") ? { ramp } : {}),
      ...(settings.includes("gain") ? gates : {}),
      ...(settings.includes("cellNeurons") ? { cellNeurons } : {}),
    };
    const size = parseLabSpec({
      ...rest,
      ...own,
      ...noises,
      L: depthLimit === undefined ? rest.L : Math.min(rest.L, 3),
      design,
      D,
      S: known.includes(S) ? S : known[0],
      T: 1,
      z: 1,
    });
    const T = Math.max(1, Math.round(share * largestT({ ...size, z })));
    return parseLabSpec({ ...size, T, z: [...new Set(z.map((count) => Math.min(count, T)))] });
  });

/** Specs as the controls make them. */
const specs = fc.oneof(standardSpecs, designSpecs);

describe("links", () => {
  test("every state survives its link", () => {
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
          training: fc.record({
            F: fc.integer({ min: 65, max: 100 }),
            N: fc.integer({ min: 2, max: 64 }),
            p: fc.integer({ min: 1, max: 100 }).map((k) => k / 200),
            q: fc.constantFrom(1, 1.5, 2, 2.5, 3, 4, 6, 8),
            mixing: fc.constantFrom(...mixings),
            sigma: fc.integer({ min: 0, max: 60 }).map((k) => k / 200),
            steps: fc.integer({ min: 100, max: 20_000 }),
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

  test("any link gives a state, or one line about the problem", () => {
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

  test("the first screen has an empty link, and the newly opened lab has one that names its view", () => {
    expect(urlOf(labState({ spec: parseLabSpec({}), view: "start" }))).toBe("");
    expect(urlOf(labState({ spec: parseLabSpec({}) }))).toBe("view=trajectories");
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
  ])("runs the same as the page: %o", async (given) => {
    const spec = parseSpec({ samples: 10, ...given });
    expect(await parsed(commandLine(spec))).toEqual(spec);
  });

  test("custom circuits are in the file that the page saves", () => {
    const circuits = { weights: [[[[1]], [[0.5]]]], biases: [[0]] };
    expect(commandLine(parseSpec({ D: 8, S: 2, circuits }))).toBe("superpose run spec.json");
  });
});

describe("fields that depend on each other", () => {
  const change = (given: object, name: keyof RunSpec, value: unknown) => {
    const { input, notes } = reconcileFields(parseLabSpec(given), name, value);
    return { spec: parseLabSpec(input), notes };
  };

  test("fewer neurons or more redundancy reduce the number of circuits", () => {
    expect(change({}, "D", 800)).toMatchObject({ spec: { T: 317 }, notes: [expect.stringContaining("T is now 317")] });
    expect(change({}, "S", 7).spec.T).toBeLessThan(557);
    expect(change({ z: [1, 2, 5] }, "T", 3)).toMatchObject({ spec: { z: [1, 2] } });
  });

  test("other circuits change the width", () => {
    expect(change({}, "circuits", "rotation3").spec.D).toBe(999);
    expect(change({ D: 40, T: 20, S: 2 }, "circuits", "step").spec).toMatchObject({ D: 40, T: 20 });
  });

  test("fields that a construction does not use return to their defaults", () => {
    expect(change({ chiFactor: 1.4 }, "construction", "balanced").spec.chiFactor).toBe(1);
    expect(change({ construction: "split", kappa: 0 }, "construction", "capped").spec.kappa).toBe(null);
    expect(change({ sampling: "each" }, "z", [2]).spec.sampling).toBe("random");
    expect(change({ L: 2, chi: [0, 0.1] }, "L", 3).spec.chi).toBe(null);
  });

  test("a field changed by hand is left for the check to report", () => {
    expect(() => change({}, "T", 600)).toThrow("T = 600: at most 557 circuits fit");
    expect(() => change({}, "D", 1001)).toThrow("D = 1001: must be a multiple of d = 4");
  });

  test("another design keeps what it can run, and reports what it dropped", () => {
    const { spec, notes } = change({ z: [1, 2], ramp: [0.7, 0.9], chiFactor: 1.4 }, "design", "windows");
    expect(spec).toMatchObject({ design: "windows", S: 1, D: 1000, T: 557, z: [1, 2], ramp: null, chiFactor: 1 });
    expect(notes).toContain("ramp is left out: each design has its own.");
    expect(change({ D: 40, T: 24, S: 2 }, "design", "switched").spec).toMatchObject({ D: 1000, T: 24, angles: 16 });
    const back = change({ design: "switched", T: 500 }, "design", "published").spec;
    expect(back).toMatchObject({ design: "published", S: 6, T: 500, angles: null });
    expect(change({ design: "general", T: 300 }, "circuits", "step").spec).toMatchObject({ design: "general", T: 300 });
    expect(change({ circuits: "step", T: 300 }, "design", "general").spec).toMatchObject({ circuits: "step", S: 1 });
    expect(change({ design: "grid", T: 62_500 }, "circuits", "step").spec).toMatchObject({ design: "published", S: 6 });
    expect(change({ design: "grid", T: 62_500 }, "D", 600).spec.T).toBe(
      largestT(parseLabSpec({ design: "grid", D: 600, T: 1 })),
    );
  });

  test("gates, schedules and noise adjust the fields that depend on them", () => {
    expect(change({}, "offset", 1.5).spec).toMatchObject({ offset: 1.5, gain: 2.5 });
    expect(change({ gain: 8, offset: 3 }, "gain", 3).spec).toMatchObject({ gain: 3, offset: 1.1 });
    expect(change({ design: "grid" }, "gain", 4).spec).toMatchObject({ gain: 4, offset: 1.1 });
    expect(change({ assignment: "transversal" }, "schedule", "fresh").spec.assignment).toBe("prime-step");
    expect(change({ D: 200, T: 20, S: 6 }, "schedule", "parting").spec.S).toBe(4);
    expect(change({ gate: "oracle" }, "noise", 0.01).spec.gate).toBe("relu");
    expect(change({ noise: 0.01 }, "gate", "oracle").spec.noise).toBe(0);
    expect(change({ D: 8000 }, "noise", 0.01).spec.D).toBe(4096);
    expect(change({ noise: 0.01, noiseAt: "activation" }, "noise", 0).spec.noiseAt).toBe("pre-activation");
  });

  test("the stated maximum of circuits fits, and one more does not", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const most = largestT({ ...spec, z: [1] });
        const sized = (T: number) => () => parseLabSpec({ ...spec, T, z: 1 });
        if (most >= 1 && most < 100_000) expect(sized(most)).not.toThrow();
        const isBound = spec.S > 1 || spec.design !== "published" || spec.schedule === "parting";
        if (isBound) expect(sized(most + 1)).toThrow(/^T = \d+: at most \d+ circuits? fits?/);
      }),
    );
  });

  test("any choice and any slider value of any field that can be moved gives a spec", () => {
    const choices: Record<string, readonly unknown[]> = {
      construction: ["capped", "balanced", "split"],
      gate: ["relu", "oracle"],
      circuits: ["rotation", "rotation3", "rotation5", "rotation6", "step", "gates", "lookup"],
      design: designNames,
      schedule: schedules,
      assignment: assignmentKinds,
      ramp: [null, [0.7, 0.9]],
      gain: [null, 2, 8],
      offset: [null, 1, 1.1, 3],
      angles: [null, 16],
      noiseAt: ["pre-activation", "activation"],
      sampling: ["random", "each"],
    };
    const names = specFields.map(({ name }) => name as keyof RunSpec);
    fc.assert(
      fc.property(specs, fc.constantFrom(...names), fc.nat(1000), (spec, name, position) => {
        if (!isApplicable(name, spec)) return;
        const scale = sliderScale(name, spec);
        const chosen = choices[name];
        if (scale === null && chosen === undefined) return;
        const number = scale?.valueAt(position % (scale.last + 1));
        const value = chosen ? chosen[position % chosen.length] : name === "z" ? [number] : number;
        parseLabSpec(reconcileFields(spec, name, value).input);
      }),
      { numRuns: 500, seed: 8 },
    );
  });

  test("a block's width is that of the circuits, or one", () => {
    expect(widthOf(parseLabSpec({ circuits: "rotation5", D: 500, T: 20 }))).toBe(5);
    expect(widthOf(parseLabSpec({ design: "rows" }))).toBe(1);
  });
});

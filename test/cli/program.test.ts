import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { ErrorRow } from "../../src/results/rows.js";
import { compareCase, type CaseExpected } from "../../src/network/case.js";
import { specHash } from "../../src/config/hash.js";
import type { RunSpec } from "../../src/config/run-spec.js";
import { figureIds } from "../../src/studies/list.js";
import { superpose } from "../support/in-process.js";

// Tests how commands present results. The results themselves are tested elsewhere.
const ran: RunSpec[] = [];
const row: ErrorRow = {
  z: 2,
  layer: 1,
  samples: 10,
  networks: 3,
  readouts: {
    x: {
      active: { meanSquare: 0.25, sd: 0.125, worst: 1.5, wrong: 0.125, theory: 0.24 },
      inactive: { meanSquare: 1e-7, sd: null, worst: 0, wrong: null, theory: null },
    },
  },
  activeFraction: [0.5, 0.25],
  activeFractionSd: [0.01, 0.02],
  expectedActiveFraction: 0.048,
};
const naive = { x: { naive: [0.75], bestConstant: [0.125] } };
vi.mock("../../src/runs/run.js", () => ({
  runSpec: async (spec: RunSpec) => {
    ran.push(spec);
    if (spec.seed === 666) throw new Error("the kernel\n  stopped");
    if (spec.seed === 667) throw new RangeError("Array buffer allocation failed");
    if (spec.seed === 668) readFileSync(join(folder, "none", "x"));
    return { spec, rows: [row], naive, seconds: 1.25 };
  },
}));

const asked: object[] = [];
vi.mock("../../src/report/reproduce.js", () => ({
  reproduce: async (options: object) => {
    asked.push(options);
    return {
      seconds: 3.5,
      hasPngs: true,
      figures: [
        { id: "R5", seconds: 2, comparison: { entries: 60, within: 59, worst: 1.25, worstLabel: "", exceptions: [] } },
        { id: "R-A2", seconds: 1.5, comparison: null },
      ],
      files: [
        { name: "report.html", content: "<!doctype html>" },
        { name: "figures/R5.svg", content: new TextEncoder().encode("<svg/>") },
      ],
    };
  },
}));

const folder = mkdtempSync(join(tmpdir(), "superpose-program-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

beforeEach(() => {
  ran.length = 0;
  asked.length = 0;
});

/** All commands that the program's help lists. */
const names = (await superpose("--help")).out.match(/(?<=^  )[a-z]+(?= \[options\])/gm)!;

describe("help", () => {
  test.each([[], ...names.map((name) => [name])])("of %s has an example", async (...command) => {
    const { code, out, err } = await superpose(...command, "--help");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("Example:\n  superpose ");
  });

  test("of the program has the first line of each command's help", async () => {
    const { out } = await superpose("--help");
    const usages = out.match(/(?<=^  )[a-z]+ \[options\].*?(?=  )/gm)!;
    expect(usages).toHaveLength(out.match(/^  (?!superpose|help )[a-z]+ /gm)!.length);
    for (const usage of usages) {
      const own = await superpose(usage.split(" ")[0]!, "--help");
      expect(own.out.split("\n")[0]).toBe(`Usage: superpose ${usage}`);
    }
  });

  test("of run has every field of a spec, its default and its choices", async () => {
    const { out } = await superpose("run", "--help");
    for (const flag of ["--circuits", "--D <", "--T <", "--S <", "--L <", "--z <", "--samples", "--sampling", "--networks", "--seed", "--construction", "--assignment", "--gate", "--chi-factor", "--chi <", "--kappa"]) expect(out).toContain(flag); // prettier-ignore
    expect(out.replace(/\s+/g, " ")).toContain("(capped, balanced, split, load-aware, ridge, trained; default capped)");
  });

  test("of train lists the key that chooses the task, its choices and its default", async () => {
    const { out } = await superpose("train", "--help");
    expect(out.replace(/\s+/g, " ")).toContain("task what is learned (compressed, circuits, universal-and); default compressed"); // prettier-ignore
  });

  test.each(["run", "import"])("of %s defines the columns of its tables", async (name) => {
    const { out } = await superpose(name, "--help");
    for (const column of ["mean square", "± sd", "theory", "naive", "constant", "worst", "over 0.25"])
      expect(out).toMatch(new RegExp(`^  ${column} {2,}\\S`, "m"));
    expect(out).toContain("longer than 0.2501");
  });

  test("of run lists the settings of designs", async () => {
    const { out } = await superpose("run", "--help");
    expect(out.replace(/\s+/g, " ")).toContain("designs have their own defaults and limits (1 to 16777216; default 6)");
    expect(out).toContain("  switched: groups of 5×5");
    expect(out).toContain("    S = 1, angles = 16\n");
    expect(out).toContain("    S = 3 or 2, any angles, ramp\n");
    expect(out).toContain("      x must have length 1 and one of 16 angles");
  });

  test("the version is the package's", async () => {
    expect(await superpose("--version")).toEqual({ code: 0, out: "1.2.3\n", err: "" });
  });
});

describe("run", () => {
  test("takes fields from the file, and gives flags precedence", async () => {
    const path = file("spec.yaml", "D: 800\nT: 100\nseed: 3\n");
    await superpose("run", path, "--seed", "7", "--z", "1,2", "--chi-factor=1.15");
    expect(ran[0]).toMatchObject({ D: 800, T: 100, S: 6, seed: 7, z: [1, 2], chiFactor: 1.15 });
    await superpose("run", "--chiFactor", "2");
    expect(ran[1]).toMatchObject({ D: 1000, chiFactor: 2 });
  });

  test("takes circuits from a file", async () => {
    const path = file("circuits.json", JSON.stringify({ weights: [[[[1]], [[2]]]], biases: [[0]] }));
    const { code } = await superpose("run", "--circuits", path, "--D", "20");
    expect(code).toBe(0);
    expect(ran[0]).toMatchObject({ T: 2, L: 5, circuits: { weights: [[[[1]], [[2]]]] } });
  });

  test("--json prints the spec, its hash and flat rows, and nothing else on stdout", async () => {
    const { out, err } = await superpose("run", "--z", "2", "--json");
    const printed = JSON.parse(out) as { spec: RunSpec };
    const { readouts, ...rest } = row;
    const { active, inactive } = readouts["x"]!;
    expect(printed).toEqual({
      version: "1.2.3",
      hash: await specHash(ran[0]!),
      spec: ran[0],
      naive,
      beatsNaive: [{ z: 2, readout: "x", throughLayer: 1, throughLayerConstant: 0, layers: [1], layersConstant: [] }],
      theoryEnds: [{ z: 2, layer: 1 }],
      rows: [{ ...rest, xActive: active, xInactive: inactive }],
    });
    expect(err).toBe("1.25 s\n");
  });

  test("--out writes .json or .csv", async () => {
    const csv = join(folder, "rows.csv");
    const json = join(folder, "rows.json");
    const { out } = await superpose("run", "--out", json, "--json");
    expect(readFileSync(json, "utf8")).toBe(out);
    await superpose("run", "--out", csv);
    const [header, line] = readFileSync(csv, "utf8").split("\r\n");
    expect(header).toBe(
      "z,layer,samples,networks,xActive.meanSquare,xActive.sd,xActive.worst,xActive.wrong,xActive.theory,xInactive.meanSquare,xInactive.sd," +
        "xInactive.worst,xInactive.wrong,xInactive.theory,activeFraction.0,activeFraction.1,activeFractionSd.0,activeFractionSd.1,expectedActiveFraction,theoryHolds,naive.x,bestConstant.x",
    );
    expect(line).toBe("2,1,10,3,0.25,0.125,1.5,0.125,0.24,1e-7,,0,,,0.5,0.25,0.01,0.02,0.048,false,0.75,0.125");
  });

  test("prints tables otherwise", async () => {
    const { out } = await superpose("run");
    expect(out).toMatchInlineSnapshot(`
      "z = 2: 10 samples in each of 3 networks
      layer  error of     mean square   ± sd  theory  naive  constant  worst  over 0.25
          1  x, active           0.25  0.125  (0.24)   0.75     0.125    1.5      0.125
          1  x, inactive       1.0e-7      –       –      –         –      0          –
      beats the naive network of D/d circuits side by side [L4]: x up to layer 1, with its best constants in no layer
      theory in brackets does not apply from layer 1 onwards: more neurons are on than the active circuits use

      active neurons, share of each block (0.048 expected on average)
      layer  block 0  block 1
          1      0.5     0.25
      "
    `);
  });

  test("unexpected failures give one line and code 1", async () => {
    expect(await superpose("run", "--seed", "666")).toEqual({ code: 1, out: "", err: "error: the kernel stopped\n" });
  });

  test("and so do errors of the system and of V8", async () => {
    const { code, err } = await superpose("run", "--seed", "667");
    expect([code, err]).toEqual([
      1,
      "error: not enough memory (Array buffer allocation failed). Use a smaller network or fewer --workers.\n",
    ]);
    expect((await superpose("run", "--seed", "668")).err).toBe(
      `error: ${join(folder, "none", "x")}: cannot be used: no such file or folder.\n`,
    );
  });

  test("SUPERPOSE_DEBUG adds the stack", async () => {
    vi.stubEnv("SUPERPOSE_DEBUG", "1");
    const { err } = await superpose("run", "--seed", "666");
    vi.unstubAllEnvs();
    expect(err).toContain("at ");
  });
});

describe("reproduce", () => {
  test("passes on the selection in the report's order, and writes the result", async () => {
    const out = join(folder, "out");
    const { code, out: text } = await superpose(
      "reproduce",
      "--figures",
      "r-a2,R5",
      "--seed",
      "7",
      "--quick",
      "--out",
      out,
    );
    expect(code).toBe(0);
    expect(asked).toMatchObject([{ figures: ["R5", "R-A2"], seed: 7, quick: true }]);
    expect(readFileSync(join(out, "figures/R5.svg"), "utf8")).toBe("<svg/>");
    expect(readdirSync(out).sort()).toEqual(["figures", "report.html"]);
    expect(text.replaceAll(folder, "FOLDER")).toMatchInlineSnapshot(`
      "figure  core seconds  worst deviation / tolerance    within
      R5                 2                         1.25  59 of 60
      R-A2             1.5                            –         –

      3.5 seconds in all. A figure's core seconds include the time of all figures measured together with it.

      Wrote 2 files to FOLDER/out; open FOLDER/out/report.html.
      "
    `);
  });
});

describe("forward", () => {
  const path = "test/reference/cases/rotation-capped.json";
  const content = JSON.parse(readFileSync(path, "utf8")) as { input: object; expected: CaseExpected };

  test("takes a bare input as well", async () => {
    const { code, out } = await superpose("forward", file("bare.json", JSON.stringify(content.input)));
    expect(code).toBe(0);
    expect((JSON.parse(out) as typeof content).input).toEqual(content.input);
  });

  test("prints the input, the output, and its deviation from the file's expected output", async () => {
    const { code, out, err } = await superpose("forward", path);
    expect(code).toBe(0);
    const printed = JSON.parse(out) as typeof content;
    expect(printed.input).toEqual(content.input);
    expect(compareCase(printed.expected, content.expected).largest).toBeLessThan(1e-5);
    expect(err).toMatch(/^largest deviation from the expected output in the file: \d\.\d\de-\d+ at \w+(\[\d+\])+\n$/);
  });

  test("--out writes it instead; without an expected output nothing else is printed", async () => {
    const answer = join(folder, "answer-written.json");
    const { input } = content;
    const only = file("input-only.json", JSON.stringify({ input }));
    expect(await superpose("forward", only, "--out", answer)).toEqual({ code: 0, out: "", err: "" });
    expect(Object.keys(JSON.parse(readFileSync(answer, "utf8")) as object)).toEqual(["input", "expected"]);
  });
});

// prettier-ignore
describe("wrong input is one to three lines and code 2, and nothing is written", () => {
  test.each<[string[], string]>([
    [["run", "--T", "558"], "error: T = 558: at most 557 circuits fit with P = D/d = 250, S = 6 (prime-step). Use T ≤ 557, or a larger D. Or use assignment = transversal, which holds 1681 circuits.\n"],
    [["run", "--circuits", "mixed"], 'error: circuits = "mixed": list the kinds in a spec file, as in examples/specs/mixed.yaml.\n'],
    [["run", ""], 'error: "" is not a path; give a file or folder, or "." for the current folder.\n'],
    [["run", "--out", ""], 'error: "" is not a path; give a file or folder, or "." for the current folder.\n'],
    [["run", "--design", "groups", "--D", "15"], "error: D = 15: no circuits of the groups design fit. Use D ≥ 16.\n"],
    [["run", "--D", "1001"], "error: D = 1001: must be a multiple of d = 4, such as 1000 or 1004.\n"],
    [["run", "--z", "558"], "error: z = 558: at most T = 557 circuits can be active at once.\n"],
    [["run", "--z", "1,x"], 'error: z[1] = "x": must be a whole number from 1 to 16777216.\n'],
    [["run", "--D", "40", "--T", "4", "--S", "11"], "error: S = 11: must be at most P = D/d = 10, the number of neurons in a block.\n"],
    [["run", "--L", "0"], "error: L = 0: must be a whole number from 1 to 10000.\n"],
    [["run", "--L", "-1"], "error: L = -1: must be a whole number from 1 to 10000.\n"],
    [["run", "--D", "NaN"], 'error: D = "NaN": must be a whole number from 1 to 16777216.\n'],
    [["run", "--samples", "2.5"], "error: samples = 2.5: must be a whole number from 1 to 4294967295.\n"],
    [["run", "--networks", "1e99"], "error: networks = 1e+99: must be a whole number from 1 to 10000.\n"],
    [["run", "--D", "4000000", "--T", "10000000", "--L", "100"], "error: D = 4000000, T = 10000000: this needs about 47.8 GiB, but this process can use only 4 GiB.\n"],
    [["run", "--samples", "1e6", "--networks", "1001"], "error: samples = 1000000: with 1001 networks and 1 value of z, there are 1001000000 samples in total; the limit is 1000000000.\n"],
    [["run", "--relaxed"], "error: --relaxed: only the dense engine has relaxed kernels. Add --engine dense, or leave out --relaxed.\n"],
    [["run", "--gate", "on"], 'error: gate = "on": must be one of relu, oracle.\n'],
    [["run", "--circuits", "none.json"], "error: none.json: cannot be read: no such file or folder.\n"],
    [["run", "none.yaml"], "error: none.yaml: cannot be read: no such file or folder.\n"],
    [["run", "test/reference"], "error: test/reference: cannot be read: it is a folder.\n"],
    [["run", "--out", "rows.txt"], "error: rows.txt: must end in .json or .csv.\n"],
    [["run", "--D"], "error: option '--D <number>' argument missing\nsuperpose run --help lists its arguments.\n"],
    [["run", "--seed", "9007199254740993"], 'error: seed = "9007199254740993": must be a whole number from 0 to 9007199254740991.\n'],
    [["run", "--sed", "3"], "error: unknown option '--sed'\n(Did you mean --seed?)\nsuperpose run --help lists its arguments.\n"],
    [["run", "a.yaml", "b.yaml"], "error: too many arguments for 'run'. Expected 1 argument but got 2.\nsuperpose run --help lists its arguments.\n"],
    [["run", "--T", "300", "--T=400"], "error: --T: given twice, as 300 and as 400; give it once.\n"],
    [["run", "--chi-factor", "1", "--chiFactor", "1.1"], "error: --chiFactor: given twice, as 1 and as 1.1; give it once.\n"],
    [["help", "bogus"], 'error: help "bogus": no such command. superpose --help lists the commands.\n'],
    [["help", "swep"], 'error: help "swep": no such command. Did you mean sweep?\n'],
    [["zoo", "--out", "x"], "error: --out needs the name of a model; `superpose zoo` lists the models.\n"],
    [["run", "--z", "abc"], 'error: z = "abc": must be a whole number, or a list of 1 to 64: 1,2,3 as a flag, [1, 2, 3] in a file.\n'],
    [["run", "--chi", "abc"], 'error: chi = "abc": must be a list of 1 to 10000 numbers: 0,1.5 as a flag, [0, 1.5] in a file.\n'],
    [["runn"], "error: unknown command 'runn'\n(Did you mean run?)\nsuperpose --help lists the commands.\n"],
    [["reproduce", "--figures", "R5,R77"], `error: figures = "R77": must be one of ${figureIds.join(", ")}.\n`],
    [["run", "--D", "1e400"], 'error: D = "1e400": must be a whole number from 1 to 16777216.\n'],
    [["reproduce", "--figures", ""], `error: figures = "": must be one of ${figureIds.join(", ")}.\n`],
    [["run", "--workers", "0"], "error: workers = 0: must be a whole number from 1 to 256.\n"],
    [["reproduce", "--workers", "257"], "error: workers = 257: must be a whole number from 1 to 256.\n"],
    [["reproduce", "--workers", "two"], 'error: workers = "two": must be a whole number from 1 to 256.\n'],
    [["reproduce", "--seed", "-1"], "error: seed = -1: must be a whole number from 0 to 9007199254740991.\n"],
    [["zoo", "steps-800", "--out", "package.json"], "error: package.json: cannot be written: it is not a folder.\n"],
    [["zoo", "steps-800", "--out", "package.json/model"], "error: package.json/model: cannot be written: part of the path is not a folder.\n"],
    [["reproduce", "--out", "package.json"], "error: package.json: cannot be written: it is not a folder.\n"],
    [["forward"], "error: missing required argument 'case'\nsuperpose forward --help lists its arguments.\n"],
    [["forward", "none.json"], "error: none.json: cannot be read: no such file or folder.\n"],
    [["forward", "test/reference/timing.json"], "error: the case: unknown key \"meta\"; the keys are D, d, T, S, L, construction, chiFactor, gate, chi, kappa, circuits, assignments, samples.\n"],
    [["assignments", "--P", "250"], "error: required option '--S <number>' not specified\nsuperpose assignments --help lists its arguments.\n"],
    [["assignments", "--P", "5", "--S", "6"], "error: S = 6: must be at most P = 5, the number of neurons in a block.\n"],
    [["assignments", "--P", "250", "--S", "6", "--T", "558", "--assignment", "prime-step"], "error: T = 558: at most 557 circuits fit with P = 250, S = 6 (prime-step).\n"],
    [["assignments", "--P", "250", "--S", "6", "--T", "2012"], "error: T = 2012: at most 2011 circuits fit with P = 250, S = 6 (filled).\n"],
    [["assignments", "--P", "1e9", "--S", "6"], "error: P = 1000000000: must be a whole number from 1 to 16777216.\n"],
    [["assignments", "--P", "250", "--S", "-6"], "error: S = -6: must be a whole number from 1 to 16777216.\n"],
    [["assignments", "--P", "1000000", "--S", "2", "--T", "16000000", "--assignment", "prime-step"], "error: T = 16000000, P = 1000000, S = 2: at most T = 5000000 can be measured at this P and S; give --T 5000000 or less.\n"],
  ])("superpose %j", async (args, err) => {
    const before = readdirSync(".");
    expect(await superpose(...args)).toEqual({ code: 2, out: "", err });
    expect([...ran, ...asked]).toEqual([]);
    expect(readdirSync(".")).toEqual(before);
  });

  test.each<[string, string, string]>([
    ["a.yaml", "D: 1000\nsampels: 3\n", 'the spec: unknown key "sampels"; did you mean samples?'],
    ["b.yaml", "D: [\n", "FILE: line 2, column 1: malformed YAML:"],
    ["c.json", '{"D": 1000,}', "FILE: line 1, column 12: malformed JSON."],
    ["d.json", '{"__proto__": {"D": 8}}', 'the spec: unknown key "__proto__"; the keys are circuits,'],
    ["e.json", "[]", "the spec: must be an object with the keys circuits,"],
    ["g.yaml", "? [1, 2]\n: 3\n", 'the spec: unknown key "[ 1, 2 ]"; the keys are circuits,'],
    ["h.yaml", "experiment:\n", "experiment = null: must be one of errors, capacity,"],
    ["i.yaml", "base: {T: 20}\ngrid: {seed: [1, 2]}\n", "FILE: this is a sweep file; run it with `superpose sweep FILE --out FOLDER`."],
    ["j.yaml", "base: {T: 20}\nobjective: {}\n", "FILE: this is a search file; run it with `superpose search FILE --out FOLDER`."],
    ["f.yaml", "T: .nan\n", "T = NaN: must be a whole number from 1 to 16777216."],
  ])("a spec file %s", async (name, content, message) => {
    const path = file(name, content);
    for (const flags of [[], ["--seed", "3"]]) {
      const { code, out, err } = await superpose("run", path, ...flags);
      expect({ code, out, lines: err.split("\n").length }).toEqual({ code: 2, out: "", lines: 2 });
      expect(err.startsWith(`error: ${message.replaceAll("FILE", path)}`), err).toBe(true);
    }
  });

  test("a case whose shapes disagree", async () => {
    const path = new URL("../reference/cases/rotation-capped.json", import.meta.url);
    const content = JSON.parse(readFileSync(path, "utf8")) as { input: { assignments: number[][][] } };
    content.input.assignments[2]![5]!.push(9);
    const out = join(folder, "answer.json");
    expect(await superpose("forward", file("case.json", JSON.stringify(content)), "--out", out)).toEqual({
      code: 2,
      out: "",
      err: "error: assignments[2][5] has 4 entries: must have S = 3.\n",
    });
    expect(readdirSync(folder)).not.toContain("answer.json");
  });

  test("no command", async () => {
    const { code, err } = await superpose();
    expect(code).toBe(2);
    expect(err).toContain("Usage: superpose");
  });
});

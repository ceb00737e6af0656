import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { superpose } from "../support/in-process.js";

const folder = mkdtempSync(join(tmpdir(), "superpose-inputs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const size = ["--D", "96", "--T", "30", "--L", "3", "--seed", "5", "--workers", "1"];
const network = [...size, "--S", "2"];

/** The rows without their theory, because there is no theory for given samples. */
const rowsOf = (out: string): unknown =>
  (JSON.parse(out, (key, value: unknown) => (key === "theory" ? null : value)) as { rows: unknown }).rows;

test.each([
  ["npz", ["--S", "2"]],
  ["safetensors", ["--S", "2", "--engine", "dense"]],
  ["json", ["--S", "2", "--noise", "0.05"]],
  ["npz", ["--S", "1", "--design", "groups"]],
])("the saved inputs of a run, as %s, reproduce its rows bit for bit %j", async (ending, flags) => {
  const path = join(folder, `drawn.${ending}`);
  const z = ["--z", "2", "--samples", "40", "--save-inputs", path, "--json"];
  const drawn = await superpose("run", ...size, ...flags, ...z);
  expect(drawn.code, drawn.err).toBe(0);
  const given = await superpose("run", ...size, ...flags, "--inputs", path, "--json");
  expect(given.code, given.err).toBe(0);
  expect(rowsOf(given.out)).toEqual(rowsOf(drawn.out));
  const [one, other] = [drawn.out, given.out].map((out) => JSON.parse(out) as Record<string, unknown>);
  const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
  expect(other!["inputs"]).toEqual({ file: path, sha256, samples: 40, z: 2 });
  expect(other!["spec"]).toEqual(one!["spec"]);
  expect(other!["hash"]).not.toBe(one!["hash"]);
  expect(one).not.toHaveProperty("inputs");
});

test("saving inputs changes no byte of the result, and prints the first sample", async () => {
  const path = join(folder, "first.json");
  const flags = [...network, "--z", "1", "--samples", "3"];
  const [plain, saved] = [await superpose("run", ...flags), await superpose("run", ...flags, "--save-inputs", path)];
  const { circuits, inputs } = JSON.parse(readFileSync(path, "utf8")) as { circuits: number[][]; inputs: number[][][] };
  const [first, ...rest] = saved.out.split("\n\n");
  expect(rest.join("\n\n")).toBe(plain.out);
  expect(first).toMatch(new RegExp(`^sample 0: circuit ${circuits[0]![0]} \\(1.5, 0.5, `));
  expect(inputs[0]![0]!.length).toBe(4);
});

test("the naive error is that of the given samples: two of three circuits left out, |x| of the inputs", async () => {
  const path = join(folder, "naive.json");
  // Circuit 0 runs twice and circuit 1 once. |x|² = 1, and since circuit 1 has a single sample, its best constant
  // leaves no error.
  const a = (angle: number): number[] => [1.5, 0.5, 1 + Math.cos(angle), 1 + Math.sin(angle)];
  writeFileSync(path, JSON.stringify({ circuits: [[0], [0], [1]], inputs: [[a(0)], [a(Math.PI)], [a(2)]] }));
  const { out, code, err } = await superpose("run", ...network, "--inputs", path, "--json");
  expect(code, err).toBe(0);
  const { naive, rows } = JSON.parse(out) as {
    naive: { x: { naive: number[]; bestConstant: number[] } };
    rows: { samples: number; z: number; xActive: { theory: null } }[];
  };
  const leftOut = 1 - 96 / 4 / 30;
  naive.x.naive.forEach((value) => expect(value).toBeCloseTo(leftOut, 12));
  naive.x.bestConstant.forEach((value) => expect(value).toBeCloseTo((leftOut * 2) / 3, 12));
  expect(rows[3]).toMatchObject({ z: 1, samples: 3, xActive: { theory: null } });
});

test("a file of activations can be used directly", async () => {
  const spec = join(folder, "spec.json");
  writeFileSync(spec, JSON.stringify({ D: 96, T: 30, S: 2, L: 2, z: [2] }));
  expect(await superpose("export", spec, "--out", join(folder, "model"))).toMatchObject({ code: 0 });
  const file = join(folder, "recorded.npz");
  expect(
    await superpose("activations", join(folder, "model"), "--samples", "20", "--split", "test", "--out", file),
  ).toMatchObject({ code: 0 });
  const { code, out, err } = await superpose("run", spec, "--inputs", file, "--workers", "1");
  expect(code, err).toBe(0);
  expect(out).toMatch(
    /^inputs from \S+recorded\.npz: 20 samples of z = 2, SHA-256 [0-9a-f]{64}\nsample 0: circuit \d+ \(/,
  );
});

test("contradictory options are refused in one line", async () => {
  const file = join(folder, "one.json");
  writeFileSync(file, '{"circuits": [[1]], "inputs": [[[1.5, 0.5, 2, 1]]]}');
  const empty = join(folder, "empty.npz");
  writeFileSync(empty, "");
  const malformed = join(folder, "malformed.json");
  writeFileSync(malformed, '{"circuits": [NaN]}');
  const lone = join(folder, "lone.npz");
  writeFileSync(lone, Uint8Array.of(0x93, ...Buffer.from("NUMPY"), 1, 0));
  const cases: [string[], string][] = [
    [["--inputs", file, "--z", "1"], "--z: the file given by --inputs determines this; leave out --z."],
    [["--inputs", file, "--samples", "9"], "--samples: the file given by --inputs determines this"],
    [["--inputs", file, "--save-inputs", join(folder, "x.npz")], "--save-inputs writes randomly drawn samples"],
    [["--inputs", join(folder, "x.parquet")], "must end in .npz, .safetensors, .json."],
    [["--inputs", join(folder, "none.npz")], "none.npz: cannot be read"],
    [["--inputs", empty], "empty.npz: "],
    [["--inputs", malformed], `error: ${malformed}: line 1, column 15: malformed JSON.`],
    [["--inputs", lone], "lone.npz: is an .npy file with one unnamed array"],
    [["--inputs", file, "--circuits", "gates"], "inputs[0][0] has a length of 4; it must be a list of"],
    [["--save-inputs", join(folder, "x.csv")], "x.csv: must end in .npz or .safetensors or .json."],
    [["--save-inputs", join(folder, "x.npz"), "--z", "1,2"], "this run has networks = 1, z = 1, 2."],
    [
      ["--experiment", "storage", "--inputs", file],
      "--inputs: the storage experiment has no inputs; leave this option out.",
    ],
  ];
  for (const [flags, message] of cases) {
    const own = flags.includes("storage") ? [] : network;
    const { code, out, err } = await superpose("run", ...own, ...flags);
    expect(code, message).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(message);
    expect(err.trim().split("\n").length, err).toBeLessThan(3);
  }
});

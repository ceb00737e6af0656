import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { withAngles } from "../../src/cli/theta-file.js";
import { rotations, rotationsOneIndicator } from "../../src/circuits/rotation.js";
import { customWeightsOf } from "../../src/circuits/custom/custom.js";
import { weightOf } from "../../src/circuits/circuits.js";
import { buildMultiPartNetwork } from "../../src/config/build.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { writeNpz } from "../../src/exchange/npz.js";
import { superpose } from "../support/in-process.js";
import { testFolder } from "../support/folder.js";

const folder = testFolder("theta");
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const theta = [0.5, -1, 6.25];
const angles = { cos: Float64Array.from(theta, Math.cos), sin: Float64Array.from(theta, Math.sin) };
const data = Float64Array.from(theta);

test.each([
  ["a list", () => file("list.json", JSON.stringify(theta))],
  ["a list under theta", () => file("keyed.yaml", `theta: [${theta.join(", ")}]\n`)],
  ["an array", () => file("theta.npz", writeNpz(new Map([["theta", { dtype: "F64", shape: [3], data }]]), {}))], // prettier-ignore
])("rotations by angles of %s are those of the library", (_, path) => {
  const gates = { ramp: { low: 0.4, high: 0.6 }, gain: 3 };
  const fields = { D: 40, L: 7, ramp: [0.4, 0.6], gain: 3 };
  expect(withAngles(fields, undefined, path())).toEqual({
    ...{ D: 40, L: 7, design: "published" },
    circuits: customWeightsOf(rotations(angles, 1, gates)),
  });
  const beside = join(folder, "spec.yaml");
  for (const theta of [basename(path()), [...data]]) {
    expect(withAngles({ ...fields, theta }, beside)).toEqual(withAngles(fields, undefined, path()));
  }
  expect(withAngles({ circuits: "rotation3" }, undefined, path())).toMatchObject({
    circuits: customWeightsOf(rotationsOneIndicator(angles, 1)),
  });
});

test.each([
  [["--T", "5"], "T = 5: the given circuits have T = 3; leave it out."],
  [["--design", "switched"], '--theta: the "switched" design draws its own 16 angles and snaps x to them; leave --theta out.'], // prettier-ignore
  [
    ["--design", "rows", "--circuits", "rotation3"],
    "circuits: the rows design runs only rotations; use circuits = rotation.",
  ],
  [["--angles", "8"], "angles = 8: this sets how random angles are drawn; omit it when using --theta."],
  [["--circuits", "step"], "--theta: this applies only to circuits = rotation, rotation3, rotation5, rotation6; other circuits have no angles."], // prettier-ignore
])("run --theta %j is refused", async (flags, message) => {
  const path = file("list.json", JSON.stringify(theta));
  const { code, err } = await superpose("run", "--theta", path, "--D", "40", ...flags);
  expect({ code, err }).toEqual({ code: 2, err: `error: ${message}\n` });
});

test.each(["rows", "columns", "general", "windows", "lines", "grid", "groups"])(
  "the %s design turns its circuits by the angles of a spec's theta",
  async (design) => {
    const path = file("spec.yaml", `{design: ${design}, D: 400, L: 2, z: [1], samples: 20, theta: [${"0.5, -1, 6.25, 3, ".repeat(5)}]}`); // prettier-ignore
    const { code, out, err } = await superpose("run", path, "--json", "--workers", "1");
    expect({ code, err }).toMatchObject({ code: 0 });
    const { spec, rows } = JSON.parse(out) as { spec: { T: number }; rows: { xActive: { meanSquare: number } }[] };
    expect(spec.T).toBe(20);
    expect(rows.at(-1)!.xActive.meanSquare).toBeLessThan(0.05);
    const { circuits } = buildMultiPartNetwork(parseSpec(spec), 0);
    // cos θ is element (2, 2) of a circuit's weights.
    expect(weightOf(circuits, 1, 3)[2 * 4 + 2]).toBeCloseTo(Math.cos(3), 12);
  },
);

test("a list in a spec is refused like one in a file, and named", async () => {
  const path = file("spec.yaml", "{D: 40, theta: [0.1, 90]}");
  const { code, err } = await superpose("export", path, "--out", join(folder, "none"));
  expect({ code, err }).toEqual({
    code: 2,
    err: `error: ${path}: theta[1] = 90: must be from −2π to 2π, in radians; multiply degrees by π/180.\n`,
  });
});

test.each([
  ["[0.1, 90]", "theta[1] = 90: must be from −2π to 2π, in radians; multiply degrees by π/180."],
  ["[]", "theta: the list is empty; give one angle per circuit."],
  ['[1, "x"]', 'theta[1] = "x": must be a finite number from -1000000000 to 1000000000.'],
  ['{"angles": [1]}', "theta = an object: must be a list."],
])("a file with %s is not a list of angles", async (text, message) => {
  const path = file("wrong.json", text);
  const { code, err } = await superpose("run", "--theta", path);
  expect({ code, err }).toEqual({ code: 2, err: `error: ${path}: ${message}\n` });
});

test("a threshold of storage-law is still --theta", async () => {
  const size = ["--experiment", "storage-law", "--n", "16", "--m", "32", "--samples", "1"];
  const { code, err } = await superpose("run", ...size, "--theta", "list.json");
  expect({ code, err }).toEqual({
    code: 2,
    err: 'error: theta = "list.json": must be a finite number from -10 to 10.\n',
  });
});

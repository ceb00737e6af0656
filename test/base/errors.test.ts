import { expect, test } from "vitest";
import * as v from "valibot";
import { finiteNumber, finiteNumbers, given, InputError, oneOf, wholeNumber } from "../../src/base/errors.js";
import { checked, checkNumbers, choiceSchema, fieldsOf, wholeSchema } from "../../src/base/validation.js";
import { parseSpec } from "../../src/config/parse-spec.js";

const sized = { name: "L", length: 2 };
const cases: [string, string | null, () => unknown][] = [
  ["range", "z", () => wholeNumber("z", 9, 1, 3)],
  ["type", "z", () => wholeNumber("z", "9", 1, 3)],
  ["missing", "z", () => wholeNumber("z", undefined, 1, 3)],
  ["range", "kappa", () => finiteNumber("kappa", NaN)],
  ["missing", "network", () => given("network", undefined, "made by buildNetwork", "shape")],
  ["missing", "network.shape", () => given("network", { circuits: 1 }, "made by buildNetwork", "shape" as never)],
  ["type", "network", () => given("network", null, "made by buildNetwork")],
  ["shape", "chi", () => finiteNumbers("chi", [1], "L", 2)],
  ["range", "chi[1]", () => finiteNumbers("chi", [1, NaN])],
  ["choice", "gate", () => oneOf("gate", "sigmoid", ["relu", "oracle"])],
  ["unknown", "circuits.kin", () => fieldsOf("circuits", { kin: 1 }, ["kind"])],
  ["type", "circuits", () => fieldsOf("circuits", [], ["kind"])],
  ["shape", "chi", () => checkNumbers("chi", [1], [sized])],
  ["type", "chi[1]", () => checkNumbers("chi", [1, "2"], [sized])],
  ["range", "of.T", () => checked("of", v.object({ T: wholeSchema(1, 5) }), { T: 9 })],
  ["type", "of.T", () => checked("of", v.object({ T: wholeSchema(1, 5) }), { T: "9" })],
  ["choice", "of.kind", () => checked("of", v.object({ kind: choiceSchema(["a", "b"]) }), { kind: "c" })],
  ["missing", "of.T", () => checked("of", v.object({ T: wholeSchema(1, 5) }), {})],
  ["conflict", "kappa", () => parseSpec({ kappa: 0.1 })],
  ["unknown", "tee", () => parseSpec({ tee: 3 })],
];

test.each(cases)("refused with code %s, argument %s: %s", (code, argument, run) => {
  let error: unknown = null;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(InputError);
  const { code: found, argument: named } = error as InputError;
  expect([found, named]).toEqual([code, argument]);
});

test("a message that does not begin with a name has no argument", () => {
  const unnamed = new InputError("The circuits have two readouts.");
  expect([unnamed.code, unnamed.argument]).toEqual(["invalid", null]);
  expect(new InputError("chi[2] = 3: must be 0.").argument).toBe("chi[2]");
  expect(new InputError("--out x: is a file.").argument).toBeNull();
  expect(new InputError("z is missing: must be a number.").argument).toBe("z");
});

test("a value beyond the largest whole number is answered with that number", () => {
  expect(() => wholeNumber("seed", 2 ** 53, 0)).toThrow(
    "seed = 9007199254740992: must be a whole number from 0 to 9007199254740991.",
  );
  expect(() => wholeNumber("seed", -1, 0)).toThrow("seed = -1: must be a whole number of at least 0.");
});

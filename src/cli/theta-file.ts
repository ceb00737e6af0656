import { extname } from "node:path";
import { InputError, shown, within } from "../base/errors.js";
import { readBytes } from "../base/read-bytes.js";
import { checkNumbers, isObject } from "../base/validation.js";
import { customWeightsOf, type CustomCircuits } from "../circuits/custom/custom.js";
import { rotationsAt } from "../circuits/kinds/rotations.js";
import { anglesFromRadians, type RotationGates } from "../circuits/rotation.js";
import { parseField } from "../config/parse-spec.js";
import { readTensorFile } from "../exchange/tensor-file.js";
import { numbersOf } from "../exchange/tensor.js";
import { readData } from "./read-data.js";

/** Largest file of angles that is read, in bytes. */
const MAX_BYTES = 2 ** 28;

/** What a spec says of rotations whose angles are given. */
interface Fields {
  readonly circuits?: unknown;
  readonly design?: unknown;
  readonly angles?: unknown;
  readonly ramp?: unknown;
  readonly gain?: unknown;
  readonly offset?: unknown;
}

/**
 * A spec with rotations by the angles of a file in the place of drawn ones: circuits given by their weights.
 *
 * @throws InputError naming the file, or the field that does not go with angles of one's own
 */
export function withAngles(fields: unknown, path: string): unknown {
  if (!isObject(fields)) return fields;
  const { circuits = "rotation", design = "published", angles, ramp, gain, offset, ...others } = fields as Fields;
  if (typeof circuits !== "string" || !Object.hasOwn(rotationsAt, circuits)) {
    throw new InputError(
      `--theta: goes with circuits = ${Object.keys(rotationsAt).join(", ")}; others have no angles.`,
      "conflict",
    );
  }
  if (design !== "published") {
    throw new InputError(`--theta: the ${shown(design)} design draws its angles; leave it out.`, "conflict");
  }
  if (angles !== undefined && angles !== null) {
    throw new InputError(
      `angles = ${shown(angles)}: says how angles are drawn; leave it out with --theta.`,
      "conflict",
    );
  }
  const gates = gatesFrom({ ramp, gain, offset });
  const own = rotationsAt[circuits as keyof typeof rotationsAt](anglesFromRadians(readTheta(path)), 1, gates);
  return { ...others, design, circuits: customWeightsOf(own) satisfies CustomCircuits };
}

function gatesFrom(fields: Pick<Fields, "ramp" | "gain" | "offset">): RotationGates {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  const { ramp, ...others } = Object.fromEntries(given.map(([name, value]) => [name, parseField(name, value)]));
  const [low, high] = (ramp ?? []) as number[];
  return { ...(others as RotationGates), ...(ramp === undefined ? {} : { ramp: { low, high } }) };
}

/**
 * Angles in radians: a list, or one under the key theta, in .json or .yaml; the array theta [T] of .npz or .safetensors.
 *
 * @throws InputError naming the file and the entry that is no angle
 */
function readTheta(path: string): readonly number[] {
  const theta = thetaIn(path);
  return within(path, () => {
    checkNumbers("theta", theta, [{ name: "T", length: Array.isArray(theta) ? theta.length : 1 }]);
    const numbers = theta as readonly number[];
    if (numbers.length === 0) throw new InputError("theta: is empty; one angle a circuit is needed.", "shape");
    const far = numbers.findIndex((angle) => Math.abs(angle) > 2 * Math.PI);
    if (far === -1) return numbers;
    throw new InputError(
      `theta[${far}] = ${shown(numbers[far])}: must be from −2π to 2π, in radians; multiply degrees by π/180.`,
      "range",
    );
  });
}

function thetaIn(path: string): unknown {
  const ending = extname(path).toLowerCase();
  if (ending === ".npz" || ending === ".safetensors") {
    const bytes = readBytes(path, MAX_BYTES);
    return within(path, () => {
      const { tensors } = readTensorFile(bytes, MAX_BYTES, (name) => name === "theta");
      const tensor = tensors.get("theta");
      if (tensor === undefined) throw new InputError("has no array theta.", "missing");
      const { shape } = tensor;
      if (shape.length !== 1) throw new InputError(`theta: has shape [${shape.join(", ")}]; must be [T].`, "shape");
      return Array.from(numbersOf("theta", tensor));
    });
  }
  const content = readData(path);
  return isObject(content) && Object.hasOwn(content, "theta") ? Reflect.get(content, "theta") : content;
}

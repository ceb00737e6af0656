import { dirname, extname, resolve } from "node:path";
import { InputError, shown, within } from "../base/errors.js";
import { readBytes } from "../base/read-bytes.js";
import { checkNumbers, isObject } from "../base/validation.js";
import { customWeightsOf, type CustomCircuits } from "../circuits/custom/custom.js";
import { rotationsAt } from "../circuits/kinds/rotations.js";
import { anglesFromRadians, type RotationGates } from "../circuits/rotation.js";
import { designs } from "../designs/designs.js";
import { parseField } from "../config/parse-spec.js";
import { readTensorFile } from "../exchange/tensor-file.js";
import { numbersOf } from "../exchange/tensor.js";
import { readData } from "./read-data.js";

/** Size limit of a file of angles, in bytes. */
const MAX_BYTES = 2 ** 28;

/** The spec's fields that describe rotations with given angles. */
interface Fields {
  readonly circuits?: unknown;
  readonly design?: unknown;
  readonly angles?: unknown;
  readonly ramp?: unknown;
  readonly gain?: unknown;
  readonly offset?: unknown;
  readonly theta?: unknown;
}

/**
 * Replaces the random angles of a spec's rotations with given ones. The rotations are then given by their weights, like
 * custom circuits. The angles come from the file given with `--theta` or from the spec's key `theta`, which is a list
 * or the name of a file. A spec without angles is returned unchanged.
 *
 * @param path path of the spec's file, if there is one; a file name under `theta` is relative to that file's folder
 * @param file the file given with `--theta`
 * @throws InputError naming the file, or the field that cannot be combined with given angles
 */
export function withAngles(fields: unknown, path: string | undefined, file?: string): unknown {
  if (!isObject(fields) || (file === undefined && !Object.hasOwn(fields, "theta"))) return fields;
  const {
    circuits = "rotation",
    design = "published",
    angles,
    ramp,
    gain,
    offset,
    theta,
    ...others
  } = fields as Fields;
  const name = file === undefined ? "theta" : "--theta";
  if (typeof circuits !== "string" || !Object.hasOwn(rotationsAt, circuits)) {
    throw new InputError(
      `${name}: this applies only to circuits = ${Object.keys(rotationsAt).join(", ")}; other circuits have no angles.`,
      "conflict",
    );
  }
  const ownAngles = Object.hasOwn(designs, String(design)) ? designs[design as keyof typeof designs].angles : null;
  if (ownAngles !== null) {
    const why = `draws its own ${ownAngles} angles and snaps x to them`;
    throw new InputError(`${name}: the ${shown(design)} design ${why}; leave ${name} out.`, "conflict");
  }
  if (angles !== undefined && angles !== null) {
    throw new InputError(
      `angles = ${shown(angles)}: this sets how random angles are drawn; omit it when using ${name}.`,
      "conflict",
    );
  }
  const isPublished = design === "published";
  // The gate settings of a design apply to its cells, not to its circuits.
  const given = Object.entries({ ramp, gain, offset }).filter(([, value]) => value !== undefined && value !== null);
  const gates = isPublished ? gatesFrom(given) : {};
  const own = rotationsAt[circuits as keyof typeof rotationsAt](
    anglesFromRadians(file !== undefined ? readTheta(file) : statedTheta(theta, path)),
    1,
    gates,
  );
  return {
    ...others,
    ...(isPublished ? {} : Object.fromEntries(given)),
    design,
    circuits: customWeightsOf(own) satisfies CustomCircuits,
  };
}

/** Checks the value of a spec's key `theta` and returns the angles. */
function statedTheta(theta: unknown, path: string | undefined): readonly number[] {
  if (typeof theta === "string") return readTheta(path === undefined ? theta : resolve(dirname(path), theta));
  return path === undefined ? checkTheta(theta) : within(path, () => checkTheta(theta));
}

function gatesFrom(given: readonly (readonly [string, unknown])[]): RotationGates {
  const { ramp, ...others } = Object.fromEntries(given.map(([name, value]) => [name, parseField(name, value)]));
  const [low, high] = (ramp ?? []) as number[];
  return { ...(others as RotationGates), ...(ramp === undefined ? {} : { ramp: { low, high } }) };
}

/**
 * Reads angles in radians. In .json or .yaml, the angles are a list, alone or under the key `theta`; in .npz or
 * .safetensors, they are the array `theta`, [T].
 *
 * @throws InputError naming the file and the invalid entry
 */
function readTheta(path: string): readonly number[] {
  const theta = thetaIn(path);
  return within(path, () => checkTheta(theta));
}

function checkTheta(theta: unknown): readonly number[] {
  checkNumbers("theta", theta, [{ name: "T", length: Array.isArray(theta) ? theta.length : 1 }]);
  const numbers = theta as readonly number[];
  if (numbers.length === 0) throw new InputError("theta: the list is empty; give one angle per circuit.", "shape");
  const far = numbers.findIndex((angle) => Math.abs(angle) > 2 * Math.PI);
  if (far === -1) return numbers;
  throw new InputError(
    `theta[${far}] = ${shown(numbers[far])}: must be from −2π to 2π, in radians; multiply degrees by π/180.`,
    "range",
  );
}

function thetaIn(path: string): unknown {
  const ending = extname(path).toLowerCase();
  if (ending === ".npz" || ending === ".safetensors") {
    const bytes = readBytes(path, MAX_BYTES);
    return within(path, () => {
      const { tensors } = readTensorFile(bytes, MAX_BYTES, (name) => name === "theta");
      const tensor = tensors.get("theta");
      if (tensor === undefined) throw new InputError('has no array "theta".', "missing");
      const { shape } = tensor;
      if (shape.length !== 1) throw new InputError(`theta has shape [${shape.join(", ")}]; it must be [T].`, "shape");
      return Array.from(numbersOf("theta", tensor));
    });
  }
  const content = readData(path);
  return isObject(content) && Object.hasOwn(content, "theta") ? Reflect.get(content, "theta") : content;
}

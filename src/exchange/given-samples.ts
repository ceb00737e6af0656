import { InputError, shown } from "../base/errors.js";
import { checkGiven, type GivenSamples } from "../engine/given-samples.js";
import { numbersOf, type Tensor } from "./tensor.js";

// Files store samples under the names that `superpose activations` uses: circuits [samples, z], inputs [samples, z, d].

/** The number of circuits and the number of neurons per circuit. */
interface Size {
  readonly T: number;
  readonly d: number;
}

/**
 * Samples as tensors. Inputs are in float64, so that running these samples gives exactly the same results as running
 * the original ones.
 */
export function sampleTensors({ z, circuits, inputs }: GivenSamples): Map<string, Tensor> {
  const samples = circuits.length / z;
  const d = inputs.length / circuits.length;
  return new Map<string, Tensor>([
    ["circuits", { dtype: "I32", shape: [samples, z], data: Int32Array.from(circuits) }],
    ["inputs", { dtype: "F64", shape: [samples, z, d], data: inputs }],
  ]);
}

/** Samples as lists, the form in which JSON stores them. */
export function sampleLists({ z, circuits, inputs }: GivenSamples): { circuits: number[][]; inputs: number[][][] } {
  const d = inputs.length / circuits.length;
  const lists = (values: ArrayLike<number>, size: number): number[][] =>
    Array.from({ length: values.length / size }, (_, row) =>
      Array.from({ length: size }, (__, at) => values[row * size + at]),
    );
  const perCircuit = lists(inputs, d);
  return {
    circuits: lists(circuits, z),
    inputs: Array.from({ length: circuits.length / z }, (_, sample) => perCircuit.slice(sample * z, (sample + 1) * z)),
  };
}

/** Whether a tensor of this name belongs to samples; other tensors in the file need not be read. */
export function isInputTensor(name: string): boolean {
  return name === "circuits" || name === "inputs";
}

/**
 * Samples from a file's tensors `circuits` and `inputs`; other tensors are ignored.
 *
 * @throws InputError with the fault in one line
 */
export function samplesFromTensors(tensors: ReadonlyMap<string, Tensor>, size: Size): GivenSamples {
  const tensor = (name: string): Tensor => {
    const found = tensors.get(name);
    if (found === undefined) {
      throw new InputError(
        `tensor ${name} is missing; tensors circuits [samples, z] and inputs [samples, z, d] are needed.`,
      );
    }
    return found;
  };
  const [circuits, inputs] = [tensor("circuits"), tensor("inputs")];
  const wrong = (name: string, { shape }: Tensor, wanted: string): InputError =>
    new InputError(`tensor ${name}: shape [${shape.join(", ")}] must be ${wanted}.`, "shape");
  if (circuits.shape.length !== 2 || circuits.data.length === 0) {
    throw wrong("circuits", circuits, "[samples, z], at least one of each");
  }
  const [samples, z] = circuits.shape;
  const shape = [samples, z, size.d];
  if (inputs.shape.join() !== shape.join()) {
    throw wrong("inputs", inputs, `[${shape.join(", ")}], with samples and z as in \`circuits\`, and d = ${size.d}`);
  }
  return given(z, numbersOf("circuits", circuits), numbersOf("inputs", inputs), size);
}

/**
 * Samples from JSON: `{"circuits": [[3, 7], …], "inputs": [[[…d numbers], […]], …]}`.
 *
 * @throws InputError with the fault in one line
 */
export function samplesFromLists(content: unknown, size: Size): GivenSamples {
  const { circuits, inputs } = (content ?? {}) as { readonly circuits?: unknown; readonly inputs?: unknown };
  if (!Array.isArray(circuits) || !Array.isArray(inputs) || circuits.length === 0) {
    throw new InputError(
      "must have the lists `circuits` ([samples][z]) and `inputs` ([samples][z][d]), with at least one sample.",
    );
  }
  const z = Array.isArray(circuits[0]) ? circuits[0].length : 0;
  const list = (value: unknown, name: string, length: number, what: string): unknown[] => {
    if (Array.isArray(value) && value.length === length && length > 0) return value as unknown[];
    const has = Array.isArray(value) ? `has a length of ${value.length}` : `= ${shown(value)}`;
    throw new InputError(`${name} ${has}; it must be a list of ${Math.max(1, length)} (${what}).`, "shape");
  };
  const numbers = (values: unknown[], name: string): number[] =>
    values.map((value, at) => {
      if (typeof value === "number") return value;
      throw new InputError(`${name}[${at}] = ${shown(value)}: must be a number.`, "type");
    });
  const ids = circuits.flatMap((own, sample) =>
    numbers(
      list(own, `circuits[${sample}]`, z, "active circuits, the same number in every sample"),
      `circuits[${sample}]`,
    ),
  );
  const values = list(inputs, "inputs", circuits.length, "samples, one per list in `circuits`").flatMap((own, sample) =>
    list(own, `inputs[${sample}]`, z, "active circuits").flatMap((input, slot) => {
      const name = `inputs[${sample}][${slot}]`;
      return numbers(list(input, name, size.d, "components, d"), name);
    }),
  );
  return given(z, ids, values, size);
}

function given(z: number, ids: ArrayLike<number>, inputs: ArrayLike<number>, size: Size): GivenSamples {
  const wrong = Array.from(ids).findIndex((id) => !Number.isInteger(id) || id < 0 || id >= size.T);
  if (wrong !== -1) {
    throw new InputError(
      `sample ${Math.floor(wrong / z)}: circuit ${shown(ids[wrong])} must be a whole number from 0 to T − 1 = ${size.T - 1}.`,
      "range",
    );
  }
  const samples = { z, circuits: Uint32Array.from(ids), inputs: Float64Array.from(inputs) };
  checkGiven(size, samples);
  return samples;
}

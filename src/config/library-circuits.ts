import { gateNames } from "../circuits/gates.js";
import { isRamp, rampRule, type Ramp } from "../circuits/indicators.js";
import { libraryWidth, type LibraryCircuits } from "../circuits/library.js";
import { sharpRamp } from "../circuits/state-machines.js";
import { InputError } from "../base/errors.js";
import { checked, choiceSchema, described, fieldsOf, stated, wholeSchema } from "../base/validation.js";

/** Circuits with a name of their own in a spec; those with parameters may be given as `{kind, …}`. */
export const libraryKinds = [
  ...(["rotation", "rotation3", "rotation5", "rotation6", "step"] as const),
  ...(["gates", "lookup", "automata", "mlp", "mixed"] as const),
] as const;

/** The keys of each kind besides `kind`. */
const keys: Readonly<Record<LibraryCircuits["kind"], readonly string[]>> = {
  rotation: [],
  rotation3: [],
  rotation5: [],
  rotation6: [],
  step: [],
  mlp: [],
  gates: ["gates", "ramp"],
  lookup: ["bits", "ramp"],
  automata: ["states", "symbols", "word", "ramp"],
  mixed: ["of"],
};

const MOST_KINDS = 8;
const LONGEST_WORD = 10_000;

/**
 * A description of circuits, checked and complete.
 *
 * @param value a kind, or `{kind, …}`
 * @throws InputError naming the entry, its value and its bound
 */
export function parseLibraryCircuits(value: unknown, where = "circuits"): LibraryCircuits {
  const given = typeof value === "object" && value !== null ? value : { kind: value };
  const name = "kind" in given && given !== value ? where : `${where}.kind`;
  const kind = checked(name, choiceSchema(libraryKinds), Reflect.get(given, "kind"));
  if (kind === "mixed" && given !== value) {
    throw new InputError(`${where} = "mixed": say what is mixed in a spec file, as examples/specs/mixed.yaml does.`);
  }
  const fields = fieldsOf(where, given, ["kind", ...keys[kind]]);
  const ramp = parseRamp(`${where}.ramp`, fields.ramp);
  switch (kind) {
    case "rotation":
    case "rotation3":
    case "rotation5":
    case "rotation6":
    case "step":
    case "mlp":
      return { kind };
    case "gates": {
      const gates =
        fields.gates === undefined ? ["and", "or", "xor", "not"] : listAt(`${where}.gates`, fields.gates, 8);
      return {
        kind,
        gates: gates.map((gate, k) => checked(`${where}.gates[${k}]`, choiceSchema(gateNames), gate)),
        ramp,
      };
    }
    case "lookup":
      return { kind, bits: whole(`${where}.bits`, fields.bits, 2, 1, 5), ramp };
    case "automata": {
      const states = whole(`${where}.states`, fields.states, 3, 1, 32);
      const symbols = whole(`${where}.symbols`, fields.symbols, 2, 1, 64);
      const letters = fields.word ?? null;
      const word =
        letters === null
          ? null
          : listAt(`${where}.word`, letters, LONGEST_WORD).map((symbol, k) =>
              checked(`${where}.word[${k}]`, wholeSchema(0, symbols - 1), symbol),
            );
      return { kind, states, symbols, word, ramp };
    }
    case "mixed": {
      const of = listAt(`${where}.of`, fields.of, MOST_KINDS).map((part, k) => {
        const parsed = parseLibraryCircuits(part, `${where}.of[${k}]`);
        if (parsed.kind === "mixed") throw new InputError(`${where}.of[${k}]: is mixed already; list its kinds here.`);
        return parsed;
      });
      const mixed = { kind, of };
      libraryWidth(mixed); // refuses kinds that do not go together
      return mixed;
    }
  }
}

/** What a description says about a run's shape; null where the run says it. */
export function librarySize(circuits: LibraryCircuits): { d: number; T: null; L: number | null } {
  const words = (circuits.kind === "mixed" ? circuits.of : [circuits]).flatMap((part) =>
    part.kind === "automata" && part.word !== null ? [part.word.length] : [],
  );
  const other = words.find((length) => length !== words[0]);
  if (other !== undefined)
    throw new InputError(`circuits.of: words of ${words[0]} and ${other} symbols; must be as long.`);
  return { d: libraryWidth(circuits), T: null, L: words[0] ?? null };
}

/** The least L and T that the circuits can have. */
export function libraryNeeds(circuits: LibraryCircuits): { L: number; T: number } {
  const parts = circuits.kind === "mixed" ? circuits.of : [circuits];
  return { L: parts.some(({ kind }) => kind === "mlp") ? 3 : 1, T: parts.length };
}

function whole(name: string, value: unknown, standard: number, min: number, max: number): number {
  return value === undefined ? standard : checked(name, wholeSchema(min, max), value);
}

function listAt(name: string, value: unknown, most: number): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= most) return value as readonly unknown[];
  throw new InputError(`${stated(name, value)}: must be a list of 1 to ${most} entries.`);
}

/** `[low, high]` or `{low, high}`. */
function parseRamp(name: string, value: unknown): Ramp {
  if (value === undefined) return sharpRamp;
  const listed = Array.isArray(value) && value.length === 2;
  const { low, high } = listed
    ? { low: value[0] as unknown, high: value[1] as unknown }
    : typeof value === "object" && value !== null && !Array.isArray(value)
      ? fieldsOf(name, value, ["low", "high"])
      : {};
  if (isRamp(low, high)) return { low: low as number, high: high as number };
  throw new InputError(`${name} = ${described(low === undefined ? value : [low, high])}: must be ${rampRule}.`);
}

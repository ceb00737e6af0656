import { InputError } from "../../base/errors.js";
import { mix } from "../mix.js";
import { listAt } from "./fields.js";
import { parseAmong, type CircuitKind, type Kinds } from "./kind.js";

const MOST_KINDS = 8;

/**
 * Equal numbers of circuits of several kinds; if T is not a multiple of the number of kinds, the first kinds get one
 * more circuit each.
 */
export interface MixedFields<Part> {
  readonly of: readonly Part[];
}

/** The kind that mixes circuits of other kinds. */
export function mixedOf<Part extends { readonly kind: string }>(kinds: Kinds): CircuitKind<MixedFields<Part>> {
  const kindOf = ({ kind }: Part): CircuitKind<Part> => {
    if (Object.hasOwn(kinds, kind)) return kinds[kind] as CircuitKind<Part>;
    throw new InputError("mixed circuits: one of the kinds is itself mixed; mix all kinds at once.");
  };
  const mixed: CircuitKind<MixedFields<Part>> = {
    help: "several kinds mixed",
    nameAlone: "list the kinds in a spec file, as in examples/specs/mixed.yaml",
    fields: {
      of: (name, value) =>
        listAt(name, value, MOST_KINDS).map((part, k) => {
          const parsed = parseAmong({ ...kinds, mixed }, part, `${name}[${k}]`);
          if (parsed.kind === "mixed")
            throw new InputError(`${name}[${k}]: is itself mixed; list its kinds here instead.`);
          return parsed as Part;
        }),
    },
    /**
     * Components are placed by their biases alone, and these do not depend on T, L or the seed. One small circuit per
     * kind is therefore enough.
     */
    d: ({ of }) => {
      const small = of.map((part) => kindOf(part).anyL?.(part) ?? part);
      return mixed.build({ of: small }, { T: of.length, L: 3, seed: 0, network: 0 }, {}).d;
    },
    ownL: ({ of }) => {
      const lengths = of.flatMap((part) => kindOf(part).ownL?.(part) ?? []);
      const other = lengths.find((length) => length !== lengths[0]);
      if (other === undefined) return lengths[0] ?? null;
      throw new InputError(`circuits.of: words of ${lengths[0]} and ${other} symbols; all must have the same length.`);
    },
    least: ({ of }) => ({ L: Math.max(...of.map((part) => kindOf(part).least?.(part).L ?? 1)), T: of.length }),
    build: ({ of }, size) => {
      const { T } = size;
      const parts = of.map((part, k) =>
        kindOf(part).build(part, { ...size, T: Math.floor(T / of.length) + (k < T % of.length ? 1 : 0) }, {}),
      );
      return mix(parts).circuits;
    },
  };
  return mixed;
}

import { InputError } from "../../base/errors.js";
import { mix } from "../mix.js";
import { listAt } from "./fields.js";
import { parseAmong, type CircuitKind, type Kinds } from "./kind.js";

const MOST_KINDS = 8;

/** Several kinds, circuits dealt out evenly: the first kinds get one more where T does not divide. */
export interface MixedFields<Part> {
  readonly of: readonly Part[];
}

/** The kind that mixes others. */
export function mixedOf<Part extends { readonly kind: string }>(kinds: Kinds): CircuitKind<MixedFields<Part>> {
  const kindOf = ({ kind }: Part): CircuitKind<Part> => {
    if (Object.hasOwn(kinds, kind)) return kinds[kind] as CircuitKind<Part>;
    throw new InputError("mixed circuits: are mixed already; mix all kinds at once.");
  };
  const mixed: CircuitKind<MixedFields<Part>> = {
    help: "several kinds mixed",
    nameAlone: "say what is mixed in a spec file, as examples/specs/mixed.yaml does",
    fields: {
      of: (name, value) =>
        listAt(name, value, MOST_KINDS).map((part, k) => {
          const parsed = parseAmong({ ...kinds, mixed }, part, `${name}[${k}]`);
          if (parsed.kind === "mixed") throw new InputError(`${name}[${k}]: is mixed already; list its kinds here.`);
          return parsed as Part;
        }),
    },
    /** Where components go depends on biases alone, and those on neither T, L nor the seed: one small circuit a kind tells. */
    d: ({ of }) => {
      const small = of.map((part) => kindOf(part).anyL?.(part) ?? part);
      return mixed.build({ of: small }, { T: of.length, L: 3, seed: 0, network: 0 }, {}).d;
    },
    ownL: ({ of }) => {
      const lengths = of.flatMap((part) => kindOf(part).ownL?.(part) ?? []);
      const other = lengths.find((length) => length !== lengths[0]);
      if (other === undefined) return lengths[0] ?? null;
      throw new InputError(`circuits.of: words of ${lengths[0]} and ${other} symbols; must be as long.`);
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

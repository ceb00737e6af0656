/** The types of the parameters and results of a function that a WebAssembly binary exports. */
export interface FunctionType {
  readonly parameters: readonly string[];
  readonly results: readonly string[];
}

const valueTypes = new Map([
  [0x7f, "i32"],
  [0x7e, "i64"],
  [0x7d, "f32"],
  [0x7c, "f64"],
]);

/**
 * Reads the types of a binary's exported functions, which JavaScript's own interface does not show. The binary must not
 * have imports.
 */
export function functionTypes(binary: Uint8Array): Map<string, FunctionType> {
  let at = 8;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const list = <Item>(read: () => Item): Item[] => Array.from({ length: number() }, read);
  const valueType = (): string => valueTypes.get(binary[at++]!)!;
  let types: FunctionType[] = [];
  let typeOf: number[] = [];
  let names: (readonly [string, number, number])[] = [];
  while (at < binary.length) {
    const section = binary[at++];
    const end = number() + at;
    if (section === 1) {
      types = list(() => {
        at++; // 0x60, a function
        return { parameters: list(valueType), results: list(valueType) };
      });
    } else if (section === 3) typeOf = list(number);
    else if (section === 7) {
      names = list(() => {
        const name = String.fromCharCode(...list(() => binary[at++]!));
        return [name, number(), number()] as const;
      });
    }
    at = end;
  }
  const functions = names.filter(([, kind]) => kind === 0);
  return new Map(functions.map(([name, , index]) => [name, types[typeOf[index]!]!]));
}

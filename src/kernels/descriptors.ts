import type { Arena } from "./memory.js";

/** The type of a field: u32 takes 4 bytes, f64 takes 8 bytes and is aligned to 8. */
type FieldType = "u32" | "f64";

/** The value of every field of a descriptor. `Text` declares the fields, as in fields.ts. */
export type Fields<Text extends string> = Readonly<Record<NameOf<Words<Text>>, number>>;

type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Text;
type NameOf<Word extends string> = Word extends `${infer Name}:${FieldType}` ? Name : Word;

interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** Offset in bytes from the descriptor's address. */
  readonly offset: number;
}

/** The layout of a descriptor's fields. */
export function fieldsOf(text: string): { readonly fields: readonly Field[]; readonly bytes: number } {
  let bytes = 0;
  const fields = text.split(" ").map((word): Field => {
    const [field, type = "u32"] = word.split(":") as [string, FieldType?];
    const size = type === "f64" ? 8 : 4;
    const offset = Math.ceil(bytes / size) * size;
    bytes = offset + size;
    return { name: field, type, offset };
  });
  return { fields, bytes };
}

/**
 * Allocates and fills the descriptor of a kernel.
 *
 * @returns its address
 */
export function writeDescriptor<Text extends string>(arena: Arena, text: Text, values: Fields<Text>): number {
  const descriptor = arena.bytes(fieldsOf(text).bytes);
  changeDescriptor(arena, text, descriptor, values);
  return descriptor;
}

/** Overwrites some fields of a descriptor. */
export function changeDescriptor<Text extends string>(
  arena: Arena,
  text: Text,
  descriptor: number,
  values: Partial<Fields<Text>>,
): void {
  const { fields, bytes } = fieldsOf(text);
  const view = new DataView(arena.memory.buffer, descriptor, bytes);
  for (const { name: field, type, offset } of fields) {
    const value = (values as Readonly<Record<string, number | undefined>>)[field];
    if (value !== undefined) view[type === "f64" ? "setFloat64" : "setUint32"](offset, value, true);
  }
}

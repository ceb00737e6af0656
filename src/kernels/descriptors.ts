import type { Arena } from "./memory.js";

/** What a field takes: 4 bytes, or 8 at a multiple of 8. */
type FieldType = "u32" | "f64";

/**
 * The fields, in order, of the descriptor of each kernel that takes one: blocks of memory for arguments that stay the same from
 * call to call. A field is u32 unless said. assembly/descriptors.ts has the same as classes and says what they are; a test
 * compares the two. Text, as every page that loads the core carries it.
 */
export const descriptors = {
  sampleActive: "ids marks inputs stream T d kind table choices",
  addNoise: "N W table",
  truthLayer: "d mean delta bias linear",
  embedInput: "Y W values ids neurons S d",
  circuitsPass:
    "gather scatter T S W k pass inner outer mix V writes scratch activeAt masks shift groups rows Q laneSum laneMax partial isRotation reached",
  correct: "count targets starts rows W k r pass matrix scratch",
  activate:
    "Y outBytes X P W d k outStarts outColumns outValues inStarts inColumns inValues base mask A stepA sums counts rotationGate summed",
  sumActive: "scale:f64 chunk active k truth d shift W groups rows Q R readout",
  sparseLayer: "starts columns values bias N W",
  inactiveErrors: "wrong:f64 most:f64 read isActive out T rows stride W",
  denseLayer: "packed bias workspace N K",
  embedLinks: "Y X W neurons S starts rows weights",
  embeddingErrors: "linked:f64 constant:f64 own:f64 overlap:f64 Y X rowsY rowsX signs S W sums",
  dotProducts: "vectors n all scratch result",
} as const;

/** A kernel that takes a descriptor. */
export type DescriptorName = keyof typeof descriptors;

/** A number for every field of a kernel's descriptor. */
export type Fields<N extends DescriptorName> = Readonly<Record<NameOf<Words<(typeof descriptors)[N]>>, number>>;

type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Text;
type NameOf<Word extends string> = Word extends `${infer Name}:${FieldType}` ? Name : Word;

interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** In bytes from the descriptor's address. */
  readonly offset: number;
}

/** Where the fields of a kernel's descriptor are. */
export function fieldsOf(name: DescriptorName): { readonly fields: readonly Field[]; readonly bytes: number } {
  let bytes = 0;
  const fields = descriptors[name].split(" ").map((text): Field => {
    const [field, type = "u32"] = text.split(":") as [string, FieldType?];
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
export function writeDescriptor<N extends DescriptorName>(arena: Arena, name: N, values: Fields<N>): number {
  const descriptor = arena.bytes(fieldsOf(name).bytes);
  changeDescriptor(arena, name, descriptor, values);
  return descriptor;
}

/** Writes some fields of a descriptor anew. */
export function changeDescriptor<N extends DescriptorName>(
  arena: Arena,
  name: N,
  descriptor: number,
  values: Partial<Fields<N>>,
): void {
  const { fields, bytes } = fieldsOf(name);
  const view = new DataView(arena.memory.buffer, descriptor, bytes);
  for (const { name: field, type, offset } of fields) {
    const value = (values as Readonly<Record<string, number | undefined>>)[field];
    if (value !== undefined) view[type === "f64" ? "setFloat64" : "setUint32"](offset, value, true);
  }
}

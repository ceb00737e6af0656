import type { Arena } from "./memory.js";

/** What a field takes: 4 bytes, or 8 at a multiple of 8. */
type FieldType = "u32" | "f64";

/**
 * The fields, in order, of the descriptor of each kernel that takes one: blocks of memory for arguments that stay the same from
 * call to call. assembly/descriptors.ts has the same as classes and says what they are; a test compares the two.
 */
export const descriptors = {
  sampleActive: {
    ids: "u32",
    marks: "u32",
    inputs: "u32",
    stream: "u32",
    T: "u32",
    d: "u32",
    kind: "u32",
    table: "u32",
    choices: "u32",
  },
  addNoise: { N: "u32", W: "u32", table: "u32" },
  truthLayer: { d: "u32", mean: "u32", delta: "u32", bias: "u32", linear: "u32" },
  embedInput: { Y: "u32", W: "u32", values: "u32", ids: "u32", neurons: "u32", S: "u32", d: "u32" },
  circuitsPass: {
    gather: "u32",
    scatter: "u32",
    T: "u32",
    S: "u32",
    W: "u32",
    k: "u32",
    pass: "u32",
    inner: "u32",
    outer: "u32",
    mix: "u32",
    V: "u32",
    writes: "u32",
    scratch: "u32",
    activeAt: "u32",
    masks: "u32",
    shift: "u32",
    groups: "u32",
    rows: "u32",
    Q: "u32",
    laneSum: "u32",
    laneMax: "u32",
    partial: "u32",
    isRotation: "u32",
    reached: "u32",
  },
  correct: {
    count: "u32",
    targets: "u32",
    starts: "u32",
    rows: "u32",
    W: "u32",
    k: "u32",
    r: "u32",
    pass: "u32",
    matrix: "u32",
    scratch: "u32",
  },
  activate: {
    Y: "u32",
    outBytes: "u32",
    X: "u32",
    P: "u32",
    W: "u32",
    d: "u32",
    k: "u32",
    outStarts: "u32",
    outColumns: "u32",
    outValues: "u32",
    inStarts: "u32",
    inColumns: "u32",
    inValues: "u32",
    base: "u32",
    mask: "u32",
    A: "u32",
    stepA: "u32",
    sums: "u32",
    counts: "u32",
    rotationGate: "u32",
    summed: "u32",
  },
  sumActive: {
    scale: "f64",
    chunk: "u32",
    active: "u32",
    k: "u32",
    truth: "u32",
    d: "u32",
    shift: "u32",
    W: "u32",
    groups: "u32",
    rows: "u32",
    Q: "u32",
    R: "u32",
    readout: "u32",
  },
  sparseLayer: { starts: "u32", columns: "u32", values: "u32", bias: "u32", N: "u32", W: "u32" },
  inactiveErrors: {
    wrong: "f64",
    most: "f64",
    read: "u32",
    isActive: "u32",
    out: "u32",
    T: "u32",
    rows: "u32",
    stride: "u32",
    W: "u32",
  },
  denseLayer: { packed: "u32", bias: "u32", workspace: "u32", N: "u32", K: "u32" },
  embedLinks: { Y: "u32", X: "u32", W: "u32", neurons: "u32", S: "u32", starts: "u32", rows: "u32", weights: "u32" },
  embeddingErrors: {
    linked: "f64",
    constant: "f64",
    own: "f64",
    overlap: "f64",
    Y: "u32",
    X: "u32",
    rowsY: "u32",
    rowsX: "u32",
    signs: "u32",
    S: "u32",
    W: "u32",
    sums: "u32",
  },
  dotProducts: { vectors: "u32", n: "u32", all: "u32", scratch: "u32", result: "u32" },
} as const satisfies Record<string, Record<string, FieldType>>;

/** A kernel that takes a descriptor. */
export type DescriptorName = keyof typeof descriptors;

/** A number for every field of a kernel's descriptor. */
export type Fields<N extends DescriptorName> = Readonly<Record<keyof (typeof descriptors)[N] & string, number>>;

interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** In bytes from the descriptor's address. */
  readonly offset: number;
}

/** Where the fields of a kernel's descriptor are. */
export function fieldsOf(name: DescriptorName): { readonly fields: readonly Field[]; readonly bytes: number } {
  let bytes = 0;
  const fields = Object.entries<FieldType>(descriptors[name]).map(([field, type]): Field => {
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
  const given = new Map<string, number>(Object.entries<number>(values as Record<string, number>));
  const { fields, bytes } = fieldsOf(name);
  const view = new DataView(arena.memory.buffer, descriptor, bytes);
  for (const { name: field, type, offset } of fields) {
    const value = given.get(field);
    if (value === undefined) continue;
    if (type === "f64") view.setFloat64(offset, value, true);
    else view.setUint32(offset, value, true);
  }
}

/** A tensor of a layer that a method found: name, shape, float32 data. */
export type Found = readonly [name: string, shape: readonly number[], data: Float32Array];

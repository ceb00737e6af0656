/** A tensor that a method found for a layer: name, shape, float32 data. */
export type Found = readonly [name: string, shape: readonly number[], data: Float32Array];

// The input of a tile's active circuits, already multiplied by their weights, and the mask of the oracle gate.

import { EmbedInput } from "./descriptors";

// Adds A^0 = Σ_{t active} (w_t a_t^0) ⊗ e_t of `count` samples to Y.                                            [E10]
export function embedInput(descriptor: usize, count: u32, z: u32): void {
  const field = changetype<EmbedInput>(descriptor);
  const Y = field.Y;
  const W = field.W;
  const neurons = field.neurons;
  const S = field.S;
  const d = field.d;
  let values = field.values;
  let ids = field.ids;
  for (let b: u32 = 0; b < count; b++) {
    for (let k: u32 = 0; k < z; k++) {
      const row = neurons + <usize>load<u32>(ids) * <usize>(S << 2);
      for (let s: u32 = 0; s < S; s++) {
        let target = Y + <usize>load<u32>(row + (s << 2)) * <usize>(d * W) + (b << 2);
        for (let i: u32 = 0; i < d; i++) {
          store<f32>(target, load<f32>(target) + <f32>load<f64>(values + (i << 3)));
          target += W;
        }
      }
      ids += 4;
      values += d << 3;
    }
  }
}

// Sets mask [P][lanes] to all ones for neurons of active circuits; the caller clears the mask first.            [E16]
export function markUsed(mask: usize, W: u32, ids: usize, neurons: usize, S: u32, count: u32, z: u32): void {
  for (let b: u32 = 0; b < count; b++) {
    for (let k: u32 = 0; k < z; k++) {
      const row = neurons + <usize>load<u32>(ids) * <usize>(S << 2);
      for (let s: u32 = 0; s < S; s++) {
        store<u32>(mask + <usize>load<u32>(row + (s << 2)) * <usize>W + (b << 2), 0xffffffff);
      }
      ids += 4;
    }
  }
}

/** A circuit's vector x (two numbers) at each layer, [layer][2]: the truth and the readout of the large network. */
export interface Trajectory {
  readonly z: number;
  readonly sample: number;
  readonly circuit: number;
  readonly truth: readonly (readonly number[])[];
  readonly readout: readonly (readonly number[])[];
}

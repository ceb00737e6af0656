/**
 * Training by gradient descent, and tests that show what trained and hand-made networks compute. Runs in any
 * JavaScript host, on one thread.
 */

export { trainCircuits, trainLayer } from "../training/train.js";
export { andVerdict, circuitsVerdict, compareNetworks, compressedVerdict } from "../training/verdicts.js";

export type { CircuitsTraining, LayerTraining, TrainingCurve, TrainingKeys } from "../training/train.js";
export type { AndInput, CompressedInput } from "../training/verdicts.js";
export type { DecoderComparison, TrainedRow } from "../training/evaluate.js";
export type { AndErrors, NeuronClass } from "../training/and-verdict.js";
export type { CircuitsErrors, CircuitsInput, FiveNumbers, NetworkMove } from "../training/circuits-verdict.js";
export type { ReluLayer, WholeReluLayer } from "../network/relu-layer.js";
export type { Activity, ErrorRow, Statistic } from "../results/rows.js";
export type { Kernels } from "../kernels/kernels.js";
export type { RunSpec } from "../config/run-spec.js";
export type { HostSignal, WasmMemory } from "../base/host.js";
export type { SpecCircuits } from "../config/circuits.js";
export type { Sampling } from "../circuits/inputs.js";
export type { DesignName } from "../designs/designs.js";
export type { Construction, FactoredConstruction, Gate, MatrixConstruction, NoiseAt } from "../network/construction.js";
export type { AssignmentKind } from "../assignment/constructions.js";
export type { Schedule } from "../network/embedding.js";
export type { BuiltInCircuits, LibraryCircuits, UnmixedCircuits } from "../circuits/kinds.js";
export type { MixedFields } from "../circuits/kinds/mixed.js";
export type { CustomCircuits, CustomWeights } from "../circuits/custom/custom.js";
export type { Circuits, InputDistribution, InputsByCircuit, Readout, SharedInputs } from "../circuits/circuits.js";
export type { GivenOf } from "../circuits/kinds/kind.js";
export type { NaiveErrors } from "../theory/naive.js";
export type { ImportedNetwork } from "../exchange/multi-part-model.js";
export type { CircuitRead, CodeRead, MultiPartNetwork, Read, Write } from "../network/multi-part.js";
export type {
  CircuitReadout,
  CircuitsTerm,
  CopyTerm,
  DenseTerm,
  Layer,
  LinksTerm,
  Part,
  ScaledMatrix,
  SumTerm,
  Term,
} from "../network/layer.js";
export type { Assignment } from "../assignment/assignment.js";
export type { AsyncOptions } from "../base/steps-async.js";
export type { CompressedTask } from "../training/compressed.js";
export type { AndTask } from "../training/and-task.js";
export type { EncoderStatistics, Verdict } from "../training/verdict.js";
export type { Mixing } from "../training/labels.js";

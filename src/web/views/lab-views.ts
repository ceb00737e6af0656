import "../styles/tables.css";
import "../styles/cards.css";
import type { RunSpec } from "../../config/run-spec.js";
import type { LoadedSweep } from "../files/sweep-file.js";
import { assignmentView } from "./assignment.js";
import type { comparison } from "./comparison.js";
import { contagionView } from "./contagion.js";
import { errorsView } from "./errors.js";
import { neuronsView } from "./neurons.js";
import type { SettingsActions } from "../controls/settings-form.js";
import { storageView } from "./storage.js";
import { trainView, type TrainActions } from "./train.js";
import { sweepView } from "./sweep.js";
import { trajectoriesView } from "./trajectories.js";
import type { ChangeView } from "./view.js";

/** Functions of the page that the lab's views call. */
export interface ViewActions {
  readonly changeView: ChangeView;
  /** Asks for the arrows of another input. */
  readonly drag: (degrees: number) => void;
  readonly openRun: (spec: RunSpec) => void;
  readonly openSweep: (files: readonly File[]) => void;
  readonly exampleSweep: () => Promise<LoadedSweep>;
  readonly settings: SettingsActions;
  readonly training: TrainActions;
}

export type Comparison = ReturnType<typeof comparison>;
export type LabViews = ReturnType<typeof labViews>;

/** All views except the first screen, which needs neither these views nor their drawing code. */
export function labViews({ changeView, drag, openRun, openSweep, exampleSweep, settings, training }: ViewActions) {
  return {
    trajectories: trajectoriesView(changeView, drag),
    errors: errorsView(changeView),
    neurons: neuronsView(changeView),
    contagion: contagionView(changeView),
    assignment: assignmentView(changeView),
    storage: storageView(settings),
    train: trainView(training),
    sweep: sweepView(changeView, openRun, openSweep, exampleSweep),
  };
}

export { comparison } from "./comparison.js";
export { warmUp } from "../figures/warm-up.js";
export { exampleSweep, rowsOfRun } from "../files/example-sweep.js";

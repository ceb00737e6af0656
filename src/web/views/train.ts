import type { Executor } from "../../jobs/execute.js";
import { grouped, shortNumber } from "../../drawing/numbers.js";
import type { FigureOptions } from "../../drawing/compose.js";
import { rowsToCsv } from "../../results/table.js";
import { naiveLoss } from "../../training/verdict.js";
import { trainingJson, trainingRun, type Training } from "../computation/training-run.js";
import type { SettingsActions } from "../controls/settings-form.js";
import { trainControls } from "../controls/train-controls.js";
import { button, html, setText } from "../dom/elements.js";
import { isStill } from "../dom/motion.js";
import { trainingPicture } from "../figures/training-picture.js";
import { changeOf, place, type Scene, type View } from "./view.js";

/** The page functions that the training view calls. */
export interface TrainActions extends SettingsActions {
  /** An executor with one worker. */
  readonly executor: Promise<Executor>;
  readonly changed: () => void;
}

/** The number of pictures that show a training run if reduced motion is preferred. */
const STILLS = 8;

/** The view of a network that learns while the reader watches. */
export function trainView({ executor, changed, ...settings }: TrainActions): View {
  const run = trainingRun(executor, changed, settings.failed);
  const form = trainControls(settings);
  const play = button("Train", () => (run.isTraining ? run.stop() : run.start()), { class: "primary" });
  const bar = html("progress", { max: 1, "aria-label": "progress of the training" });
  const told = html("span", { class: "number" });
  const slot = html("div", { class: "figure" });
  const isNew = changeOf();
  const figure = ({ width }: Scene, options: FigureOptions) =>
    run.training && trainingPicture(run.training, { ...options, width, isRunning: run.isRunning });
  return {
    element: html("div", {}, html("div", { class: "run-bar" }, play, bar, told), slot),
    controls: form.element,
    introduction:
      "This shows a network learning to compute more ReLUs than it has neurons. Press Train. With the loss |error|⁴, all features " +
      "share the neurons; with |error|², the network serves about as many features as it has neurons and drops the others.",
    draw(scene) {
      const { state, width } = scene;
      form.show(state.training, state.spec.seed);
      run.show(state.training, state.spec.seed);
      const { training, isTraining, isRunning } = run;
      if (training === null) return;
      const { spec, state: reached, row } = training;
      setText(play, isTraining ? "Stop" : labelOf(training));
      bar.value = reached.step / spec.steps;
      setText(told, progressText(training));
      const still = isRunning && isStill() ? Math.floor((STILLS * reached.step) / spec.steps) : reached.step;
      if (!isNew(spec, still, row, isRunning, width)) return;
      const drawn = figure(scene, { document, id: "train", command: "", styles: false });
      if (drawn) place(slot, drawn, !isRunning);
    },
    figure,
    csv() {
      const { training } = run;
      if (training === null || training.state.step === 0) return null;
      const { every, means } = training.curve;
      return rowsToCsv(means.map((loss, k) => ({ step: (k + 0.5) * every, loss })));
    },
    rows() {
      const { training } = run;
      if (training === null || training.row === null) return null;
      const { row } = training;
      const json = trainingJson({ ...training, row }, VERSION);
      return { json: () => Promise.resolve(json), csv: () => rowsToCsv([row]) };
    },
  };
}

function labelOf({ spec, state: { step } }: Training): string {
  if (step === 0) return "Train";
  return step < spec.steps ? "Go on" : "Train again";
}

function progressText({ spec, state: { step }, curve }: Training): string {
  const of = `step ${grouped(step)} of ${grouped(spec.steps)}`;
  if (curve.last === null) return of;
  return `${of}, loss ${shortNumber(curve.last / naiveLoss(spec, spec.p, spec.q), 2)} times the naive network’s`;
}

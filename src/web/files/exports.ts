import { runNaiveErrors } from "../../runs/rows.js";
import { runCsv, runJson } from "../../results/run-file.js";
import { rowsToCsv } from "../../results/table.js";
import { commandLine, specFileName } from "../spec/command-line.js";
import { drawnView, type LabData } from "../computation/lab.js";
import type { LabState } from "../state/lab-state.js";
import { trainFile } from "../state/train-settings.js";
import { storageCommand, storageJson, storageRows, storageRunSettings } from "../computation/storage-run.js";

const isTraining = (state: LabState): boolean => drawnView(state) === "train";
const isStorage = (state: LabState): boolean => drawnView(state) === "storage";

/** The command line that prints the numbers shown on screen. */
export function commandOf(state: LabState): string {
  if (isTraining(state)) return `superpose train ${specFileName} --out trained`;
  return isStorage(state) ? storageCommand({ ...state.storage, seed: state.spec.seed }) : commandLine(state.spec);
}

/** The file from which `superpose run` (or `train`) computes the same numbers. */
export function specOf(state: LabState): object {
  if (isTraining(state)) return trainFile(state.training, state.spec.seed);
  if (!isStorage(state)) return state.spec;
  return { experiment: "storage", ...storageRunSettings({ ...state.storage, seed: state.spec.seed }) };
}

export interface ExportedRows {
  readonly json: () => Promise<string>;
  readonly csv: () => string;
}

/** The rows that the command prints; null until all have arrived. */
export function rowsOf(state: LabState, { measured, stored }: LabData): ExportedRows | null {
  if (isTraining(state)) return null;
  if (isStorage(state)) {
    const { n, m, l } = state.storage;
    const isOfState =
      stored?.isComplete === true &&
      stored.question.seed === state.spec.seed &&
      ([n, m, l] as const).every((value, k) => value === [stored.question.n, stored.question.m, stored.question.l][k]);
    return isOfState ? { json: () => storageJson(stored, VERSION), csv: () => rowsToCsv(storageRows(stored)) } : null;
  }
  if (measured?.isComplete !== true || measured.spec !== state.spec) return null;
  const { spec, rows } = measured;
  return {
    json: () => runJson(spec, rows, VERSION, runNaiveErrors(spec)),
    csv: () => runCsv(rows, runNaiveErrors(spec)),
  };
}

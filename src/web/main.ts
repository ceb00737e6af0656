import { InputError } from "../base/errors.js";
import { listed } from "../drawing/numbers.js";
import { figureStyles } from "../drawing/theme.js";
import { specNotes } from "../config/notes.js";
import type { RunSpec } from "../config/run-spec.js";
import { embedBar } from "./controls/embed-bar.js";
import { createControls } from "./controls/spec-controls.js";
import { button, elementById, html, setAttribute, setText } from "./dom/elements.js";
import { guide, type GuideTry } from "./state/guide.js";
import { stateHistory } from "./state/history.js";
import { createLab, drawnView } from "./computation/lab.js";
import { drawnCsv } from "./files/drawn-csv.js";
import { commandOf, rowsOf } from "./files/exports.js";
import { specFromFile } from "./files/spec-file.js";
import { presets, type Preset } from "./state/presets.js";
import { phoneSheet } from "./views/phone-sheet.js";
import { silenceNote } from "./controls/silence-note.js";
import { sharePanel } from "./controls/share-panel.js";
import { zsOf, type LabState, type ViewName } from "./state/lab-state.js";
import { atStep, isEdited, isSame, withField, withinNetwork, withPreset, withRun, withTry } from "./state/changes.js";
import { urlOf } from "./state/url.js";
import { estimateOf } from "./computation/estimate.js";
import { statusLine } from "./controls/status-line.js";
import { titleOf, viewTabs } from "./controls/tabs.js";
import { article } from "./views/article.js";
import type * as lateModule from "./views/lab-views.js";
import { startView } from "./views/start.js";
import { errorsBeside } from "./views/errors-beside.js";
import type { ViewChange, Scene, View } from "./views/view.js";
import { keepOffline } from "./offline.js";
import { coreHere, inspector, workers, workersNote } from "./computation/workers.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
/** Matches the breakpoint in the styles; on narrower screens, there is one column. */
const narrow = matchMedia("(max-width: 900px)");

/** A note for the reader about the computation. */
let engineNote = "";
const history = stateHistory(arrive);
const lab = createLab(workers, inspector, coreHere, drawNow, requestDraw, fail);
const first = history.read();
let state: LabState = first.state;
// The workers compute the first picture while the page is being built.
lab.show(state);
/** Holds the view's own controls, if it has any. */
const ownControls = html("div", {});
const tabs = viewTabs("view", chooseView);
const status = statusLine(() => lab.stop());
const silence = silenceNote();
/** Whether the workers have started. */
let hasStarted = false;
const share = sharePanel(
  () => ({
    state,
    figureName: drawnView(state),
    figure: (options, layer) => {
      const shown = { ...scene(), state: { ...state, layer: layer ?? state.layer } };
      return pair?.figure(shown, options) ?? drawn()?.figure(shown, options) ?? null;
    },
    plays: drawn()?.play !== undefined,
    rows: () => drawn()?.rows?.() ?? rowsOf(state, lab.data),
    csv: () => drawn()?.csv?.() ?? drawnCsv({ state, data: lab.data }, pair?.pinned() ?? null),
    command: command(),
    isDark: dark.matches,
  }),
  linkTo,
  openFiles,
  (text) => setText(elementById("news"), text),
);
const embedded = embedBar(changeField, linkTo);
const startScreen = startView(
  (z) => changeField("z", [z], false),
  () => explained().begin(),
  openLab,
);
/** The other views; null until they have loaded. */
let views: lateModule.LabViews | null = null;
/** A network pinned beside the one on screen. */
let pair: lateModule.Comparison | null = null;
const introduction = html("p", { class: "introduction" });
const invitation = html(
  "p",
  {},
  "New here? ",
  button("Read the explanation", () => explained().begin()),
  ` In ${guide.length} steps, it leads from a single circuit to a network that fails, and on to a design that holds.`,
);
const slot = html("div", { class: "slot" });
const shownSide = html("div", { class: "side" }, slot);
const sides = html("div", { class: "sides" }, shownSide);
const toLab = button("Open this in the lab", () => changeView({ view: drawnView(state) }), { class: "small" });
const sheet = phoneSheet(changeView, changeField, slot);
const beside = errorsBeside();
const stage = html(
  "div",
  { class: "stage" },
  introduction,
  status.element,
  silence.element,
  sides,
  beside.element,
  embedded.element,
  toLab,
);

// Runs as a separate task, because loading this module has already taken up a whole task.
setTimeout(start);

function start(): void {
  const styles = new CSSStyleSheet();
  styles.replaceSync(figureStyles());
  document.adoptedStyleSheets = [styles];
  elementById("tabs").append(tabs.element);
  elementById("view").append(stage, invitation, sheet.element);
  elementById("controls").append(ownControls);
  elementById("share").append(share.element);
  // The address's fragment holds the state, so this link moves the focus instead of pointing to a fragment.
  elementById("skip").addEventListener("click", (event) => {
    event.preventDefault();
    elementById("view").focus();
  });
  dark.addEventListener("change", requestDraw);
  new ResizeObserver(() => {
    if (room === slot.clientWidth) return;
    room = slot.clientWidth;
    requestDraw();
  }).observe(slot);
  arrive(first.state, first.problem);
  // If the workers fail to start, the first run reports it.
  workersNote.then(
    (note) => {
      hasStarted = true;
      engineNote = note;
      const said = elementById("note");
      setText(said, `${note} ${said.textContent}`.trim());
    },
    () => {},
  );
}

let isWhole = false;

/** Loads the rest of the page, after the first picture. */
function loadRest(): void {
  if (isWhole) return;
  isWhole = true;
  setTimeout(() => {
    void loadViews()
      .then(({ warmUp }) => warmUp())
      .catch(() => {})
      .then(keepOffline);
  });
}

let loading: Promise<typeof lateModule> | null = null;

/** Loads the lab's views and drawing code, which the first screen does not need. */
function loadViews(): Promise<typeof lateModule> {
  loading ??= import("./views/lab-views.js").then(
    (loaded) => {
      const drag = (degrees: number): void => {
        lab.drag(state, degrees);
        pair?.drag(degrees);
      };
      const exampleSweep = async () => loaded.exampleSweep(await workers);
      const settings = { changeView, newSeed: (seed: number) => changeField("seed", seed, false), failed: fail };
      const training = { ...settings, executor: inspector, changed: requestDraw };
      const makeViews = () =>
        loaded.labViews({ changeView, drag, openRun, openSweep, exampleSweep, settings, training });
      views = makeViews();
      const unpin = (): void => changeView({ pinned: null });
      const pin = (pinned: RunSpec, spec: RunSpec): void => set({ ...state, pinned, spec });
      pair = loaded.comparison({ pin, unpin, makeViews, changed: requestDraw, failed: fail });
      sides.before(pair.bar);
      shownSide.before(pair.side);
      slot.before(pair.nameOfB);
      show();
      return loaded;
    },
    () => {
      loading = null;
      throw new Error("A part of this page could not be loaded. Check the connection, then choose a view again.");
    },
  );
  return loading;
}

/** The view on screen; null while it loads. */
function drawn(): View | null {
  const name = drawnView(state);
  return name === "start" ? startScreen : (views?.[name] ?? null);
}

/**
 * Applies a new state to the address, the controls and the views.
 *
 * @param isRead true if the reader scrolled to the new state; it then replaces the current history entry
 */
function set(next: LabState, isPassing = false, isRead = false): void {
  state = withinNetwork(next);
  history.write(state, isPassing, isRead);
  clear();
  show();
}

/** Leaves the state as it is, clears messages and ends the slider movement in progress. */
function settle(): void {
  history.settle();
  clear();
  controls?.show(state);
}

/** Clears the messages about the last change. */
function clear(): void {
  say("");
  controls?.mark(null);
}

/** Whether the view on screen shows the spec's network. */
const hasNetwork = (shown: LabState): boolean => !["storage", "train", "sweep"].includes(drawnView(shown));

/** Shows a line of text, and adds a note if the network on screen is used in a way for which it was not designed. */
function say(text: string): void {
  const notes = hasNetwork(state) ? specNotes(state.spec) : [];
  const locks = state.lock.length > 0 ? `This link locks ${listed(state.lock)}.` : "";
  setText(elementById("message"), "");
  setText(elementById("note"), [text, engineNote, locks, ...notes].filter((part) => part !== "").join(" "));
}

/** The column of controls and the explanation are made when they are first shown; the first screen has neither. */
let controls: ReturnType<typeof createControls> | null = null;
let explanation: ReturnType<typeof article> | null = null;

function showControls(): void {
  if (controls === null) {
    const rows = async (spec: RunSpec) => (await loadViews()).rowsOfRun(await workers, spec);
    controls = createControls(presets, choosePreset, changeField, (upTo) => changeView({ upTo }), rows);
    elementById("controls").prepend(controls.element);
  }
  controls.show(state);
  // These controls change the spec's network, which the storage, training and sweep views do not show.
  controls.element.hidden = !hasNetwork(state);
}

function explained(): ReturnType<typeof article> {
  if (explanation === null) {
    explanation = article({ go: goToStep, move: moveInStep, attempt: tryInStep });
    elementById("view").prepend(explanation.element);
    stage.prepend(explanation.ways);
  }
  return explanation;
}

function show(): void {
  // This comes first, so that the workers compute while the page changes.
  lab.show(state);
  const isStart = state.view === "start";
  if (!isStart) {
    showControls();
    share.show(state, command());
  }
  const own = drawn()?.controls ?? null;
  if (own === null) ownControls.replaceChildren();
  else if (!own.isConnected) ownControls.replaceChildren(own);
  embedded.show(state);
  sheet.show(state);
  setAttribute(document.body, "data-embed", state.embed);
  document.title = `${titleOf(state)} · Circuits in superposition`;
  tabs.show(state.view);
  elementById("view").setAttribute("aria-labelledby", `tab-${state.view}`);
  const isExplained = state.view === "explanation";
  document.body.dataset["screen"] = isExplained || isStart ? state.view : "lab";
  toLab.hidden = !isExplained;
  if (explanation !== null) explanation.element.hidden = explanation.ways.hidden = !isExplained;
  if (isExplained) explained().show(state, isEdited(state));
  else explanation?.leave();
  const view = drawn();
  setText(introduction, isExplained || view === null ? "" : view.introduction);
  introduction.hidden = isExplained || isStart;
  invitation.hidden = state.view !== "trajectories" || state.embed !== null;
  status.element.hidden = ["train", "sweep"].includes(state.view) || (isExplained && drawnView(state) !== "errors");
  if (view === null) loadViews().catch(fail);
  else if (!view.element.isConnected) slot.replaceChildren(view.element);
  pair?.show(state);
  const frame = [document.body.dataset["screen"], state.embed, state.pinned === null].join();
  if (frame !== shownFrame) room = null;
  shownFrame = frame;
  requestDraw();
}

/** The parts of the state that, together with the size of the window, determine the space for the figure. */
let shownFrame = "";
/** The width of the space for the figure, in px; null if it must be measured, which requires a layout of the page. */
let room: number | null = null;

/** The address of a state. */
function linkTo(shown: LabState): string {
  return `${location.href.split("#")[0]}#${urlOf(shown)}`;
}

/** The command line that prints the numbers on screen. */
function command(): string {
  return drawn()?.command?.() ?? commandOf(state);
}

let frame: number | null = null;

/** Draws once before the browser's next frame: input is handled first, and several changes are drawn together. */
function requestDraw(): void {
  frame ??= requestAnimationFrame(draw);
}

/** Draws an answer as soon as it arrives, so that it is already drawn when the browser's next frame is due. */
function drawNow(): void {
  draw();
  // The query ends only after this function returns, so the page must be drawn once more.
  requestDraw();
}

function draw(): void {
  if (frame !== null) cancelAnimationFrame(frame);
  frame = null;
  // The first answer may arrive before the page has been built.
  if (!slot.isConnected) return;
  const isStale = lab.isStale(state);
  status.show(lab, drawnView(state), isStale, state.spec);
  const seen = scene();
  drawn()?.draw(seen);
  pair?.draw(seen);
  beside.draw(seen, views?.errors ?? null);
  setAttribute(slot, "data-state", isStale ? "stale" : "current");
  // Checked only after drawing, because drawing may request more results.
  const isBusy = lab.isBusy() || pair?.isBusy() === true || drawn() === null;
  setAttribute(elementById("view"), "aria-busy", isBusy ? "true" : null);
  silence.heard({ isBusy, hasStarted, expected: () => estimateOf(state.spec).first });
  if (!isBusy) loadRest();
  // A text version of the picture for screen readers, updated once the change has been computed.
  if (!isStale && lab.running.progress === null) setText(elementById("headline"), headline());
}

/** The title of the picture on screen. */
function headline(): string {
  const compared = pair?.headline(lab.data) ?? "";
  return compared === "" ? (slot.querySelector("svg > title, .figure-title")?.textContent ?? "") : compared;
}

/** Applies one of a step's suggestions to the step's original network. */
function tryInStep(step: number, tried: GuideTry): void {
  set(withTry(state, step, tried));
  if (tried.plays) drawn()?.play?.();
}

/** Handles a change to a number in the text of a step. */
function moveInStep(step: number, name: keyof RunSpec | "layer", value: number, isPassing: boolean): void {
  if (state.step !== step) goToStep(step, true);
  if (name === "layer") changeView({ layer: value }, isPassing);
  else changeField(name, name === "z" ? zsOf(value, state.upTo) : value, isPassing);
}

function scene(): Scene {
  room ??= slot.clientWidth;
  const width = Math.max(280, Math.min(900, room));
  const inExplanation = narrow.matches ? "above" : "beside";
  const frame = state.view === "explanation" ? inExplanation : state.embed === null ? "page" : "embedded";
  return {
    state,
    data: lab.data,
    width,
    isDark: dark.matches,
    frame,
    idSuffix: "",
    beside: pair?.pinned()?.data ?? null,
    look: (layer, neuron) => lab.look({ spec: state.spec, layer, neuron }),
    follow: lab.follow,
  };
}

/** The slider being held, with the network at the start of the movement and the current network. */
let held: { readonly name: keyof RunSpec; readonly from: RunSpec; readonly to: RunSpec } | null = null;

function changeField(name: keyof RunSpec, value: unknown, isPassing: boolean): void {
  attempt(name, () => {
    // Fields that were adjusted along the way are restored when the slider moves back.
    const from = held !== null && held.name === name && held.to === state.spec ? held.from : state.spec;
    if (!isPassing) held = null;
    const { spec, notes } = withField(state, from, name, value);
    // On release, a slider reports its last value again, although that value has already been applied.
    if (!isSame(spec, state.spec)) set({ ...state, spec }, isPassing);
    else if (!isPassing) settle();
    held = isPassing ? { name, from, to: state.spec } : null;
    if (notes.length > 0) say(notes.join(" "));
  });
}

function changeView(change: ViewChange, isPassing = false): void {
  set({ ...state, ...change }, isPassing);
}

function chooseView(view: ViewName): void {
  if (view === "explanation" && state.view !== "explanation") goToStep(state.step);
  else changeView({ view });
}

/** Enters the lab from the first screen; focusing the tab also scrolls to it. */
function openLab(): void {
  changeView({ view: "trajectories" });
  elementById("tab-trajectories").focus();
}

function choosePreset(preset: Preset): void {
  set(withPreset(state, preset));
  say(preset.note);
}

function goToStep(step: number, isRead = false): void {
  set(atStep(state, step), false, isRead);
}

/** Opens a spec or the results of a sweep. */
function openFiles(files: readonly File[]): void {
  const [file] = files;
  if (files.length > 1 || file.name.endsWith(".jsonl")) openSweep(files);
  else specFromFile(file).then(openRun, fail);
}

function openSweep(files: readonly File[]): void {
  loadViews()
    .then(() => views?.sweep.open(files))
    .then(() => changeView({ view: "sweep", sweep: null }), fail);
}

/** Shows another network, in a view that can show it. */
function openRun(given: RunSpec): void {
  attempt("spec", () => set(withRun(state, given)));
}

/** Shows the state that the address asks for, and reports the parts that are invalid. */
function arrive(next: LabState, problem: InputError | null): void {
  state = next;
  clear();
  show();
  if (problem !== null) fail(problem);
}

function attempt(name: string, change: () => void): void {
  try {
    change();
  } catch (error) {
    fail(error);
    if (error instanceof InputError) controls?.mark(`${name} `);
  }
}

/** Shows an error in one line; the picture on screen stays. */
function fail(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  setText(elementById("message"), text);
  controls?.mark(error instanceof InputError ? text : null);
}

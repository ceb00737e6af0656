import { shapeOf, type RunSpec } from "../../config/run-spec.js";
import { fieldNamed } from "../../config/fields.js";
import { scrubber } from "../controls/scrubber.js";
import { linear, sliderScale, type Scale } from "../controls/slider-scale.js";
import { button, html, setAttribute, setText, type Widget } from "../dom/elements.js";
import { dotted } from "../dom/term.js";
import { fieldLabel } from "../spec/field-label.js";
import { parseLabSpec } from "../spec/lab-spec.js";
import { glossary, type Term } from "../state/glossary.js";
import { guide, type GuideTry } from "../state/guide.js";
import { shownLayer, type LabState } from "../state/lab-state.js";

/** The page functions that the article calls. */
export interface ArticleActions {
  /** @param isRead true if the reader scrolled to the step */
  go(step: number, isRead: boolean): void;
  /** Called when the reader changes a number in the text of a step: a field of its network, or the layer. */
  move(step: number, name: keyof RunSpec | "layer", value: number, isPassing: boolean): void;
  attempt(step: number, what: GuideTry): void;
}

/** The sources of the explanation, and further reading. */
const sources = [
  [
    "“Rotations in Superposition”, the post",
    "https://www.lesswrong.com/posts/LZ7YMPJueB6qjL24n/rotations-in-superposition",
  ],
  [
    "“Circuits in Superposition 2”, the mathematics",
    "https://www.lesswrong.com/posts/FWkZYQceEzL84tNej/circuits-in-superposition-2-now-with-less-wrong-math",
  ],
  ["“Toy Models of Superposition”, the background", "https://arxiv.org/abs/2209.10652"],
  ["The post’s code", "https://github.com/LindaLinsefors/Rot-in-Sup"],
] as const;

/**
 * Milliseconds before the figure switches to the step being read; quick scrolling thus skips the steps in between.
 */
const PAUSE = 120;

/** The explanation as one continuous text; the figure beside it shows the step being read. */
export function article({ go, move, attempt }: ArticleActions) {
  let shown: LabState | null = null;
  /** The step that was scrolled to; 0 until the article is on screen. */
  let read = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const reset = button("Back to the step’s own network", () => go(shown?.step ?? 1, false), { class: "small" });
  const edited = html(
    "p",
    { class: "edited" },
    "The figure shows a different network from the one in the text. ",
    reset,
  );
  const steps = guide.map((_, k) => section(k + 1, move, attempt));
  const place = html("span", { class: "number" });
  const back = button("◀", () => goTo((shown?.step ?? 1) - 1), { "aria-label": "previous step", class: "small" });
  const next = button("▶", () => goTo((shown?.step ?? 1) + 1), { "aria-label": "next step", class: "small" });
  const ways = html("div", { class: "steps" }, back, place, next);
  const links = sources.map(([text, href]) =>
    html("li", {}, html("a", { href, target: "_blank", rel: "noopener" }, text)),
  );
  const end = html("div", { class: "sources" }, html("h2", {}, "Further reading"), html("ul", {}, ...links));
  const element = html("article", { "aria-label": "Explanation" }, ...steps.map((step) => step.element), end);

  const goTo = (step: number): void => {
    go(step, false);
    scrollTo(step);
    steps[step - 1].title.focus({ preventScroll: true });
  };
  const scrollTo = (step: number): void => {
    read = step;
    steps[step - 1].element.scrollIntoView({ block: "start", behavior: "instant" });
  };
  const watcher = new IntersectionObserver(
    (entries) => {
      const entry = entries.find(({ isIntersecting }) => isIntersecting);
      if (entry === undefined) return;
      clearTimeout(timer);
      const step = steps.findIndex((one) => one.element === entry.target) + 1;
      timer = setTimeout(() => {
        if (element.hidden || step === shown?.step) return;
        read = step;
        go(step, true);
      }, PAUSE);
    },
    { rootMargin: "-60% 0px -39% 0px" },
  );
  for (const step of steps) watcher.observe(step.element);
  // The text's height depends on the width; after a change of width, scrolls back to the step being read.
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(timer);
    if (!element.hidden && read !== 0) scrollTo(read);
  });

  return {
    element,
    /** Shows the step's number, with buttons for the previous and next steps. */
    ways,
    begin: () => goTo(1),
    show(state: LabState, isEdited: boolean): void {
      const { step } = state;
      const isOther = step !== shown?.step;
      if (isOther && shown !== null) steps[shown.step - 1].show(null);
      shown = state;
      steps[step - 1].show(state);
      edited.hidden = !isEdited;
      if (edited.parentElement !== steps[step - 1].element) steps[step - 1].element.append(edited);
      setText(place, `Step ${step} of ${guide.length}`);
      setAttribute(back, "disabled", step === 1);
      setAttribute(next, "disabled", step === guide.length);
      if (step !== read && (read !== 0 || step !== 1)) scrollTo(step);
      read = step;
    },
    /** Called when another view is shown; the explanation reopens at its current step. */
    leave(): void {
      read = 0;
    },
  };
}

interface Section extends Widget<[state: LabState | null]> {
  readonly title: HTMLElement;
}

/** A step's text, numbers and suggestions. Without a state, the section shows the step's original network. */
function section(step: number, move: ArticleActions["move"], attempt: ArticleActions["attempt"]): Section {
  const { title, paragraphs, invitation, tries = [], spec: given, viewState } = guide[step - 1];
  const own = { layer: null, ...viewState, spec: parseLabSpec(given) };
  const numbers: ((shown: Looked) => void)[] = [];
  const written = (text: string): (Node | string)[] =>
    text.split(/(\{\w+\}|\(?\[[^\]]+\][).,;:]*)/).map((part) => {
      const dots = /^(\(?)\[([^\]]+)\](.*)$/.exec(part);
      if (dots !== null) {
        const [, open, name, close] = dots;
        const [word, term = word] = name.split("|");
        const element = dotted(word, glossary[term as Term]);
        // A line may break on either side of a button, but not between a word and its punctuation.
        return open + close === "" ? element : html("span", { class: "unbroken" }, open, element, close);
      }
      if (!part.startsWith("{")) return part;
      const name = part.slice(1, -1);
      const derived = derivedNumbers[name];
      if (derived !== undefined) {
        const element = html("span", { class: "number" });
        numbers.push(({ spec }) => setText(element, derived(spec)));
        return element;
      }
      const field = name as keyof RunSpec | "layer";
      const label = field === "layer" ? "layer" : fieldLabel(fieldNamed(field));
      const number = scrubber(label, (value, isPassing) => move(step, field, value, isPassing));
      numbers.push((shown) => number.show(valueOf(shown, field), scaleOf(field, shown.spec)));
      return number.element;
    });
  const heading = html("h2", { tabindex: -1 }, `${step}. ${title}`);
  const said = html("p", { class: "said", role: "status" });
  const buttons = tries.map((what) =>
    button(what.label, () => {
      attempt(step, what);
      setText(said, what.says ?? "");
    }),
  );
  const element = html(
    "section",
    {},
    heading,
    ...paragraphs.map((text) => html("p", {}, ...written(text))),
    html("p", { class: "invitation" }, html("strong", {}, "Try: "), ...written(invitation)),
    html("div", { class: "player" }, ...buttons),
    said,
  );
  const show = (state: LabState | null): void => {
    if (state === null) setText(said, "");
    for (const number of numbers) number(state ?? own);
  };
  show(null);
  return { element, title: heading, show };
}

/** The part of the state from which a step's numbers are computed. */
type Looked = Pick<LabState, "spec" | "layer">;

const words = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");
const wordOf = (count: number): string => words[count] ?? String(count);
const shares = [
  "",
  "all",
  "half",
  ..."third fourth fifth sixth seventh".split(" ").map((part) => `a ${part}`),
  "an eighth",
];

/** Numbers and words in the text that are computed from the spec. */
export const derivedNumbers: Readonly<Record<string, (spec: RunSpec) => string>> = {
  room: ({ D }) => String(Math.floor(D / 4)),
  // With S = 1, two circuits that share a neuron in one block share one in every block.
  sharing: ({ D, T }) => {
    const room = Math.floor(D / 4);
    return T <= room ? "none" : String(Math.min(T, 2 * (T - room)));
  },
  neurons: ({ T }) => String(4 * T),
  circuits: ({ T }) => String(T),
  total: ({ D }) => String(D),
  each: ({ S }) => wordOf(S),
  share: ({ S }) => shares[S] ?? `1/${S}`,
  active: ({ z }) => wordOf(Math.max(...z)),
  outlined(spec) {
    if (spec.design !== "published") return "Outlined neurons belong to active circuits";
    const z = Math.max(...spec.z);
    const { d, S } = shapeOf(spec);
    return z === 1
      ? `${d * S} of them, outlined, belong to the active circuit`
      : `Up to ${z * d * S} of them, outlined, belong to the ${wordOf(z)} active circuits`;
  },
};

const valueOf = (shown: Looked, name: keyof RunSpec | "layer"): number =>
  name === "layer" ? shownLayer(shown) : Number(name === "z" ? Math.max(...shown.spec.z) : shown.spec[name]);

const scaleOf = (name: string, spec: RunSpec): Scale =>
  (name === "layer" ? linear(0, spec.L) : name === "seed" ? linear(1, 60) : sliderScale(name, spec)) ?? linear(0, 1);

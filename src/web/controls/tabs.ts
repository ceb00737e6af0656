import { button, html, setAttribute, type Widget } from "../dom/elements.js";
import { guide } from "../state/guide.js";
import { viewNames, type LabState, type ViewName } from "../state/lab-state.js";

const titles: Readonly<Record<ViewName, string>> = {
  start: "Start",
  explanation: "Explanation",
  trajectories: "Trajectories",
  errors: "Errors",
  neurons: "Neurons",
  contagion: "Contagion",
  assignment: "Assignment",
  storage: "Storage",
  train: "Train",
  sweep: "Sweep",
};

/** The title of the view on screen. */
export function titleOf({ view, step }: Pick<LabState, "view" | "step">): string {
  return view === "explanation" ? `${step}. ${guide[step - 1].title}` : titles[view];
}

/** The views as tabs; arrow keys move between them. */
export function viewTabs(panelId: string, choose: (view: ViewName) => void): Widget<[view: ViewName]> {
  const tabs = viewNames.map((view) =>
    button(titles[view], () => choose(view), { role: "tab", id: `tab-${view}`, "aria-controls": panelId }),
  );
  const element = html("div", { class: "tabs", role: "tablist", "aria-label": "views" }, ...tabs);
  element.addEventListener("keydown", ({ key }) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (by === undefined) return;
    const at = tabs.findIndex((tab) => tab === document.activeElement);
    const next = tabs[(at + by + tabs.length) % tabs.length];
    next.focus();
    next.click();
  });
  return {
    element,
    show(view) {
      tabs.forEach((tab, k) => {
        const isSelected = viewNames[k] === view;
        setAttribute(tab, "aria-selected", String(isSelected));
        setAttribute(tab, "tabindex", isSelected ? 0 : -1);
      });
    },
  };
}

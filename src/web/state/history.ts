import type { InputError } from "../../base/errors.js";
import { fitsUrl, urlOf, validPartsOf } from "./url.js";
import type { LabState } from "./lab-state.js";

/**
 * Keeps the state in the address bar. Every lasting change adds a history entry that the back button can return to.
 *
 * @param arrived called when the back or forward button is used or the address is edited; receives the new state and
 *   any problem in it
 */
export function stateHistory(arrived: (state: LabState, problem: InputError | null) => void) {
  /** Specs that are too large for a link, by the number stored in their history entry. */
  const large: LabState[] = [];
  let wasPassing = false;
  const read = (): { readonly state: LabState; readonly problem: InputError | null } => {
    const entry = (history.state as { readonly large?: number } | null)?.large;
    const state = entry === undefined ? undefined : large[entry];
    return state === undefined ? validPartsOf(location.hash) : { state, problem: null };
  };
  /**
   * @param isPassing true while a slider is held: the whole movement becomes one history entry
   * @param isRead true if the reader scrolled to this state; then no history entry is added
   */
  const write = (state: LabState, isPassing: boolean, isRead = false): void => {
    const fits = fitsUrl(state);
    const entry = fits ? null : { large: large.push(state) - 1 };
    const url = `${location.pathname}${location.search}#${fits ? urlOf(state) : ""}`;
    if (wasPassing || isRead) history.replaceState(entry, "", url);
    else history.pushState(entry, "", url);
    wasPassing = isPassing;
  };
  /** Ends a slider's movement; the last state of the movement has already been written. */
  const settle = (): void => void (wasPassing = false);
  addEventListener("popstate", () => {
    wasPassing = false;
    const { state, problem } = read();
    arrived(state, problem);
  });
  return { read, write, settle };
}

import type { InputError } from "../../base/errors.js";
import { fitsUrl, urlOf, validPartsOf } from "./url.js";
import type { LabState } from "./lab-state.js";

/**
 * The state in the address bar: every lasting change is an entry that the back button returns from.
 *
 * @param arrived called with the state that back, forward or an edited address asks for, and what of it cannot be had
 */
export function stateHistory(arrived: (state: LabState, problem: InputError | null) => void) {
  /** Specs too large for a link, by the number that their history entry holds. */
  const large: LabState[] = [];
  let wasPassing = false;
  const read = (): { readonly state: LabState; readonly problem: InputError | null } => {
    const entry = (history.state as { readonly large?: number } | null)?.large;
    const state = entry === undefined ? undefined : large[entry];
    return state === undefined ? validPartsOf(location.hash) : { state, problem: null };
  };
  /**
   * @param isPassing the value of a slider that is still held: the whole movement becomes one entry
   * @param isRead what was scrolled to, which makes no entry
   */
  const write = (state: LabState, isPassing: boolean, isRead = false): void => {
    const fits = fitsUrl(state);
    const entry = fits ? null : { large: large.push(state) - 1 };
    const url = `${location.pathname}${location.search}#${fits ? urlOf(state) : ""}`;
    if (wasPassing || isRead) history.replaceState(entry, "", url);
    else history.pushState(entry, "", url);
    wasPassing = isPassing;
  };
  /** Ends a movement at the state that its last step has written; without one nothing is to be written. */
  const settle = (state: LabState): void => void (wasPassing && write(state, false));
  addEventListener("popstate", () => {
    wasPassing = false;
    const { state, problem } = read();
    arrived(state, problem);
  });
  return { read, write, settle };
}

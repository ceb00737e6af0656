import { fitsUrl, stateFromUrl, urlOf } from "./url.js";
import type { LabState } from "./lab-state.js";

/**
 * The state in the address bar: every lasting change is an entry that the back button returns from.
 *
 * @param arrived called with the state that back, forward or an edited address asks for, or with why it cannot be
 */
export function stateHistory(arrived: (state: LabState) => void, failed: (error: unknown) => void) {
  /** Specs too large for a link, by the number that their history entry holds. */
  const large: LabState[] = [];
  let wasPassing = false;
  /** @throws InputError for an address that asks for something that cannot be */
  const read = (): LabState => {
    const entry = (history.state as { readonly large?: number } | null)?.large;
    return (entry === undefined ? undefined : large[entry]) ?? stateFromUrl(location.hash);
  };
  /** @param isPassing the value of a slider that is still held: the whole movement becomes one entry */
  const write = (state: LabState, isPassing: boolean): void => {
    const fits = fitsUrl(state);
    const entry = fits ? null : { large: large.push(state) - 1 };
    const url = `${location.pathname}${location.search}#${fits ? urlOf(state) : ""}`;
    if (wasPassing) history.replaceState(entry, "", url);
    else history.pushState(entry, "", url);
    wasPassing = isPassing;
  };
  /** Ends a movement at the state that its last step has written; without one nothing is to be written. */
  const settle = (state: LabState): void => void (wasPassing && write(state, false));
  addEventListener("popstate", () => {
    wasPassing = false;
    try {
      arrived(read());
    } catch (error) {
      failed(error);
    }
  });
  return { read, write, settle };
}

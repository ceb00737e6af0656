import { fitsUrl, stateFromUrl, urlOf } from "./url.js";
import type { LabState } from "./lab-state.js";

/** The state in the address bar: every lasting change is an entry that the back button returns from. */
export class StateHistory {
  /** Specs too large for a link, by the number that their history entry holds. */
  readonly #large: LabState[] = [];
  #isPassing = false;

  /**
   * @param arrived called with the state that back, forward or an edited address asks for, or with why it cannot be
   */
  constructor(arrived: (state: LabState) => void, failed: (error: unknown) => void) {
    addEventListener("popstate", () => {
      this.#isPassing = false;
      try {
        arrived(this.read());
      } catch (error) {
        failed(error);
      }
    });
  }

  /** @throws InputError for an address that asks for something that cannot be */
  read(): LabState {
    const entry = (history.state as { readonly large?: number } | null)?.large;
    const kept = entry === undefined ? undefined : this.#large[entry];
    return kept ?? stateFromUrl(location.hash);
  }

  /** Ends a movement at the state that its last step has written; without one nothing is to be written. */
  settle(state: LabState): void {
    if (this.#isPassing) this.write(state, false);
  }

  /** @param isPassing the value of a slider that is still held: the whole movement becomes one entry */
  write(state: LabState, isPassing: boolean): void {
    const fits = fitsUrl(state);
    const entry = fits ? null : { large: this.#large.push(state) - 1 };
    const url = `${location.pathname}${location.search}#${fits ? urlOf(state) : ""}`;
    if (this.#isPassing) history.replaceState(entry, "", url);
    else history.pushState(entry, "", url);
    this.#isPassing = isPassing;
  }
}

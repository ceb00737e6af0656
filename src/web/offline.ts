/** Stores the built page for use without a network, if the browser can. */
export function keepOffline(): void {
  if (!IS_BUILT || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("./service-worker.js").catch(() => {
    // Private windows and some settings forbid this; the page still works while online.
  });
}

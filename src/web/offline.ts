/** Keeps the built page for use without a network, where the browser can. */
export function keepOffline(): void {
  if (!IS_BUILT || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("./service-worker.js").catch(() => {
    // Private windows and some settings forbid it: the page works all the same while it is online.
  });
}

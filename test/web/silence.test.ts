import { expect, test } from "vitest";
import { silenceWatch } from "../../src/web/computation/silence.js";

/** A watch whose clock the test controls: `pass` ends the open waits, one after another. */
function watched() {
  const open = new Set<() => void>();
  const waits: number[] = [];
  let said = "";
  const heard = silenceWatch(
    (text) => (said = text),
    (seconds, call) => {
      waits.push(seconds);
      open.add(call);
      return () => open.delete(call);
    },
  );
  const pass = (): void => {
    for (const call of open) {
      open.delete(call);
      call();
    }
  };
  return { heard, pass, waits, said: () => said };
}

test.each([
  [true, "The compute workers have not answered for 55 seconds: they are slow, or they have stopped."],
  [false, "No worker has started within 55 seconds, so nothing can be computed yet."],
])(
  "a worker that never answers is reported, after the time that its answer may take; started: %s",
  (hasStarted, text) => {
    const { heard, pass, waits, said } = watched();
    heard({ isBusy: true, hasStarted, expected: () => 8 });
    expect(said()).toBe("");
    pass();
    expect(waits).toEqual([15, 40]);
    expect(said()).toBe(text);
    heard({ isBusy: false, hasStarted, expected: () => 8 });
    expect(said()).toBe("");
  },
);

test("an answer ends the wait, and nothing is said while nothing is asked", () => {
  const { heard, pass, waits, said } = watched();
  heard({ isBusy: true, hasStarted: true, expected: () => 0 });
  heard({ isBusy: false, hasStarted: true, expected: () => 0 });
  pass();
  expect([waits, said()]).toEqual([[15], ""]);
});

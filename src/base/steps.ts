/** Work in small steps: yields the completed fraction, from 0 to 1, and returns the result. */
export type Steps<Result> = Generator<number, Result, void>;

/** Runs all steps without a pause and returns the result. */
export function finish<Result>(steps: Steps<Result>): Result {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

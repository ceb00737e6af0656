import type { BlockAndRedundancy } from "./assignment.js";

/** Number of results kept; the oldest one is dropped first. */
const CAPACITY = 64;

/**
 * Memoizes a function of P and S, because checking, building and drawing a spec need the same value. Use only for pure
 * functions, and do not modify the result.
 */
export function memoizeByBlock<Answer>(
  answer: (block: BlockAndRedundancy) => Answer,
): (block: BlockAndRedundancy) => Answer {
  const answers = new Map<string, Answer>();
  return (block) => {
    const key = `${block.P} ${block.S}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const fresh = answer(block);
    if (answers.size === CAPACITY) answers.delete(answers.keys().next().value!);
    answers.set(key, fresh);
    return fresh;
  };
}

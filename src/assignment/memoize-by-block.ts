import type { BlockAndRedundancy } from "./assignment.js";

/** Answers kept; the oldest goes first. */
const CAPACITY = 64;

/**
 * Memoizes a function of P and S: checking a spec, building it and drawing it ask the same question. Only for pure functions;
 * callers must not write to what they get.
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

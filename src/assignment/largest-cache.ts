import type { BlockAndRedundancy } from "./assignment.js";

/** How many answers are kept. */
const KEPT = 64;

/**
 * A function of P and S that keeps its last answers: checking a spec, building it and drawing it ask the same question.
 * Only for functions that always answer the same; what is kept must not be written to.
 */
export function remembered<Answer>(
  answer: (block: BlockAndRedundancy) => Answer,
): (block: BlockAndRedundancy) => Answer {
  const answers = new Map<string, Answer>();
  return (block) => {
    const key = `${block.P} ${block.S}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const fresh = answer(block);
    if (answers.size === KEPT) answers.delete(answers.keys().next().value!);
    answers.set(key, fresh);
    return fresh;
  };
}

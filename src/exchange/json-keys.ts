/**
 * Finds faults that `JSON.parse` does not report: excessive nesting and duplicate keys.
 *
 * The text need not be valid JSON; `JSON.parse` reports invalid JSON later. This check runs first, so that `JSON.parse`
 * never builds deeply nested values from a small text.
 *
 * @param maxDepth largest allowed nesting of objects and lists
 * @returns the fault in a few words, or null
 */
export function findJsonFault(text: string, maxDepth: number): string | null {
  /** The keys found so far in each enclosing object; null for a list. */
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{" || character === "[") {
      if (open.length === maxDepth) return `nested more than ${maxDepth} levels deep`;
      open.push(character === "{" ? new Set() : null);
    } else if (character === "}" || character === "]") {
      open.pop();
    } else if (character === '"') {
      const start = at;
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === "\\") at++;
      const keys = open.at(-1);
      if (!keys || !isKey(text, at + 1)) continue;
      const key = keyFrom(text.slice(start, at + 1));
      if (keys.has(key)) return `the key ${JSON.stringify(key.slice(0, 40))} occurs twice`;
      keys.add(key);
    }
  }
  return null;
}

function isKey(text: string, after: number): boolean {
  let at = after;
  while (at < text.length && " \n\r\t".includes(text[at])) at++;
  return text[at] === ":";
}

/** The key in a quoted string, decoded because "a" and "\u0061" are the same key. */
function keyFrom(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}

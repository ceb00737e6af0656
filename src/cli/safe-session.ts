import type { Session } from "./session.js";

/**
 * A session with safe output: passwords in the arguments are never printed, and terminal control characters from files or names are printed as
 * `\u001b`.
 */
export function safeSession(args: readonly string[], session: Session): Session {
  // Up to the last @: a password may have slashes, spaces and @ in it.
  const secrets = args.flatMap((arg) => /\/\/(.+)@/s.exec(arg)?.[1] ?? []);
  const safe = (text: string): string => secrets.reduce(withoutSecret, text).replace(steering, escaped);
  return { ...session, print: (text) => session.print(safe(text)), note: (line) => session.note(safe(line)) };
}

/** Control characters except tabs and line feeds, and characters that change the direction of text. In JSON the escape means the same. */
const steering = /(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Messages shorten long values, so the beginning of a secret must be hidden too. */
function withoutSecret(text: string, secret: string): string {
  return [secret, JSON.stringify(secret).slice(1, -1)].reduce((left, own) => {
    let clean = left.replaceAll(`//${own}@`, "//***@");
    for (let end = own.length; end > 0; end--) clean = clean.replaceAll(`//${own.slice(0, end)}…`, "//***…");
    return clean;
  }, text);
}

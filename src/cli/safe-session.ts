import type { Session } from "./session.js";

/**
 * Makes a session's output safe: passwords from the arguments are never printed, and terminal control characters from
 * files or names are printed as escapes such as `\u001b`.
 */
export function safeSession(args: readonly string[], session: Session): Session {
  const secrets = args.flatMap((arg, k) => secretIn(arg, args[k - 1] === "--queue"));
  const safe = (text: string): string => secrets.reduce(withoutSecret, text).replace(steering, escaped);
  return { ...session, print: (text) => session.print(safe(text)), note: (line) => session.note(safe(line)) };
}

/**
 * Control characters except tabs and line feeds, and characters that change the direction of text. Their escape
 * sequences have the same meaning in JSON.
 */
const steering = /(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The user and password in an argument, and the text before them. */
interface Secret {
  readonly before: string;
  readonly own: string;
}

/**
 * The secret in an address, even if the address is malformed. The secret extends from the scheme to the last @, because
 * a password may contain slashes, spaces and @. Any other argument with an @ contains a secret if a colon or //
 * precedes the @.
 */
function secretIn(arg: string, isQueue: boolean): Secret[] {
  const value = arg.replace(/^--[\w-]+=/, "");
  const [, before = "", own = ""] = /^((?:[a-z][a-z\d+.-]*:)?\/*)([^/].*)@/is.exec(value) ?? [];
  const isAddress = isQueue || arg.startsWith("--queue=") || /:|\/\//.test(before + own);
  return own !== "" && isAddress ? [{ before, own }] : [];
}

/** Removes a secret from `text`. Messages truncate long values, so truncated copies of the secret are removed too. */
function withoutSecret(text: string, secret: Secret): string {
  return [secret, { before: inJson(secret.before), own: inJson(secret.own) }].reduce((left, { before, own }) => {
    let clean = left.replaceAll(`${before}${own}@`, `${before}***@`);
    // If no text precedes the secret, truncated copies are removed only directly after a quotation mark; otherwise, the
    // end of any truncated word could be taken for a copy of the secret.
    const start = before === "" ? '"' : before;
    for (let end = own.length; end > 0; end--)
      clean = clean.replaceAll(`${start}${own.slice(0, end)}…`, `${start}***…`);
    return clean;
  }, text);
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

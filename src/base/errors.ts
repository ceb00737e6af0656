/**
 * Why an input was refused; the list is closed, and a code keeps its meaning.
 *
 * `type`: another kind of value is needed. `range`: outside its bounds. `choice`: none of the values allowed. `shape`: a list of
 * another length. `unknown`: a key that does not exist. `missing`: a value that is needed. `conflict`: does not go with another
 * argument. `file`: a file or folder cannot be used. `invalid`: everything else; the message says what.
 */
export type InputErrorCode =
  "type" | "range" | "choice" | "shape" | "unknown" | "missing" | "conflict" | "file" | "invalid";

/**
 * What a person gave is outside what is allowed. The message says what was given, what is allowed and what to do;
 * the command line prints it without a stack and exits with code 2.
 */
export class InputError extends RangeError {
  override readonly name = "InputError";
  // Not enumerable: two errors that say the same are equal, and what a host prints of one stays its message.
  readonly #code: InputErrorCode;
  readonly #argument: string | null;

  /** @param argument default what the message begins with: "z = 9: …", "chi has 2 entries: …" */
  constructor(message: string, code: InputErrorCode = "invalid", argument?: string | null) {
    super(message);
    this.#code = code;
    this.#argument = argument ?? /^[A-Za-z][\w.[\]-]*(?=:| =| has | is missing)/.exec(message)?.[0] ?? null;
  }

  /** Why, for programs. */
  get code(): InputErrorCode {
    return this.#code;
  }

  /** The argument, field or file that the message is about, such as `z` or `chi[2]`; null where it is about none alone. */
  get argument(): string | null {
    return this.#argument;
  }
}

/**
 * What `read` makes of something that has a name: a file, a run.
 *
 * @throws InputError of `read` with the name before it and `hint` after it
 */
export function within<Result>(name: string, read: () => Result, hint = ""): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${name}: ${error.message}${hint}`, error.code, error.argument);
  }
}

/** The code of a number that is refused. */
function numberCode(value: unknown): InputErrorCode {
  return value === undefined ? "missing" : typeof value === "number" ? "range" : "type";
}

/** `value` as text for a message: short, one line, safe to print. */
export function shown(value: unknown): string {
  if (typeof value === "number" || value === undefined || value === null) return String(value);
  const text = typeof value === "string" ? JSON.stringify(value) : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/**
 * @returns `value` when it is a whole number in min…max
 * @throws InputError naming the argument, its value and its bounds
 */
export function wholeNumber(name: string, value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `from ${min} to ${max}`;
  throw new InputError(`${name} = ${shown(value)}: must be a whole number ${range}.`, numberCode(value), name);
}

/**
 * @returns `value` when it is a finite number in min…max
 * @throws InputError naming the argument, its value and its bounds
 */
export function finiteNumber(name: string, value: unknown, min = -Infinity, max = Infinity): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= min && value <= max) return value;
  const range =
    min === -Infinity && max === Infinity
      ? "a finite number"
      : max === Infinity
        ? `a finite number of at least ${min}`
        : `a finite number from ${min} to ${max}`;
  throw new InputError(`${name} = ${shown(value)}: must be ${range}.`, numberCode(value), name);
}

/**
 * @returns `value` when it is one of `allowed`
 * @throws InputError naming the argument, its value and what it may be
 */
export function oneOf<const Allowed extends string | number>(
  name: string,
  value: unknown,
  allowed: readonly Allowed[],
): Allowed {
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new InputError(`${name} = ${shown(value)}: must be one of ${allowed.join(", ")}.`, "choice", name);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "not permitted",
  // Of making a folder where something else is; the lock file, which is made with a flag that asks for it too, says so itself.
  EEXIST: "is not a folder",
  EISDIR: "is a folder",
  ENOTDIR: "part of the path is not a folder",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "a link leads back to itself",
  EIO: "the device fails",
  EBUSY: "is in use",
};

/** Why the system refused a file or folder, in words. */
export function systemReason(error: unknown): string {
  const code = (error as { readonly code?: string }).code ?? "";
  return reasons[code] ?? (code === "" ? String((error as Error).message) : code);
}

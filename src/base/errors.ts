/**
 * Why an input was rejected. The list is complete, and the meaning of a code does not change.
 *
 * `type`: the wrong type of value. `range`: out of bounds. `choice`: not one of the allowed values. `shape`: a list of
 * the wrong length. `unknown`: a key that does not exist. `missing`: a required value is absent. `conflict`: not
 * allowed together with another argument. `file`: a file or folder cannot be used. `invalid`: everything else; see the
 * message.
 */
export type InputErrorCode =
  "type" | "range" | "choice" | "shape" | "unknown" | "missing" | "conflict" | "file" | "invalid";

/**
 * Invalid input from a user. The message says what was given, what is allowed and what to do. The command line prints
 * this message without a stack trace and exits with code 2.
 */
export class InputError extends RangeError {
  override readonly name = "InputError";
  // Private fields are not enumerable, so errors with equal messages compare as equal, and a host prints only the
  // message.
  readonly #code: InputErrorCode;
  readonly #argument: string | null;

  /** @param argument the argument at fault; default: the message's first word: "z = 9: …", "chi has 2 entries: …" */
  constructor(message: string, code: InputErrorCode = "invalid", argument?: string | null, options?: ErrorOptions) {
    super(message, options);
    this.#code = code;
    this.#argument = argument ?? /^[A-Za-z][\w.[\]-]*(?=:| =| has | is missing)/.exec(message)?.[0] ?? null;
  }

  /** Why the input was rejected, as a machine-readable code. */
  get code(): InputErrorCode {
    return this.#code;
  }

  /**
   * The one argument, field or file that the message is about, such as `z` or `chi[2]`; null if there is not exactly
   * one.
   */
  get argument(): string | null {
    return this.#argument;
  }
}

/**
 * Runs `read` on something that has a name, such as a file or a run, and adds this name to any error it throws.
 *
 * @throws InputError as thrown by `read`, with `name` put before its message and `hint` after it
 */
export function within<Result>(name: string, read: () => Result, hint = ""): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${name}: ${error.message}${hint}`, error.code, error.argument);
  }
}

/** `value` as text for a message: short, one line, safe to print. */
export function shown(value: unknown): string {
  if (typeof value !== "string" && !isObject(value)) return String(value);
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // JSON.stringify throws on values that contain themselves.
  }
  text ??= typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

const isObject = (value: unknown): value is object => Object(value) === value;

/**
 * @param what the required kind of value; it follows "must be" in the message
 * @param key a key by which objects of the required kind are recognised
 * @returns `value` when it is an object with that key
 * @throws InputError naming the argument or its missing key
 */
export function given<Value>(name: string, value: Value, what: string, key?: string): Value {
  const isPart = isObject(value);
  if (isPart && (key === undefined || value[key as keyof Value] !== undefined)) return value;
  throw new InputError(
    `${isPart ? `${name}.${key} is missing` : `${name} = ${shown(value)}`}: must be ${what}.`,
    isPart || value === undefined ? "missing" : "type",
  );
}

function numberIn(name: string, value: unknown, fits: boolean, kind: string, min: number, max: number): number {
  const number = value as number;
  if (fits && number >= min && number <= max) return number;
  const range = max < Number.MAX_SAFE_INTEGER || number > max ? ` from ${min} to ${max}` : ` of at least ${min}`;
  throw new InputError(
    `${name} = ${shown(value)}: must be a ${kind} number${min === -Infinity ? "" : range}.`,
    value === undefined ? "missing" : typeof value === "number" ? "range" : "type",
    name,
  );
}

/**
 * @returns `value` when it is a whole number in min…max
 * @throws InputError naming the argument, its value and its bounds
 */
export function wholeNumber(name: string, value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): number {
  return numberIn(name, value, Number.isSafeInteger(value), "whole", min, max);
}

/**
 * @returns `value` when it is a finite number in min…max
 * @throws InputError naming the argument, its value and its bounds
 */
export function finiteNumber(name: string, value: unknown, min = -Infinity, max = Infinity): number {
  return numberIn(name, value, Number.isFinite(value), "finite", min, max);
}

/**
 * @param of the symbol that stands for the length in messages, such as "d"
 * @param length the required length; if `of` and `length` are omitted, any length is accepted
 * @returns `list` when it is a list of that length
 * @throws InputError naming the list and its length
 */
export function listOf<List extends ArrayLike<unknown>>(name: string, list: List, of?: string, length?: number): List {
  given(name, list, "a list", "length");
  if (of === undefined || list.length === length) return list;
  throw new InputError(`${name} has ${list.length} entries: must have ${of} = ${length}.`, "shape");
}

/**
 * @returns `list` when it is a list of that length, and all its entries are finite numbers
 * @throws InputError naming the list or its first invalid entry
 */
export function finiteNumbers<List extends ArrayLike<number>>(
  name: string,
  list: List,
  of?: string,
  length?: number,
): List {
  listOf(name, list, of, length);
  // The name is built only if the entry is rejected.
  for (let k = 0; k < list.length; k++) if (!Number.isFinite(list[k])) finiteNumber(`${name}[${k}]`, list[k]);
  return list;
}

/**
 * @returns `value` when it is one of `allowed`
 * @throws InputError naming the argument, its value and the allowed values
 */
export function oneOf<const Allowed extends string | number>(
  name: string,
  value: unknown,
  allowed: readonly Allowed[],
): Allowed {
  if (allowed.includes(value as Allowed)) return value as Allowed;
  throw new InputError(
    `${name} = ${shown(value)}: must be one of ${allowed.join(", ")}.`,
    value === undefined ? "missing" : "choice",
    name,
  );
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "not permitted",
  // Reported if a file exists where a folder is to be created. For lock files, lock.ts handles this error code itself.
  EEXIST: "it is not a folder",
  EISDIR: "it is a folder",
  ENOTDIR: "part of the path is not a folder",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "symbolic links form a loop",
  EIO: "input/output error",
  EBUSY: "it is in use",
};

/** The system's reason for rejecting a file or folder, in words. */
export function systemReason(error: unknown): string {
  const code = (error as { readonly code?: string }).code ?? "";
  return reasons[code] ?? (code === "" ? String((error as Error).message) : code);
}

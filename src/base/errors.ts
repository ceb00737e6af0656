/**
 * What a person gave is outside what is allowed. The message says what was given, what is allowed and what to do;
 * the command line prints it without a stack and exits with code 2.
 */
export class InputError extends RangeError {
  override readonly name = "InputError";
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
  throw new InputError(`${name} = ${shown(value)}: must be a whole number ${range}.`);
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
  throw new InputError(`${name} = ${shown(value)}: must be ${range}.`);
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
  throw new InputError(`${name} = ${shown(value)}: must be one of ${allowed.join(", ")}.`);
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

/** The facilities of the running process that a command uses. */
export interface Session {
  /** Version of this package. */
  readonly version: string;
  /** Aborts when the user stops the command. */
  readonly signal: AbortSignal;
  /** Writes results to stdout. */
  print(text: string): void;
  /** Writes a line of information to stderr. */
  note(line: string): void;
}

/** What a command has from the process it runs in. */
export interface Session {
  /** Of this package. */
  readonly version: string;
  /** Aborts when the user stops the command. */
  readonly signal: AbortSignal;
  /** Writes results, to stdout. */
  print(text: string): void;
  /** Writes a line for people, to stderr. */
  note(line: string): void;
}

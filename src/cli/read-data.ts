import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { Composer, LineCounter, Parser, type CST } from "yaml";
import { InputError, systemReason } from "../base/errors.js";
import { findJsonFault } from "../exchange/json-keys.js";
import { checkGiven } from "../base/folders.js";

/** Largest text that is read, in bytes: V8 holds none beyond 512 MiB. */
export const LARGEST_TEXT = 256 * 2 ** 20;

/**
 * The content of a JSON or YAML file, told apart by its name's ending.
 *
 * @param maxBytes largest size read
 * @throws InputError naming the file and what is wrong with it; for malformed text the line
 */
export function readData(path: string, maxBytes = LARGEST_TEXT): unknown {
  const text = textOf(path, readBytes(path, maxBytes));
  const ending = extname(path).toLowerCase();
  if (ending === ".yaml" || ending === ".yml") return parseYaml(path, text);
  if (ending === ".json") return parseJson(path, text);
  throw new InputError(`${path}: must end in .json, .yaml or .yml.`, "file");
}

/** What the bytes of a JSON file say. @throws InputError as {@link readData} */
export function parseJsonBytes(path: string, bytes: Uint8Array): unknown {
  return parseJson(path, textOf(path, bytes));
}

function textOf(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${path}: is not UTF-8 text.`, "file");
  }
}

/**
 * The bytes of a file.
 *
 * @throws InputError naming the file and why it is not read
 */
export function readBytes(path: string, maxBytes: number): Uint8Array {
  checkGiven(path);
  let file: number;
  try {
    // Non-blocking, so that a named pipe nobody writes to cannot hang the read.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw new InputError(`${path}: cannot be read: ${systemReason(error)}.`, "file");
  }
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw new InputError(`${path}: cannot be read: is a folder.`, "file");
    if (!stat.isFile()) throw new InputError(`${path}: cannot be read: is not a regular file.`, "file");
    if (stat.size > maxBytes) {
      throw new InputError(`${path}: is too large: ${stat.size} bytes; at most ${maxBytes} are read.`, "file");
    }
    return readFileSync(file);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path}: cannot be read: ${systemReason(error)}.`, "file");
  } finally {
    closeSync(file);
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    const fault = findJsonFault(text, MAX_NESTING);
    if (fault !== null) throw new InputError(`${path}: ${fault}.`, "file");
    return value;
  } catch (error) {
    if (error instanceof InputError) throw error;
    const before = text.slice(0, jsonErrorOffset(text)).split("\n");
    const what = startsJson(text) ? "the text ends too early" : "malformed JSON";
    throw new InputError(`${path}: line ${before.length}, column ${before.at(-1)!.length + 1}: ${what}.`, "file");
  }
}

/** Whether some JSON text starts with `text`: it parses, or fails at its end only. */
function startsJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as Error;
    if (/^Un(expected end|terminated string)/.test(message)) return true;
    return /position (\d+)/.exec(message)?.[1] === String(text.length);
  }
}

/** Where the first character is that no JSON text has there, by bisection: V8 tells the place of some errors only. */
function jsonErrorOffset(text: string): number {
  if (startsJson(text)) return text.length;
  let low = 0;
  let high = text.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (startsJson(text.slice(0, middle))) low = middle;
    else high = middle;
  }
  return low;
}

/** What is wrong where the parser stops, by its code. */
const yamlFaults: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "a second document begins; a file must have one",
  DUPLICATE_KEY: "the key is there already",
  TAB_AS_INDENT: "a tab indents; use spaces",
  BAD_INDENT: "indented unlike its surroundings, or a bracket before it is not closed",
  MISSING_CHAR: "a colon, quote or bracket is missing",
  BLOCK_AS_IMPLICIT_KEY: "a key or list where a single value belongs; check the indentation and colons",
  MULTILINE_IMPLICIT_KEY: "a key goes on over lines; check the colons",
  BAD_SCALAR_START: "no value begins like this; put it into quotes",
  BAD_DQ_ESCAPE: "no such escape between double quotes",
  KEY_OVER_1024_CHARS: "a key is longer than 1024 characters",
  UNEXPECTED_TOKEN: "unexpected here",
};

/** Deepest nesting of a file: YAML's parts are composed by recursion, which must not meet the end of the stack. */
const MAX_NESTING = 100;

const TOO_DEEP = "is nested too deeply or refers to itself too often";

/** Whether tokens are nested too deeply. Never recurses. */
function isDeep(tokens: readonly CST.Token[]): boolean {
  let level = tokens;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_NESTING) return true;
    level = level.flatMap((token) => {
      if (token.type === "document") return token.value ?? [];
      if (!("items" in token)) return [];
      return token.items.flatMap(({ key, value }) =>
        [key, value].filter((inner) => inner !== undefined && inner !== null),
      );
    });
  }
  return false;
}

function parseYaml(path: string, text: string): unknown {
  const lineCounter = new LineCounter();
  try {
    const tokens = [...new Parser(lineCounter.addNewLine).parse(text)];
    if (isDeep(tokens)) throw new InputError(`${path}: ${TOO_DEEP}.`, "file");
    const [document, second] = new Composer({ prettyErrors: false, logLevel: "error" }).compose(
      tokens,
      true,
      text.length,
    );
    const { code, pos } = document.errors[0] ?? { code: "MULTIPLE_DOCS", pos: second?.range };
    if (pos !== undefined) {
      const { line, col } = lineCounter.linePos(pos[0]);
      const fault = yamlFaults[code];
      const what = fault === undefined ? "malformed YAML" : `malformed YAML: ${fault}`;
      throw new InputError(`${path}: line ${line}, column ${col}: ${what}.`, "file");
    }
    const value = document.toJS({ maxAliasCount: 100 }) as unknown;
    if (value === null) throw new InputError(`${path}: has nothing in it.`, "file");
    return value;
  } catch (error) {
    if (error instanceof InputError) throw error;
    const alias = /^Unresolved alias .*: (\S+)$/.exec((error as Error).message)?.[1];
    if (alias !== undefined)
      throw new InputError(`${path}: *${alias} refers to &${alias}, which does not come before it.`, "file");
    // Aliases that expand without end.
    throw new InputError(`${path}: ${TOO_DEEP}.`, "file");
  }
}

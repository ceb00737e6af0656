import { extname } from "node:path";
import { Composer, isMap, isNode, isPair, isScalar, LineCounter, Parser, type CST } from "yaml";
import { InputError } from "../base/errors.js";
import { readBytes } from "../base/read-bytes.js";
import { findJsonFault } from "../exchange/json-keys.js";

/** Size limit of a text file, in bytes; V8 strings are limited to 512 MiB. */
export const LARGEST_TEXT = 256 * 2 ** 20;

/** Size limit of a YAML file, in bytes; the parser's data structures take two hundred times as much memory. */
export const LARGEST_YAML = 4 * 2 ** 20;

/**
 * Reads a JSON or YAML file, depending on the ending of its name.
 *
 * @param maxBytes largest size accepted
 * @param others other file types that are accepted, for the message about the ending
 * @throws InputError naming the file and the fault, with the line if the text is malformed
 */
export function readData(path: string, maxBytes = LARGEST_TEXT, others = ""): unknown {
  return parseData(path, readBytes(path, maxBytes), others);
}

/** Parses the bytes of a JSON or YAML file. @throws InputError as {@link readData} does */
export function parseData(path: string, bytes: Uint8Array, others = ""): unknown {
  const ending = extname(path).toLowerCase();
  if (ending === ".json") return parseJsonBytes(path, bytes);
  if (ending === ".yaml" || ending === ".yml") {
    if (bytes.length > LARGEST_YAML) {
      const most = `YAML files may have at most ${LARGEST_YAML}; use .json instead`;
      throw new InputError(`${path}: the file is too large: ${bytes.length} bytes; ${most}.`, "file");
    }
    return parseYaml(path, textOf(path, bytes));
  }
  throw new InputError(`${path}: must end in .json, .yaml or .yml${others}.`, "file");
}

/** Parses the bytes of a JSON file. @throws InputError as {@link readData} does */
export function parseJsonBytes(path: string, bytes: Uint8Array): unknown {
  return parseJson(path, textOf(path, bytes));
}

function textOf(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${path}: this is not UTF-8 text.`, "file");
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

/** Whether `text` is the beginning of valid JSON: it parses, or fails only at its end. */
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

/** Finds the first invalid character by bisection, since V8 reports the position of only some errors. */
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

/** Descriptions of the parser's errors, by code. */
const yamlFaults: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "a second document begins; a file must contain only one",
  TAB_AS_INDENT: "indented with a tab; use spaces",
  BAD_INDENT: "inconsistent indentation, or an earlier bracket is not closed",
  MISSING_CHAR: "a colon, quote or bracket is missing",
  BLOCK_AS_IMPLICIT_KEY: "a key or list where a single value belongs; check the indentation and colons",
  MULTILINE_IMPLICIT_KEY: "a key spans several lines; check the colons",
  BAD_SCALAR_START: "a value cannot begin with this character; put the value in quotes",
  BAD_DQ_ESCAPE: "invalid escape in a double-quoted string",
  KEY_OVER_1024_CHARS: "a key is longer than 1024 characters",
  UNEXPECTED_TOKEN: "unexpected here",
};

/** Deepest nesting accepted in a file. The YAML parser recurses, so deeper nesting could overflow its stack. */
const MAX_NESTING = 100;

const TOO_DEEP = "the content is nested too deeply or refers to itself too often";

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

/** YAML's standard types. Other tags would produce values that no field accepts. */
const plainTags = ["map", "seq", "str", "int", "float", "bool", "null"].map((name) => `tag:yaml.org,2002:${name}`);

/** The first duplicate key or unsupported tag. Never recurses. */
function contentFault(contents: unknown): { readonly at: number; readonly what: string } | null {
  for (let level = [contents]; level.length > 0;) {
    const next: unknown[] = [];
    for (const node of level) {
      if (isPair(node)) next.push(node.key, node.value);
      if (!isNode(node)) continue;
      const at = node.range?.[0] ?? 0;
      const { tag } = node as { readonly tag?: string };
      if (tag !== undefined && !plainTags.includes(tag)) {
        const named = tag.replace(/^tag:yaml.org,2002:/, "!!").slice(0, 40);
        return { at, what: `the tag ${named} is not supported; leave it out` };
      }
      if (!("items" in node)) continue;
      const known = new Set<string>();
      for (const item of node.items as unknown[]) {
        next.push(item);
        const key = isMap(node) && isPair(item) ? item.key : null;
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (known.has(name)) return { at: key.range?.[0] ?? at, what: "duplicate key" };
        known.add(name);
      }
    }
    level = next;
  }
  return null;
}

function parseYaml(path: string, text: string): unknown {
  const lineCounter = new LineCounter();
  try {
    const tokens = [...new Parser(lineCounter.addNewLine).parse(text)];
    if (isDeep(tokens)) throw new InputError(`${path}: ${TOO_DEEP}.`, "file");
    // The parser's own search for duplicate keys takes quadratic time.
    const composer = new Composer({ prettyErrors: false, logLevel: "error", uniqueKeys: false });
    const [document, second] = composer.compose(tokens, true, text.length);
    const [error] = document.errors;
    const fault =
      error !== undefined
        ? { at: error.pos[0], what: yamlFaults[error.code] }
        : second !== undefined
          ? { at: second.range[0], what: yamlFaults["MULTIPLE_DOCS"] }
          : contentFault(document.contents);
    if (fault !== null) {
      const { line, col } = lineCounter.linePos(fault.at);
      const what = fault.what === undefined ? "malformed YAML" : `malformed YAML: ${fault.what}`;
      throw new InputError(`${path}: line ${line}, column ${col}: ${what}.`, "file");
    }
    const value = document.toJS({ maxAliasCount: 100 }) as unknown;
    if (value === null) throw new InputError(`${path}: this file is empty.`, "file");
    return value;
  } catch (error) {
    if (error instanceof InputError) throw error;
    const alias = /^Unresolved alias .*: (\S+)$/.exec((error as Error).message)?.[1];
    if (alias !== undefined)
      throw new InputError(`${path}: *${alias} refers to &${alias}, which is not defined before it.`, "file");
    // The parser's error for aliases that would expand without limit.
    throw new InputError(`${path}: ${TOO_DEEP}.`, "file");
  }
}

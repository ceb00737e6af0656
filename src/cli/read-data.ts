import { extname } from "node:path";
import { Composer, isMap, isNode, isPair, isScalar, LineCounter, Parser, type CST } from "yaml";
import { InputError } from "../base/errors.js";
import { readBytes } from "../base/read-bytes.js";
import { findJsonFault } from "../exchange/json-keys.js";

/** Largest text that is read, in bytes: V8 holds none beyond 512 MiB. */
export const LARGEST_TEXT = 256 * 2 ** 20;

/** Largest YAML file, in bytes: what a parser builds of it is two hundred times as much. */
export const LARGEST_YAML = 4 * 2 ** 20;

/**
 * The content of a JSON or YAML file, told apart by its name's ending.
 *
 * @param maxBytes largest size read
 * @throws InputError naming the file and what is wrong with it; for malformed text the line
 */
export function readData(path: string, maxBytes = LARGEST_TEXT): unknown {
  return parseData(path, readBytes(path, maxBytes));
}

/** What the bytes of such a file say. @throws InputError as {@link readData} */
export function parseData(path: string, bytes: Uint8Array): unknown {
  const ending = extname(path).toLowerCase();
  if (ending === ".json") return parseJsonBytes(path, bytes);
  if (ending === ".yaml" || ending === ".yml") {
    if (bytes.length > LARGEST_YAML) {
      const most = `at most ${LARGEST_YAML} are read of YAML; write it as .json, which is read faster`;
      throw new InputError(`${path}: is too large: ${bytes.length} bytes; ${most}.`, "file");
    }
    return parseYaml(path, textOf(path, bytes));
  }
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

/** Types that YAML has by itself; others would become what no field is, and be read as nothing. */
const plainTags = ["map", "seq", "str", "int", "float", "bool", "null"].map((name) => `tag:yaml.org,2002:${name}`);

/** The first key that is there twice, or tag of another type. Never recurses. */
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
        return { at, what: `the tag ${named} is not read; leave it out` };
      }
      if (!("items" in node)) continue;
      const known = new Set<string>();
      for (const item of node.items as unknown[]) {
        next.push(item);
        const key = isMap(node) && isPair(item) ? item.key : null;
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (known.has(name)) return { at: key.range?.[0] ?? at, what: "the key is there already" };
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
    // The parser's own search for keys that are there twice takes time as the square of their number.
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

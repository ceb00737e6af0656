import { expect, test } from "vitest";
import { safeSession } from "../../src/cli/safe-session.js";
import { superpose } from "../support/in-process.js";

// prettier-ignore
test.each<[string, string[]]>([
  ["given twice", ["sweep", "a.yaml", "--queue", "redis://:PW@h", "--queue", "redis://u:PW@h"]],
  ["given twice with =", ["worker", "--queue=rediss://u:PW@h:1", "--queue=rediss://u:PW@h:1"]],
  ["to a command without it", ["run", "--queue=redis://:PW@h"]],
  ["to the program", ["--queue=redis://:PW@h", "worker"]],
  ["in the place of a command", ["redis://:PW@h"]],
  ["in the place of a file", ["run", "redis://:PW@h"]],
  ["in the place of a number", ["run", "--seed", "redis://:PW@h"]],
  ["in the place of a shard", ["sweep", "a.yaml", "--shard", "redis://:PW@h"]],
  ["given twice without slashes", ["worker", "--queue", "redis:u:PW@h", "--queue", "redis:u:PW@h"]],
  ["given twice without a scheme", ["worker", "--queue", "u:PW@h", "--queue", "u:PW@h"]],
  ["given twice without a user", ["worker", "--queue", "PW@h", "--queue", "PW@h"]],
  ["after one slash, to a command without it", ["run", "--queue=redis:/u:PW@h"]],
  ["of an address in another option", ["sweep", "a.yaml", "--shard", "u:PW@h"]],
  ["with a misspelt scheme", ["worker", "--queue", "reddis://:PW@h"]],
])("a password %s is not printed", async (_, args) => {
  for (const password of ["s3cret!", "p@ss/w ord", 'quo"te\\', "long-".repeat(20)]) {
    const { code, out, err } = await superpose(...args.map((arg) => arg.replace("PW", password)));
    expect(code).toBe(2);
    // Messages shorten the long password, and its beginning is hidden too.
    expect(out + err).not.toContain(password.slice(0, 5));
  }
});

test("terminal control characters are printed as escapes, which mean the same in JSON", () => {
  const seen: string[] = [];
  const keep = (text: string): unknown => seen.push(text);
  const bare = { version: "1", signal: new AbortController().signal, print: keep, note: keep };
  const { print, note } = safeSession([], bare);
  note("a\x1b[2Jb\x7f\x9bc\u202ed\r\te\nf é 電 😀");
  expect(seen).toEqual(["a\\u001b[2Jb\\u007f\\u009bc\\u202ed\\u000d\te\nf é 電 😀"]);
  print(JSON.stringify({ name: "\x7f\x9b" }));
  expect(JSON.parse(seen[1]!)).toEqual({ name: "\x7f\x9b" });
});

import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RandomSequence } from "../../src/base/random.js";
import { testFolder } from "../support/folder.js";

type Serve = (folder: string) => Promise<{ url: string; close: () => Promise<void> }>;
const script = new URL("../../scripts/lab.mjs", import.meta.url).href;
const { serve } = (await import(script)) as { serve: Serve };

const folder = testFolder("lab-fuzz");
mkdirSync(join(folder, "site"));
writeFileSync(join(folder, "site", "index.html"), "<p>The lab");

test("the lab's server survives 10,000 request lines of all kinds", async () => {
  const { url, close } = await serve(join(folder, "site"));
  const random = new RandomSequence(23, "user", 0);
  const one = (of: readonly string[]): string => of[Math.floor(random.uniform() * of.length)]!;
  const parts = ["/", "//", "%00", "%E0%A4", "%", "..", "%2e%2e", "index.html", "?", "#", "\\", "\0", "\x7f", "é", "http:", ":", "@", "*", "a".repeat(300), " ", "\t"]; // prettier-ignore
  const line = (): string => {
    const path = Array.from({ length: Math.floor(random.uniform() * 5) }, () => one(parts)).join("");
    return `${one(["GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "get", "\x16\x03"])} ${one(["/", "/", ""])}${path} ${one(["HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/9", ""])}`;
  };
  /** Sends lines on one connection, for as long as the server keeps it open. */
  const send = (lines: readonly string[]): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1", () => {
        socket.end(lines.map((text) => `${text}\r\nHost: x\r\n\r\n`).join(""), "latin1");
      });
      socket.on("error", () => undefined).on("close", () => resolve());
      socket.resume();
    });
  try {
    for (let batch = 0; batch < 50; batch++) {
      await Promise.all(Array.from({ length: 20 }, () => send(Array.from({ length: 10 }, line))));
    }
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([200, "<p>The lab"]);
  } finally {
    await close();
  }
});

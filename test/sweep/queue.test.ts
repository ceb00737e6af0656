import { readFileSync, readdirSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Queue } from "bullmq";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseMessage, parseQueueUrl, queueName } from "../../src/sweep/queue.js";
import { parseSpec, specHash } from "../../src/spec.js";
import { buildProgram, sleep, start, superpose, type Running } from "./program.js";
import { ensureRedis, Redis } from "./redis.js";

const folder = mkdtempSync(join(tmpdir(), "superpose-queue-"));
const file = join(folder, "sweep.yaml");
const whole = join(folder, "whole");
const results = (of: string): Buffer => readFileSync(join(of, "results.jsonl"));
const version = (
  JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }
).version;

const running: Running[] = [];
const servers: Redis[] = [];
/** Every test has a server of its own. */
async function redis(name: string, password = ""): Promise<Redis> {
  mkdirSync(join(folder, name));
  const server = await Redis.start(join(folder, name), password);
  servers.push(server);
  return server;
}
function begin(args: readonly string[], env: Record<string, string> = {}): Running {
  const process = start(args, { SUPERPOSE_STALLED_AFTER: "2000", ...env });
  running.push(process);
  return process;
}
const startWorker = (url: string, env?: Record<string, string>): Running =>
  begin(["worker", "--queue", url, "--workers", "1"], env);
const lineCount = (out: string): number => {
  try {
    return results(out).toString().split("\n").length - 1;
  } catch {
    return 0;
  }
};

beforeAll(() => {
  ensureRedis();
  buildProgram();
  writeFileSync(
    file,
    "base: {D: 400, S: 5, L: 3, z: [1, 2], samples: 1000}\ngrid:\n  T: [40, 80]\n  seed: {from: 1, to: 100}\n",
  );
  const { code, err } = superpose("sweep", file, "--out", whole);
  expect(code, err).toBe(0);
  expect(lineCount(whole)).toBe(200);
});
afterAll(async () => {
  for (const process of running) process.kill();
  await Promise.all(running.map(({ ended }) => ended));
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

test("200 runs, three workers, two killed with −9: every row once, the bytes of a single process", async () => {
  const { url } = await redis("killed");
  const workers = [1, 2, 3].map(() => startWorker(url));
  const out = join(folder, "queued");
  const submitter = begin(["sweep", file, "--out", out, "--queue", url]);
  for (const [victim, after] of [
    [0, 20 + 40 * Math.random()],
    [1, 80 + 60 * Math.random()],
  ] as const) {
    while (submitter.isRunning() && lineCount(out) < after) await sleep(5);
    workers[victim]!.kill();
    await workers[victim]!.ended;
  }
  expect(submitter.isRunning()).toBe(true);
  await submitter.ended;
  expect(lineCount(out), submitter.err()).toBe(200);
  expect(results(out).equals(results(whole))).toBe(true);
  expect(workers[2]!.isRunning()).toBe(true);
  workers[2]!.kill();
});

test("the server restarted and the submitter killed in the middle: the same bytes", async () => {
  const server = await redis("restarted");
  const worker = startWorker(server.url);
  const out = join(folder, "restarted-out");
  const first = begin(["sweep", file, "--out", out, "--queue", server.url]);
  while (first.isRunning() && lineCount(out) < 40) await sleep(5);
  first.kill();
  await first.ended;
  const second = begin(["sweep", file, "--out", out, "--queue", server.url]);
  while (second.isRunning() && lineCount(out) < 90) await sleep(5);
  await server.stop();
  await sleep(300);
  await server.begin();
  await second.ended;
  expect(results(out).equals(results(whole)), second.err()).toBe(true);
  expect(worker.isRunning()).toBe(true);
  worker.kill();
});

test("poisoned messages are refused and logged once each, and the worker goes on", async () => {
  const { url, port } = await redis("poisoned");
  const queue = new Queue(queueName(version), { connection: { host: "127.0.0.1", port } });
  const spec = parseSpec({ D: 200, T: 10, S: 3, L: 2, samples: 10 });
  const good = { sweep: "0".repeat(64), index: 0, hash: await specHash(spec), spec };
  const poison: Record<string, unknown> = {
    unknown: { ...good, spec: { ...spec, sampels: 3 } },
    large: { ...good, spec: { ...spec, T: 1e9 } },
    script: { ...good, spec: { ...spec, samples: "require('fs')" } },
    text: "run this",
    otherHash: { ...good, hash: "f".repeat(64) },
  };
  for (const [jobId, data] of Object.entries(poison)) {
    await queue.add("run", data, { jobId, attempts: 4, backoff: { type: "exponential", delay: 10 } });
  }
  await queue.add("run", good, { jobId: "good" });
  const worker = startWorker(url);
  for (let waited = 0; waited < 600 && !(await (await queue.getJob("good"))!.isCompleted()); waited++) await sleep(50);
  await sleep(300);
  expect(await queue.getFailedCount()).toBe(5);
  expect(await queue.getCompletedCount()).toBe(1);
  for (const id of Object.keys(poison)) {
    expect(worker.err().split(`message "${id}" refused:`), worker.err()).toHaveLength(2);
  }
  expect(worker.err()).toContain("T = 1000000000: must be a whole number from 1 to 16777216.");
  expect(worker.isRunning()).toBe(true);
  worker.kill();
  await queue.close();
});

test("a password is used, and is in no output, message or file", async () => {
  const password = "s3cret-pass-word";
  const server = await redis("secret", password);
  const url = server.url.replace("redis://", `redis://:${password}@`);
  const worker = startWorker(server.url, { SUPERPOSE_REDIS_PASSWORD: password });
  const out = join(folder, "secret-out");
  const submitter = begin(["sweep", file, "--out", out, "--queue", url, "--shard", "1/20"]);
  await submitter.ended;
  expect(readdirSync(out)).toContain("results-1-of-20.jsonl");
  const written = readdirSync(out).map((name) => readFileSync(join(out, name), "utf8"));
  const all = [worker.err(), submitter.err(), ...written].join("\n");
  expect(written.join("").split('"index"')).toHaveLength(11);
  expect(all).not.toContain(password);
  worker.kill();
});

describe("addresses", () => {
  test("redis:// and rediss://, with user, password and database", () => {
    const { connection, text, redact } = parseQueueUrl("rediss://me:p%40ss@host:7000/3");
    expect(connection).toMatchObject({
      host: "host",
      port: 7000,
      username: "me",
      password: "p@ss",
      db: 3,
      tls: { servername: "host" },
    });
    expect(text).toBe("rediss://host:7000/3");
    expect(redact("WRONGPASS p@ss")).toBe("WRONGPASS ***");
    expect(parseQueueUrl("redis://host", "word").connection).toMatchObject({ port: 6379, db: 0, password: "word" });
  });

  test.each(["host:6379", "http://host", "redis://:secret@", "redis://host/abc", "redis://host/1?x=secret", "secret"])(
    "%s is refused without repeating it",
    (address) => {
      expect(() => parseQueueUrl(address)).toThrow(/^queue: must be redis:\/\/HOST:PORT or [^']*$/);
      expect(() => parseQueueUrl(address)).not.toThrow(/secret/);
    },
  );
});

test("messages that are none are refused by name", async () => {
  for (const value of [null, 3, [], "x", { run: 1 }, { sweep: "abc" }, { sweep: "0".repeat(64), index: -1 }]) {
    await expect(parseMessage(value)).rejects.toMatchObject({ name: "InputError" });
  }
});

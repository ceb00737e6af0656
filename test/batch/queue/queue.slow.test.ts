import { readFileSync, readdirSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Queue, Worker, type Job } from "bullmq";
import { Redis as Client } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseMessage, queueName } from "../../../src/batch/queue/messages.js";
import { parseQueueUrl } from "../../../src/batch/queue/address.js";
import { checkVersion, evicting, faultInWords } from "../../../src/batch/queue/server.js";
import { fileRow } from "../../../src/results/file-rows.js";
import { runSpec } from "../../../src/runs/run.js";
import { parseSpec } from "../../../src/config/parse-spec.js";
import { specHash } from "../../../src/config/hash.js";
import type { RunSpec } from "../../../src/config/run-spec.js";
import { sleep, start, superpose, type Running } from "../../support/program.js";
import { needTools } from "../../support/tools.js";
import { freePort, makeCertificate, Redis, type RedisOptions } from "./redis.js";

const folder = mkdtempSync(join(tmpdir(), "superpose-queue-"));
const file = join(folder, "sweep.yaml");
const whole = join(folder, "whole");
const results = (of: string): Buffer => readFileSync(join(of, "results.jsonl"));
const version = (
  JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as { version: string }
).version;

const running: Running[] = [];
const servers: Redis[] = [];
/** Every test has its own server. */
async function redis(name: string, options: RedisOptions = {}): Promise<Redis> {
  mkdirSync(join(folder, name), { recursive: true });
  const server = await Redis.start(join(folder, name), options);
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

beforeAll(async () => {
  await needTools("redis-server", "openssl");
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

test("a failing run is tried four times with back-off, reported, and tried again by the same command", async () => {
  const { url, port } = await redis("failing");
  const out = join(folder, "failing-out");
  const connection = { host: "127.0.0.1", port, maxRetriesPerRequest: null };
  const tries = new Map<number, number>();
  const waits: unknown[] = [];
  // A machine on which one run always fails, and another returns an empty answer the first time.
  const bad = new Worker(
    queueName(version),
    async ({ data, opts }: Job) => {
      const { index, hash, spec } = data as { index: number; hash: string; spec: RunSpec };
      tries.set(index, (tries.get(index) ?? 0) + 1);
      waits.push(opts.backoff);
      if (index === 20) throw new Error("no space left");
      if (index === 40 && tries.get(index) === 1) return { hash, rows: [] };
      return { hash, rows: (await runSpec(spec)).rows.map(fileRow) };
    },
    { connection },
  );
  const first = begin(["sweep", file, "--out", out, "--queue", url, "--shard", "1/20"]);
  await first.ended;
  await bad.close();
  expect(first.code()).toBe(1);
  expect(first.err()).toContain("run 20 failed after 4 attempts: no space left\n");
  expect(first.err()).toMatch(/run 40: the answer does not belong to this run \(.*\); requesting it again\n/);
  expect(first.err()).toContain(
    "error: 1 of 10 runs failed: 20. The same command tries the failed runs again; the other runs are kept.\n",
  );
  expect(tries.get(20)).toBe(4);
  expect(tries.get(40)).toBe(2);
  for (const wait of waits) expect(wait).toEqual({ type: "exponential", delay: 1000 });

  const worker = startWorker(url);
  const second = begin(["sweep", file, "--out", out, "--queue", url, "--shard", "1/20"]);
  await second.ended;
  expect(second.code(), second.err()).toBe(0);
  const lines = results(whole).toString().trimEnd().split("\n");
  const own = lines.filter((_, index) => index % 20 === 0).join("\n");
  expect(readFileSync(join(out, "results-1-of-20.jsonl"), "utf8")).toBe(`${own}\n`);
  worker.kill();
});

test("poisoned messages are refused and logged once each, and the worker continues", async () => {
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

/** Waits until a command has printed a text, or has ended. */
async function hears(process: Running, text: string): Promise<void> {
  while (process.isRunning() && !process.err().includes(text)) await sleep(10);
  expect(process.err()).toContain(text);
}

describe("a password, and TLS", () => {
  const password = "s3cret-pass-word";

  test.each(["redis", "rediss"])("%s: it is used, and appears in no output, message or file", async (scheme) => {
    const own = join(folder, `secret-${scheme}`);
    mkdirSync(own);
    const certificate = scheme === "rediss" ? makeCertificate(own) : undefined;
    const server = await redis(`secret-${scheme}`, { password, ...(certificate ? { certificate } : {}) });
    expect(server.url).toMatch(new RegExp(`^${scheme}://`));
    const env: Record<string, string> = certificate ? { SUPERPOSE_REDIS_CA: certificate.authority } : {};
    const worker = startWorker(server.url, { ...env, SUPERPOSE_REDIS_PASSWORD: password });
    const out = join(own, "out");
    const url = server.url.replace("://", `://:${password}@`);
    const submitter = begin(["sweep", file, "--out", out, "--queue", url, "--shard", "1/20"], env);
    await submitter.ended;
    expect(submitter.code(), submitter.err()).toBe(0);
    const written = readdirSync(out).map((name) => readFileSync(join(out, name), "utf8"));
    expect(readdirSync(out)).toContain("results-1-of-20.jsonl");
    expect(written.join("").split('"index"')).toHaveLength(11);
    const all = [worker.err(), submitter.err(), ...written].join("\n");
    expect(all).not.toContain(password);
    // The server stores the messages, but not the password, which it uses only to admit clients.
    await server.stop();
    const kept = readdirSync(join(own, "appendonlydir")).map((name) => readFileSync(join(own, "appendonlydir", name)));
    expect(Buffer.concat(kept).includes("superpose-runs")).toBe(true);
    expect(Buffer.concat(kept).includes(password)).toBe(false);
    worker.kill();
  });

  test.each([
    [
      "a wrong password",
      {},
      "wr0ng-pass-word",
      /refuses the user or password; SUPERPOSE_REDIS_PASSWORD sets the password/,
    ],
    ["no password", {}, "", /refuses the user or password/],
    [
      "an unknown authority",
      { SUPERPOSE_REDIS_CA: "" },
      password,
      /has a certificate that cannot be trusted; set SUPER/,
    ],
    [
      "an authority that is not a file",
      { SUPERPOSE_REDIS_CA: "/none" },
      password,
      /^error: SUPERPOSE_REDIS_CA: \/none: cannot be read: no such file or folder/,
    ],
  ])("%s ends both commands in one line", async (name, env, given, message) => {
    const own = join(folder, `refused-${name.replace(/ /g, "-")}`);
    mkdirSync(own);
    const certificate = makeCertificate(own);
    const server = await redis(`refused-${name.replace(/ /g, "-")}`, { password, certificate });
    const all = { SUPERPOSE_REDIS_CA: certificate.authority, ...env, SUPERPOSE_REDIS_PASSWORD: given };
    const out = join(own, "out");
    for (const command of [
      startWorker(server.url, all),
      begin(["sweep", file, "--out", out, "--queue", server.url], all),
    ]) {
      await command.ended;
      expect(command.code()).toBe(2);
      const last = command.err().trimEnd().split("\n").at(-1)!;
      expect(last).toMatch(message);
      expect(command.err()).not.toContain("pass-word");
    }
  });
});

test("workers that all have another version, deleted lists and a stopped server are reported, and the sweep completes", async () => {
  const server = await redis("lost");
  const few = join(folder, "few.yaml");
  writeFileSync(few, "base: {D: 40, T: 10, S: 2, L: 2, samples: 10}\ngrid: {seed: {from: 1, to: 5}}\n");
  expect(superpose("sweep", few, "--out", join(folder, "few"), "--queue", `${server.url}/99`)).toMatchObject({
    code: 2,
    err: expect.stringContaining("/99 has no database 99") as string,
  });
  const other = new Worker(queueName("9.9.9"), async () => 0, { connection: { port: server.port } });
  await other.waitUntilReady();
  const client = new Client({ port: server.port });
  // The submitter's connection that watches the queue is the last one that is admitted.
  const clients = Number(/connected_clients:(\d+)/.exec(await client.info("clients"))![1]);
  await client.config("SET", "maxclients", clients + 1);
  const submitter = begin(["sweep", few, "--out", join(folder, "few"), "--queue", server.url]);
  const said = async (text: string): Promise<void> => {
    while (submitter.isRunning() && !submitter.err().includes(text)) await sleep(20);
    expect(submitter.err()).toContain(text);
  };
  await said("refuses connections: it has reached its maximum number of clients (maxclients); waiting");
  await client.config("SET", "maxclients", 100);
  client.disconnect();
  await said(`waiting for a worker of version ${version}: none is connected; connected workers have version 9.9.9`);
  await other.close();
  expect(server.command("DEL", `bull:${queueName(version)}:wait`)).toBe("1\n");
  await said("run 0 is no longer in the queue; adding it again");
  server.signal("SIGSTOP");
  await said("does not answer; waiting for it to come back");
  server.signal("SIGCONT");
  await said(" answers\n");
  startWorker(server.url);
  await submitter.ended;
  expect(submitter.code(), submitter.err()).toBe(0);
});

describe("a server that is away", () => {
  test("is reported and waited for, before and during a sweep; then both sides continue", async () => {
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}`;
    const worker = startWorker(url);
    const out = join(folder, "away-out");
    const submitter = begin(["sweep", file, "--out", out, "--queue", url]);
    const both = [worker, submitter];
    const name = `queue: ${url}/0`;
    for (const command of both) await hears(command, `${name} does not answer (connect ECONNREFUSED`);
    for (const command of both) expect(command.err()).toContain("; trying for 60 s");
    const server = await redis("away", { port });
    for (const command of both) await hears(command, `${name} answers`);
    while (submitter.isRunning() && lineCount(out) < 60) await sleep(5);
    await server.stop();
    for (const command of both) await hears(command, "; waiting for it to come back");
    expect(lineCount(out)).toBeLessThan(200);
    await server.begin();
    await submitter.ended;
    expect(submitter.code(), submitter.err()).toBe(0);
    expect(results(out).equals(results(whole))).toBe(true);
    for (const command of both) {
      expect(command.err().split(`${name} answers`), command.err()).toHaveLength(3);
      expect(command.err().split("does not answer"), command.err()).toHaveLength(3);
    }
    expect(worker.isRunning()).toBe(true);
    worker.kill();
  });

  test("and was never there ends both commands after the announced time", async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const env = { SUPERPOSE_QUEUE_PATIENCE: "2" };
    const out = join(folder, "never-out");
    for (const command of [startWorker(url, env), begin(["sweep", file, "--out", out, "--queue", url], env)]) {
      await command.ended;
      expect(command.code()).toBe(1);
      expect(command.err()).toContain("; trying for 2 s");
      expect(command.err()).toMatch(/error: queue: \S+ did not answer within 2 s \(connect ECONNREFUSED [^)]*\)\.\n$/);
    }
  });

  test("or refuses a command is reported in words, without the script", () => {
    const address = parseQueueUrl("redis://:s3cret@host:1/0");
    const script = "script: 5ab432e88830d573e2fa33392ffbd4ad25a9b100, on @user_script:589.";
    const said = (message: string): string => faultInWords(address, new Error(message));
    expect(said(`OOM command not allowed when used memory > 'maxmemory'. ${script}`)).toBe(
      "queue: redis://host:1/0 is out of memory: give it more (maxmemory), or queue fewer runs at a time (OOM command not allowed when used memory > 'maxmemory')",
    );
    expect(said(`READONLY You can't write against a read only replica. ${script}`)).toMatch(
      /is a replica, which does not accept runs: use its master \(READONLY [^.]*\)$/,
    );
    expect(said("MISCONF Redis is configured to save RDB snapshots. Please check the Redis logs.")).toMatch(
      / cannot write to its disk \(MISCONF [^.]*\)$/,
    );
    expect(said("ERR unknown")).toBe("queue: ERR unknown");
  });

  test("or makes room by dropping runs is reported", () => {
    const memory = (limit: number, policy: string): string => `maxmemory:${limit}\r\nmaxmemory_policy:${policy}\r\n`;
    expect(evicting(memory(0, "allkeys-lru"))).toBeNull();
    expect(evicting(memory(10, "noeviction"))).toBeNull();
    expect(evicting(memory(10, "allkeys-lru"))).toBe("allkeys-lru");
  });

  test("or is too old is refused", () => {
    const info = (version: string): string => `# Server\r\nredis_version:${version}\r\nredis_mode:standalone\r\n`;
    for (const version of ["6.2.0", "7.0.15", "10.0.1"])
      expect(() => checkVersion("queue", info(version))).not.toThrow();
    for (const version of ["6.0.16", "5.0.3"]) {
      expect(() => checkVersion("queue: redis://host:1/0", info(version))).toThrow(
        `queue: redis://host:1/0 is version ${version.slice(0, 3)}: Redis or Valkey 6.2 or newer is needed.`,
      );
    }
  });
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
    expect(parseQueueUrl("redis://host", { password: "word" }).connection).toMatchObject({
      port: 6379,
      db: 0,
      password: "word",
    });
  });

  test.each([
    "host:6379",
    "http://host",
    "redis://:secret@",
    "redis://:secret%@host",
    "redis://host/abc",
    "redis://host/1?x=secret",
    "secret",
  ])("%s is refused without repeating it", (address) => {
    expect(() => parseQueueUrl(address)).toThrow(/^queue: must be redis:\/\/HOST:PORT or [^']*$/);
    expect(() => parseQueueUrl(address)).not.toThrow(/secret/);
  });
});

test("invalid messages are refused by name", async () => {
  for (const value of [null, 3, [], "x", { run: 1 }, { sweep: "abc" }, { sweep: "0".repeat(64), index: -1 }]) {
    await expect(parseMessage(value)).rejects.toMatchObject({ name: "InputError" });
  }
});

import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { expect, test } from "vitest";
import { parseQueueUrl } from "../../../src/batch/queue/address.js";
import { watchServer } from "../../../src/batch/queue/server.js";

/** A server that answers INFO with a text and everything else with OK. */
async function redisLike(info: () => string): Promise<{ url: string; drop: () => void; stop: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("data", (data) => {
      const names = Array.from(data.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)\r\n/g), ([, name]) => name);
      for (const name of names) {
        const text = info();
        socket.write(name!.toLowerCase() === "info" ? `$${text.length}\r\n${text}\r\n` : "+OK\r\n");
      }
    });
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const drop = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    drop,
    stop: () => (server.close(), drop()),
  };
}

test("a server that is loading its data is reported and waited for, before and during a sweep", async () => {
  let loading = 1;
  const { url, drop, stop } = await redisLike(() => `redis_version:7.0.0\r\nloading:${loading}\r\n`);
  const lines: string[] = [];
  let wake: () => void = () => undefined;
  const note = (line: string): void => {
    // On a slow machine, the server may also be reported as not answering.
    if (!line.includes("does not answer")) lines.push(line);
    wake();
  };
  const said = async (count: number): Promise<void> => {
    while (lines.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  const watching = watchServer(parseQueueUrl(url), { note });
  await said(1);
  loading = 0;
  const watch = await watching;
  loading = 1;
  drop();
  await said(3);
  loading = 0;
  await said(4);
  watch.end();
  stop();
  const loadings = [`queue: ${url}/0 is loading its data; waiting for it to finish`, `queue: ${url}/0 answers`];
  expect(lines).toEqual([...loadings, ...loadings]);
});

test("a server that closes every connection may have reached maxclients, and the message says so", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.resetAndDestroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const watching = watchServer(parseQueueUrl(url), { note: () => undefined, patience: 1000 });
  await expect(watching).rejects.toThrow(
    /did not answer within 1 s \(the server closes connections; has it reached .* \(maxclients\)\?/,
  );
  server.close();
});

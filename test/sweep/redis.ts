import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { sleep } from "./program.js";

/** Installs Debian's redis-server where it is missing and this process may. */
export function ensureRedis(): void {
  const has = (): boolean => spawnSync("redis-server", ["--version"]).status === 0;
  if (has()) return;
  const apt = (...args: string[]) =>
    spawnSync("apt-get", args, { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  if (apt("install", "-y", "redis-server").status !== 0) {
    apt("update");
    apt("install", "-y", "redis-server");
  }
  if (!has()) throw new Error("The queue's tests need redis-server: apt-get install redis-server");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A server of a test's own on a free port of this machine, keeping its data in a folder. */
export class Redis {
  #child: ChildProcess | null = null;

  private constructor(
    readonly port: number,
    readonly folder: string,
    readonly password: string,
  ) {}

  static async start(folder: string, password = ""): Promise<Redis> {
    const redis = new Redis(await freePort(), folder, password);
    await redis.begin();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async begin(): Promise<void> {
    const args = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.folder, "--save", ""];
    const durable = ["--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction"];
    const secret = this.password === "" ? [] : ["--requirepass", this.password];
    this.#child = spawn("redis-server", [...args, ...durable, ...secret], { stdio: "ignore" });
    for (let attempt = 0; !(await this.#answers()); attempt++) {
      if (attempt > 400) throw new Error("redis-server does not start.");
      await sleep(25);
    }
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, "127.0.0.1", () => socket.write("PING\r\n"));
      socket.setTimeout(1000, () => socket.destroy());
      socket.once("data", (data) => {
        // LOADING is no answer; NOAUTH is one.
        resolve(/PONG|NOAUTH/.test(data.toString()));
        socket.destroy();
      });
      socket.once("error", () => resolve(false));
      socket.once("close", () => resolve(false));
    });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  }
}

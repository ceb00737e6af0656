import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { sleep } from "../../support/program.js";

/** A certificate for 127.0.0.1 in a folder, and the certificate of the authority that signed it. */
export interface Certificate {
  readonly authority: string;
  readonly own: string;
  readonly key: string;
}

export function makeCertificate(folder: string): Certificate {
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => {
    const { status, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`The queue's tests need openssl: ${stderr ?? "it is not installed"}`);
  };
  const fresh = (name: string): string[] => [
    ...["req", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=${name}`],
    ...["-keyout", at(`${name}.key`)],
  ];
  openssl(...fresh("authority"), "-x509", "-out", at("authority.pem"));
  openssl(
    ...[...fresh("server"), "-x509", "-out", at("server.pem"), "-addext", "subjectAltName=IP:127.0.0.1"],
    ...["-CA", at("authority.pem"), "-CAkey", at("authority.key")],
  );
  return { authority: at("authority.pem"), own: at("server.pem"), key: at("server.key") };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export interface RedisOptions {
  readonly password?: string;
  /** If set, the server speaks only TLS. */
  readonly certificate?: Certificate;
  readonly port?: number;
}

/** A server for one test on a free port of this machine, with its data in a folder. */
export class Redis {
  #child: ChildProcess | null = null;

  private constructor(
    readonly port: number,
    readonly folder: string,
    readonly options: RedisOptions,
  ) {}

  static async start(folder: string, options: RedisOptions = {}): Promise<Redis> {
    const redis = new Redis(options.port ?? (await freePort()), folder, options);
    await redis.begin();
    return redis;
  }

  get url(): string {
    return `${this.options.certificate ? "rediss" : "redis"}://127.0.0.1:${this.port}`;
  }

  async begin(): Promise<void> {
    const { password, certificate } = this.options;
    const port = String(this.port);
    const ports = certificate
      ? [
          ...["--port", "0", "--tls-port", port, "--tls-auth-clients", "no"],
          ...["--tls-cert-file", certificate.own, "--tls-key-file", certificate.key],
          ...["--tls-ca-cert-file", certificate.authority],
        ]
      : ["--port", port];
    const args = [...ports, "--bind", "127.0.0.1", "--dir", this.folder, "--save", ""];
    const durable = ["--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction"];
    const secret = password === undefined ? [] : ["--requirepass", password];
    this.#child = spawn("redis-server", [...args, ...durable, ...secret], { stdio: "ignore" });
    for (let attempt = 0; !(await this.#answers()); attempt++) {
      if (attempt > 400) throw new Error("redis-server does not start.");
      await sleep(25);
    }
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const { port } = this;
      const host = "127.0.0.1";
      const socket = this.options.certificate
        ? connectTls({ host, port, rejectUnauthorized: false })
        : connect(port, host);
      socket.write("PING\r\n");
      socket.setTimeout(1000, () => socket.destroy());
      socket.once("data", (data) => {
        // LOADING does not count as an answer; NOAUTH does.
        resolve(/PONG|NOAUTH/.test(data.toString()));
        socket.destroy();
      });
      socket.once("error", () => resolve(false));
      socket.once("close", () => resolve(false));
    });
  }

  /** The output of redis-cli. */
  command(...args: string[]): string {
    return spawnSync("redis-cli", ["-p", String(this.port), ...args], { encoding: "utf8" }).stdout;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  }
}

import type { RedisOptions } from "ioredis";
import { InputError, within } from "../../base/errors.js";
import { readBytes } from "../../base/read-bytes.js";

/** Where a queue is. The password is nowhere but in `connection`. */
export interface QueueAddress {
  readonly connection: RedisOptions;
  /** For people: without user and password. */
  readonly text: string;
  /** A message of the client's, with the password taken out if it is in there. */
  redact(message: string): string;
}

/** What an address leaves out, from the environment, which other users cannot see. */
export interface QueueSecrets {
  readonly password?: string | undefined;
  /** Of a file with the certificate, PEM, that a server's is signed with, where no public authority did. */
  readonly authority?: string | undefined;
}

function queueSecrets(env: NodeJS.ProcessEnv = process.env): QueueSecrets {
  return { password: env["SUPERPOSE_REDIS_PASSWORD"], authority: env["SUPERPOSE_REDIS_CA"] };
}

/**
 * Reads redis://[user:password@]host[:port][/database]; rediss:// is TLS. SUPERPOSE_REDIS_PASSWORD stands in for a
 * password that is not in the address, where other users could see it.
 *
 * @throws InputError that does not repeat the address
 */
export function parseQueueUrl(address: string, secrets: QueueSecrets = queueSecrets()): QueueAddress {
  const wrong = new InputError(
    "queue: must be redis://HOST:PORT or rediss://HOST:PORT (TLS), with a user and password if needed.",
  );
  let url: URL;
  let userinfo: readonly string[];
  try {
    url = new URL(address);
    userinfo = [url.username, url.password].map(decodeURIComponent);
  } catch {
    throw wrong;
  }
  const isTls = url.protocol === "rediss:";
  const database = /^\/?(\d{0,4})$/.exec(url.pathname)?.[1];
  if ((!isTls && url.protocol !== "redis:") || url.hostname === "" || database === undefined || url.search !== "") {
    throw wrong;
  }
  const [username, password] = userinfo;
  const secret = password || secrets.password;
  const port = url.port === "" ? 6379 : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return {
    connection: {
      ...{ host, port, db: Number(database || 0), maxRetriesPerRequest: null },
      ...(username ? { username } : {}),
      ...(secret === undefined ? {} : { password: secret }),
      ...(isTls ? { tls: tlsOptions(host, secrets.authority) } : {}),
      // A server that is restarted is waited for.
      retryStrategy: (times: number) => Math.min(100 * times, 2000),
    },
    text: `${url.protocol}//${url.hostname}:${port}/${Number(database || 0)}`,
    redact: (message) => (secret ? message.replaceAll(secret, "***") : message),
  };
}

/** Largest file of certificates that is read, in bytes. */
const LARGEST_CERTIFICATE = 2 ** 20;

/** Certificates are always checked. Names in them are of hosts, and an address that is a number is none to ask for. */
function tlsOptions(host: string, authority: string | undefined): NonNullable<RedisOptions["tls"]> {
  const named = /^[\d.]+$|:/.test(host) ? { host } : { host, servername: host };
  if (!authority) return named;
  return { ...named, ca: Buffer.from(within("SUPERPOSE_REDIS_CA", () => readBytes(authority, LARGEST_CERTIFICATE))) };
}

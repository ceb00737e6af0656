import type { RedisOptions } from "ioredis";
import { InputError, within } from "../../base/errors.js";
import { readBytes } from "../../base/read-bytes.js";

/** The address of a queue. Only `connection` contains the password. */
export interface QueueAddress {
  readonly connection: RedisOptions;
  /** The address to display, without the user name and password. */
  readonly text: string;
  /** Removes the password from one of the client's messages. */
  redact(message: string): string;
}

/**
 * Secrets of a queue, read from the environment because other users may be able to see the command's arguments,
 * including the queue's address.
 */
export interface QueueSecrets {
  readonly password?: string | undefined;
  /**
   * Path of a PEM file with the certificate of the authority that signed the server's certificate, if this is not a
   * public authority.
   */
  readonly authority?: string | undefined;
}

function queueSecrets(env: NodeJS.ProcessEnv = process.env): QueueSecrets {
  return { password: env["SUPERPOSE_REDIS_PASSWORD"], authority: env["SUPERPOSE_REDIS_CA"] };
}

/**
 * Parses redis://[user:password@]host[:port][/database]; rediss:// uses TLS. Other users may be able to see the
 * address, so the password can also be given in SUPERPOSE_REDIS_PASSWORD.
 *
 * @throws InputError with a message that does not contain the address
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
      // Keeps retrying, because the server may be restarting.
      retryStrategy: (times: number) => Math.min(100 * times, 2000),
    },
    text: `${url.protocol}//${url.hostname}:${port}/${Number(database || 0)}`,
    redact: (message) => (secret ? message.replaceAll(secret, "***") : message),
  };
}

/** Largest certificate file that will be read, in bytes. */
const LARGEST_CERTIFICATE = 2 ** 20;

/**
 * Certificates are always checked. Since certificates are issued for host names, no server name is sent if the host is
 * given as an IP address.
 */
function tlsOptions(host: string, authority: string | undefined): NonNullable<RedisOptions["tls"]> {
  const named = /^[\d.]+$|:/.test(host) ? { host } : { host, servername: host };
  if (!authority) return named;
  return { ...named, ca: Buffer.from(within("SUPERPOSE_REDIS_CA", () => readBytes(authority, LARGEST_CERTIFICATE))) };
}

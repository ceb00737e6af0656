import type * as Ioredis from "ioredis";
import type * as Bullmq from "bullmq";
import { InputError } from "../../base/errors.js";
import type { QueueAddress } from "./address.js";

/** Loads BullMQ and its Redis client. They are optional packages that only users of a queue install. */
export async function loadQueuePackages(): Promise<{ bullmq: typeof Bullmq; ioredis: typeof Ioredis }> {
  try {
    return { bullmq: await import("bullmq"), ioredis: await import("ioredis") };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new InputError("--queue needs two packages that are not installed: npm install bullmq ioredis");
  }
}

export interface WatchOptions {
  /** Prints a line for the user. */
  readonly note: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for a server that has not yet answered, in milliseconds. */
  readonly patience?: number;
}

/**
 * How long a server must be unreachable before this is reported, and the interval at which a connected server is
 * polled, in milliseconds.
 */
const SAY_AFTER = 1500;
const BEAT = 1000;
const PATIENCE = 60_000;
/** The oldest server version that has all commands the queue uses. */
const OLDEST = [6, 2] as const;

/** SUPERPOSE_QUEUE_PATIENCE, in seconds, overrides the default of one minute. */
function patienceFrom(text = process.env["SUPERPOSE_QUEUE_PATIENCE"]): number {
  const seconds = Number(text ?? "");
  return seconds > 0 && seconds <= 86_400 ? 1000 * seconds : PATIENCE;
}

/** A queue's server, watched for outages. */
export interface ServerWatch {
  /** The server's list of its connections, one per line. */
  clients(): Promise<string>;
  end(): void;
}

/**
 * Waits for a queue's server, and afterwards reports when the server stops answering and when it answers again. The
 * work itself uses other connections, and each of them also waits for the server.
 *
 * @throws InputError when the server refuses the password, cannot be trusted or is too old; Error when it does not
 *   answer within `patience`
 */
export async function watchServer(address: QueueAddress, options: WatchOptions): Promise<ServerWatch> {
  const { note, signal, patience = patienceFrom() } = options;
  const { Redis } = (await loadQueuePackages()).ioredis;
  signal?.throwIfAborted();
  // The client's own readiness check does not report a server that is still loading.
  const client = new Redis({ ...address.connection, lazyConnect: true, enableReadyCheck: false });
  const name = `queue: ${address.text}`;
  let reason = "";
  let hasAnswered = false;
  let isLoading = false;
  let said: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const say = (): void => {
    const [what, until] = isLoading
      ? ["is loading its data", "waiting for it to finish"]
      : [`does not answer${reason}`, hasAnswered ? "waiting for it to come back" : `trying for ${patience / 1000} s`];
    if (said !== null && !isLoading) return;
    if (said !== what) note(address.redact(`${name} ${what}; ${until}`));
    said = what;
  };
  const missed = (): void => {
    timer ??= setTimeout(say, SAY_AFTER);
  };
  /** Handlers for the initial wait. A refusal ends the wait; any answer, even "loading", lifts its time limit. */
  const first = {
    onFault: (error: NodeJS.ErrnoException) => void (reason = ` (${reasonOf(error)})`),
    onAnswer: (): void => undefined,
    onReady: (): void => undefined,
  };
  const answered = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (said !== null) note(`${name} answers`);
    said = null;
    isLoading = false;
    hasAnswered = true;
    reason = "";
    first.onReady();
  };
  /**
   * How many connections the server had already refused when it first answered. A client whose connection is refused
   * sees only that the connection was closed.
   */
  let refused: number | undefined;
  let isRefusalSaid = false;
  const sayRefused = (stats: string): void => {
    const count = Number(/^rejected_connections:(\d+)/m.exec(stats)?.[1] ?? 0);
    refused ??= count;
    if (count <= refused || isRefusalSaid) return;
    isRefusalSaid = true;
    note(`${name} refuses connections: it has reached its maximum number of clients (maxclients); waiting`);
  };
  const ask = (): void => {
    client.info().then(
      (info) => {
        first.onAnswer();
        isLoading = /^loading:1/m.test(info);
        if (!isLoading) {
          answered();
          sayRefused(info);
        } else if (said === null) missed();
        else say();
      },
      (error: Error) => first.onFault(error),
    );
  };
  // A connection to a server that has stopped or can no longer be reached still appears to be open, so the server is
  // polled.
  const beat = setInterval(() => {
    if (!isLoading && (!hasAnswered || timer !== undefined)) return;
    missed();
    ask();
  }, BEAT);
  const stop = (): void => {
    clearInterval(beat);
    clearTimeout(timer);
    client.removeAllListeners();
    // Errors of commands that are still in flight no longer matter.
    client.on("error", () => undefined);
    client.disconnect();
  };
  client.on("close", () => {
    isLoading = false;
    missed();
  });
  client.on("ready", ask);
  missed();
  try {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        const hint = reason === "" && !address.connection.tls ? " If the server uses TLS, write rediss://." : "";
        reject(new Error(`${name} did not answer within ${patience / 1000} s${reason}.${hint}`));
      }, patience);
      const settle = (): void => clearTimeout(late);
      signal?.addEventListener("abort", () => (settle(), reject(signal.reason as Error)), { once: true });
      const { onFault } = first;
      first.onFault = (error) => {
        onFault(error);
        const refusal = refusalOf(error);
        if (refusal === null) return;
        settle();
        reject(new InputError(`${name} ${refusal} (${error.message}).`));
      };
      client.on("error", (error: Error) => first.onFault(error));
      first.onAnswer = settle;
      first.onReady = resolve;
      client.connect().catch(() => undefined);
    });
    checkVersion(name, await client.info("server"));
    const policy = evicting(await client.info("memory"));
    if (policy !== null) {
      note(`${name} drops runs when its memory is full (maxmemory-policy ${policy}): set noeviction`);
    }
    sayRefused(await client.info("stats"));
    const { db = 0 } = address.connection;
    // Without this check, the client would silently use database 0 if the requested one does not exist.
    await client.select(db).catch((error: Error) => {
      throw new InputError(`${name} has no database ${db} (${error.message}).`);
    });
  } catch (error) {
    stop();
    if (error instanceof InputError) throw new InputError(address.redact(error.message));
    throw error instanceof Error ? new Error(address.redact(error.message)) : error;
  }
  return { clients: async () => String(await client.client("LIST")), end: stop };
}

/**
 * The reason for an error, in words. A server that has reached its maximum number of clients says so and closes the
 * connection; the client reports only that the connection was closed.
 */
function reasonOf({ code = "", message }: NodeJS.ErrnoException): string {
  const text = message || code || "no reason given";
  return code === "EPIPE" || code === "ECONNRESET"
    ? `the server closes connections; has it reached its maximum number of clients (maxclients)? ${text}`
    : text;
}

/** The reason why retrying is pointless; null when retrying may help. */
function refusalOf({ code = "", message }: NodeJS.ErrnoException): string | null {
  if (/\b(WRONGPASS|NOAUTH|NOPERM)\b|invalid password/.test(message)) {
    return "refuses the user or password; SUPERPOSE_REDIS_PASSWORD sets the password";
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL")) return "does not use TLS; write redis://";
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return "has a certificate that cannot be trusted; set SUPERPOSE_REDIS_CA to the file with the certificate that signed it";
  }
  return null;
}

/**
 * Rejects servers that lack commands the queue needs.
 *
 * @param info the server's INFO text
 * @throws InputError naming the server's version
 */
export function checkVersion(name: string, info: string): void {
  // Valkey reports which Redis version it is compatible with.
  const version = /^redis_version:(\d+)\.(\d+)\S*/m.exec(info);
  if (version === null) return;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new InputError(
      `${name} is version ${major}.${minor}: Redis or Valkey ${OLDEST.join(".")} or newer is needed.`,
    );
  }
}

/**
 * The policy by which a server with limited memory evicts keys; null if the server evicts no keys.
 *
 * @param info the server's INFO text about its memory
 */
export function evicting(info: string): string | null {
  const [limit = "0", policy = "noeviction"] = ["maxmemory", "maxmemory_policy"].map(
    (key) => new RegExp(`^${key}:(\\S+)`, "m").exec(info)?.[1],
  );
  return Number(limit) === 0 || policy === "noeviction" ? null : policy;
}

/** Explains the error of a queue command in words. */
export function faultInWords(address: QueueAddress, { message }: Error): string {
  const fault = commandFault(message);
  if (fault === null) return `queue: ${message}`;
  // Drops the rest of the message: the name of the script and advice for administrators.
  const [said] = message.split(/ script: |\.(?= |$)/);
  return `queue: ${address.text} ${fault} (${address.redact(said)})`;
}

/** Explains why the server refused a command; null for any other error. */
export function commandFault(message: string): string | null {
  if (/\bOOM\b/.test(message)) return "is out of memory: give it more (maxmemory), or queue fewer runs at a time";
  if (/\bMISCONF\b/.test(message)) return "cannot write to its disk";
  if (/\bLOADING\b/.test(message)) return "is loading its data: wait until it has finished";
  if (/\bREADONLY\b/.test(message)) return "is a replica, which does not accept runs: use its master";
  if (/\bNOPERM\b/.test(message)) return "does not allow this user to run the commands that a queue needs";
  return null;
}

/** Whether an error comes from a connection; `watchServer` reports connection errors. */
export function isOfConnection(error: Error): boolean {
  return /^E[A-Z]+$/.test((error as NodeJS.ErrnoException).code ?? "") || /connection is closed/i.test(error.message);
}

/** Prints each line only once, because an unreachable server causes the same error many times per second. */
export function noteOnce(note: (line: string) => void): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (said.has(line)) return;
    said.add(line);
    note(line);
  };
}

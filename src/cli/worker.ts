import type { Command } from "commander";
import type { Session } from "./session.js";
import { workersFrom, workersOption } from "./workers.js";

/** `superpose worker`: executes the runs that `superpose sweep --queue` submits. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Takes runs from a queue on Redis or Valkey (6.2 or newer) and returns their rows, until it is stopped. " +
        "Needs the packages bullmq and ioredis.",
    )
    .requiredOption(
      "--queue <url>",
      "redis://HOST:PORT, or rediss:// for TLS; SUPERPOSE_REDIS_PASSWORD sets the password, and SUPERPOSE_REDIS_CA names a file of certificates to trust",
    )
    .addOption(workersOption())
    .addHelpText("after", "\nExample:\n  superpose worker --queue redis://head-node:6379")
    .action(async (options: { readonly queue: string; readonly workers?: string }) => {
      const workers = workersFrom(options.workers);
      const { parseQueueUrl } = await import("../batch/queue/address.js");
      const { workOnQueue } = await import("../batch/queue/worker.js");
      const stalledAfter = Number(process.env["SUPERPOSE_STALLED_AFTER"] ?? 30_000);
      const address = parseQueueUrl(options.queue);
      await workOnQueue({
        ...{ address, workers, stalledAfter: stalledAfter >= 1000 ? stalledAfter : 30_000 },
        ...{ version: session.version, note: (line) => session.note(line), signal: session.signal },
      });
    });
}

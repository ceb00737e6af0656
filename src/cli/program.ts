import { Command, CommanderError } from "commander";
import { InputError } from "../base/errors.js";
import { addActivations } from "./activations.js";
import { addAssignments } from "./assignments.js";
import { addBaseline } from "./baseline.js";
import { addCheck } from "./check.js";
import { addCollect } from "./collect.js";
import { addExport } from "./export.js";
import { addForward } from "./forward.js";
import { addImport } from "./import.js";
import { addReproduce } from "./reproduce.js";
import { addRun } from "./run.js";
import { addScore } from "./score.js";
import { addSearch } from "./search.js";
import type { Session } from "./session.js";
import { addSweep } from "./sweep.js";
import { addWorker } from "./worker.js";
import { addZoo } from "./zoo.js";

/** Exit codes: done, failed, bad arguments. */
export type ExitCode = 0 | 1 | 2;

/**
 * Runs the command line.
 *
 * @param args what follows the program's name
 * @returns the exit code; what went wrong has been said on stderr, in one to three lines
 */
export async function main(args: readonly string[], session: Session): Promise<ExitCode> {
  try {
    await commandLine(session).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof InputError) {
      session.note(`error: ${oneLine(error.message)}`);
      return 2;
    }
    session.note(`error: ${oneLine(error instanceof Error ? error.message : String(error))}`);
    if (process.env["SUPERPOSE_DEBUG"] && error instanceof Error) session.note(error.stack ?? "");
    return 1;
  }
}

function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, " ");
}

function commandLine(session: Session): Command {
  const program = new Command("superpose")
    .description(
      "Many small circuits computed by one ReLU network in superposition: the errors, measured and predicted.",
    )
    .version(session.version)
    .addHelpText(
      "after",
      "\nExample:\n  superpose reproduce --out out\n\nExit codes: 0 done, 1 failed, 2 bad arguments, 130 and 143 stopped by Ctrl-C and by SIGTERM. SUPERPOSE_DEBUG=1 prints stack traces.",
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => session.print(text),
      writeErr: (text) => session.note(text.trimEnd()),
    });
  // Subcommands take these settings over from their parent when they are added.
  addReproduce(program, session);
  addRun(program, session);
  addSweep(program, session);
  addSearch(program, session);
  addCollect(program, session);
  addWorker(program, session);
  addForward(program, session);
  addCheck(program, session);
  addAssignments(program, session);
  addExport(program, session);
  addImport(program, session);
  addScore(program, session);
  addActivations(program, session);
  addBaseline(program, session);
  addZoo(program, session);
  program.showHelpAfterError("superpose --help lists the commands.");
  for (const command of program.commands) {
    command.showHelpAfterError(`superpose ${command.name()} --help says what it takes.`);
    refuseTwice(command);
  }
  return program;
}

/** An option with a value that is given twice would be taken as it was given last, in silence. */
function refuseTwice(command: Command): void {
  const given = new Map<string, string>();
  for (const option of command.options) {
    if (!option.required || option.variadic) continue;
    // Some options have two spellings.
    const name = option.attributeName();
    command.on(`option:${option.name()}`, (value: string) => {
      const before = given.get(name);
      if (before !== undefined) {
        throw new InputError(`${option.long}: is given twice, as ${before} and as ${value}; give it once.`);
      }
      given.set(name, value);
    });
  }
}

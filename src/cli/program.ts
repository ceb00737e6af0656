import { Command, CommanderError } from "commander";
import { InputError, shown, systemReason } from "../base/errors.js";
import { nearest } from "../base/validation.js";
import { safeSession } from "./safe-session.js";
import type { Session } from "./session.js";

interface CommandModule {
  /** Describes the command's options and sets its action. */
  define(command: Command, session: Session): void;
}

/**
 * The commands in the order of the help: name and arguments, a short description, and the module. A module is loaded
 * only when its command is used, so that the program's help appears immediately.
 */
const commands: readonly (readonly [string, string, () => Promise<CommandModule>])[] = [
  ["reproduce", "reproduce the figures of the post", () => import("./reproduce.js")],
  ["run [spec]", "run one experiment", () => import("./run.js")],
  ["sweep <sweep>", "run many experiments; can be interrupted and resumed", () => import("./sweep.js")],
  ["search <search>", "search for the best settings; can be interrupted and resumed", () => import("./search.js")],
  ["collect <folders...>", "merge and check a sweep's results, and draw its figure", () => import("./collect.js")],
  ["worker", "execute runs from a queue, on any number of machines", () => import("./worker.js")],
  ["stress <spec>", "test a network under noise, rounding and unusual inputs", () => import("./stress.js")],
  ["forward <case>", "run given inputs through a given network", () => import("./forward.js")],
  ["check <file>", "check whether your own circuits meet the assumptions", () => import("./check.js")],
  ["assignments", "show how many circuits fit, with loads and overlaps", () => import("./assignments.js")],
  ["train <spec>", "train a network; can be interrupted and resumed", () => import("./train.js")],
  ["export <spec>", "write a network's weights for other tools", () => import("./export.js")],
  ["import <model>", "run an exported model", () => import("./import.js")],
  ["score <model> <file>", "score an interpretability method's result against the truth", () => import("./score.js")],
  ["floors <file>", "compute lower bounds on linear readouts of a layer or code", () => import("./floors.js")],
  ["activations <model>", "write a model's activations on random samples", () => import("./activations.js")],
  ["baseline <model>", "fit a simple method to a model, as a baseline for other scores", () => import("./baseline.js")],
  ["zoo [name]", "make a named model", () => import("./zoo.js")],
];

/** Exit codes: success, failure, bad arguments. */
export type ExitCode = 0 | 1 | 2;

/**
 * Runs the command line.
 *
 * @param args the arguments after the program's name
 * @returns the exit code; errors have been reported on stderr in one to three lines
 */
export async function main(args: readonly string[], processSession: Session): Promise<ExitCode> {
  const session = safeSession(args, processSession);
  try {
    await (await commandLine(args, session)).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof InputError) {
      session.note(`error: ${oneLine(error.message)}`);
      return 2;
    }
    session.note(`error: ${oneLine(error instanceof Error ? inWords(error) : String(error))}`);
    if (process.env["SUPERPOSE_DEBUG"] && error instanceof Error) session.note(error.stack ?? "");
    return 1;
  }
}

/** A readable message for a system error or a V8 error. */
function inWords(error: Error): string {
  const { code, syscall, path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  if (typeof code === "string" && typeof syscall === "string" && path !== undefined) {
    return `${dest ?? path}: cannot be used: ${systemReason(error)}.`;
  }
  if (
    /llocation failed|could not allocate|Invalid (typed )?array length|Out of memory|Maximum memory size/.test(
      error.message,
    )
  ) {
    return `not enough memory (${error.message}). Use a smaller network or fewer --workers.`;
  }
  return error.message;
}

function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, " ");
}

async function commandLine(args: readonly string[], session: Session): Promise<Command> {
  const program = new Command("superpose")
    .description("Many small circuits computed by one ReLU network in superposition: measures and predicts the errors.")
    .version(session.version)
    .addHelpText(
      "after",
      "\nExample:\n  superpose reproduce --out out\n\nExit codes: 0 done, 1 failed, 2 bad arguments, 129, 130 and 143 stopped by SIGHUP, Ctrl-C and SIGTERM. SUPERPOSE_DEBUG=1 prints stack traces.",
    )
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => session.print(text),
      writeErr: (text) => session.note(text.trimEnd()),
    });
  program.showHelpAfterError("superpose --help lists the commands.");
  const [first, about] = args;
  if (first === "help" && about !== undefined && !commands.some(([usage]) => usage.split(" ")[0] === about)) {
    const near = nearest(
      about,
      commands.map(([usage]) => usage.split(" ")[0]),
    );
    const hint = near === null ? "superpose --help lists the commands." : `Did you mean ${near}?`;
    throw new InputError(`help ${shown(about)}: no such command. ${hint}`);
  }
  // Commands copy the program's settings when they are added, so the settings come first.
  for (const [usage, summary, load] of commands) {
    const [name] = usage.split(" ");
    const asked = args.includes(name);
    // The module of the requested command defines its arguments.
    const command = program.command(asked ? name : usage).summary(summary);
    command.showHelpAfterError(`superpose ${name} --help lists its arguments.`);
    if (!asked) continue;
    (await load()).define(command, session);
    refuseTwice(command);
  }
  return program;
}

/** Rejects an option that is given twice; otherwise the last value would silently win. */
function refuseTwice(command: Command): void {
  const given = new Map<string, string>();
  for (const option of command.options) {
    if (!option.required || option.variadic) continue;
    // Two spellings of an option have the same attribute name.
    const name = option.attributeName();
    command.on(`option:${option.name()}`, (value: string) => {
      const before = given.get(name);
      if (before !== undefined) {
        throw new InputError(`${option.long}: given twice, as ${before} and as ${value}; give it once.`);
      }
      given.set(name, value);
    });
  }
}

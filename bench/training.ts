import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  Arena,
  fields,
  initialParameters,
  loadKernels,
  parseTraining,
  Passes,
  readAtTheEnd,
  shapeOf,
  startAt,
  Trainer,
  writeDescriptor,
} from "#internal";
import { median, ratio, ratioText, timeInRounds, type Candidate } from "./rounds.js";
import type { Section } from "./section.js";

const ROUNDS = 7;

/** The process of training.py, which takes a few steps on each request; null if PyTorch is missing. */
async function startTorch(): Promise<{ version: string; seconds(): Promise<number>; end(): void } | null> {
  const script = fileURLToPath(new URL("../../../bench/training.py", import.meta.url));
  const child = spawn(process.env["PYTHON"] ?? "python3", [script], { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await Promise.race([once(child, "spawn"), once(child, "error")]);
  const { value: version, done } = await lines.next();
  if (done === true) return null;
  return {
    version: version!,
    async seconds() {
      child.stdin.write("\n");
      return Number((await lines.next()).value);
    },
    end: () => child.stdin.end(),
  };
}

/**
 * Compares the processor time of compressed-computation steps here and in PyTorch, which run alternately on one core.
 */
async function stepRows(): Promise<{ version: string | null; rows: string[][] }> {
  const settings = parseTraining({ task: "compressed", steps: 1_000_000 });
  const trainer = new Trainer(loadKernels(), settings, startAt(initialParameters(shapeOf(settings), settings)));
  // The cost of a step depends on how many neurons are on; with random weights, half of the neurons would be on.
  for (let step = 0; step < 500; step++) trainer.takeWholeStep();
  const own = (): number => {
    let best = Infinity;
    for (let step = 0; step < 20; step++) {
      const began = process.cpuUsage();
      trainer.takeWholeStep();
      const { user, system } = process.cpuUsage(began);
      best = Math.min(best, (user + system) / 1e6);
    }
    return best;
  };
  const torch = await startTorch();
  const pairs: { ours: number; theirs: number }[] = [];
  for (let round = 0; round < ROUNDS; round++)
    pairs.push({ ours: own(), theirs: torch === null ? NaN : await torch.seconds() });
  torch?.end();
  const ms = (seconds: readonly number[]): string => (1000 * median(seconds)).toPrecision(3);
  const [ours, theirs] = [pairs.map((pair) => pair.ours), pairs.map((pair) => pair.theirs)];
  const rows = [["F = 100, N = 50, p = 0.02, batch 8192, q = 4", `${ms(ours)} ms per step`, ""]];
  if (torch === null) return { version: null, rows };
  rows.push([
    `the same, ${torch.version}`,
    `${ms(theirs)} ms per step`,
    `${ratioText(ratio({ rounds: theirs }, { rounds: ours }))} times ours`,
  ]);
  return { version: torch.version, rows };
}

/** Times the forward and backward passes of two dense layers of 1000 × 1000, and `denseLayer` alone. */
async function denseRows(): Promise<string[][]> {
  const [D, batch, ends] = [1000, 512, 16];
  const kernels = loadKernels();
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const passes = new Passes(kernels, readAtTheEnd([ends, D, D, D, ends], true), arena);
  const { count, tile, inputs, parameters } = passes;
  const weights = arena.viewF32(parameters, count);
  for (let at = 0; at < count; at++) weights[at] = (((at * 7919) % 2003) / 1001 - 1) * 0.03;
  kernels.drawSparse(
    writeDescriptor(arena, fields.drawSparse, { logOff: -1e9, ...inputs, F: ends, stream: 8 }),
    1,
    0,
    0,
    0,
    tile,
  );
  const [gradient, errors] = [arena.bytes(4 * count), arena.bytes(4 * tile * ends)];
  arena.viewF32(errors, tile * ends).fill(0.01);
  const step = (): void => {
    passes.loaded();
    for (let first = 0; first < batch; first += tile) {
      passes.forward(tile);
      passes.backward(gradient, [errors], tile);
    }
  };
  const take = (numbers: number): number => arena.bytes(4 * numbers);
  const [a, packed, bias, out] = [take(batch * D), take(D * D), take(D), take(batch * D)] as const;
  const workspace = arena.bytes(kernels.denseWorkspace());
  const layer = writeDescriptor(arena, fields.denseLayer, { packed, bias, workspace, N: D, K: D });
  arena.viewF32(a, batch * D).fill(0.5);
  arena.viewF32(packed, D * D).fill(0.25);
  const candidates: Candidate[] = [
    { name: "two layers of 1000 × 1000, batch 512, three products each", run: step, work: 2 * 3 * 2 * batch * D * D },
    {
      name: "denseLayer alone, 512 × 1000 × 1000",
      run: () => kernels.denseLayer(layer, out, a, batch, true),
      work: 2 * batch * D * D,
    },
  ];
  const [trained, alone] = await timeInRounds(candidates, ROUNDS, 0.3);
  const shares = trained!.rounds.map((seconds, round) => (alone!.rounds[round]! * 6) / seconds);
  const gflops = (rate: number): string => `${(rate / 1e9).toPrecision(3)} Gflop/s`;
  return [
    [
      candidates[0]!.name,
      gflops(trained!.rate),
      `${median(shares).toPrecision(3)} (${Math.min(...shares).toPrecision(3)}–${Math.max(...shares).toPrecision(3)}) of that rate`,
    ],
    [candidates[1]!.name, gflops(alone!.rate), ""],
  ];
}

/**
 * Compares the speed of training steps with PyTorch's on the CPU, and the rate of dense training with that of
 * `denseLayer`.
 */
export async function benchTraining(): Promise<Section> {
  const { version, rows } = await stepRows();
  if (version === null)
    console.log(
      "\nleft out: PyTorch (Debian: apt-get install python3-torch; PYTHON=/usr/bin/python3 selects another Python)",
    );
  return {
    title: "Training, processor time of one core, in turn",
    columns: ["what", "speed", "ratio"],
    rows: [...rows, ...(await denseRows())],
  };
}

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyReadout } from "../../src/circuits/circuits.js";
import { buildRunNetwork } from "../../src/config/build.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { runInputs } from "../../src/engine/run-inputs.js";
import { loadKernels } from "../../src/kernels/node.js";
import { superpose } from "../support/in-process.js";
import { needTools } from "../support/tools.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(join(root, "docs/compile-your-own.md"), "utf8");

interface Block {
  readonly language: string;
  readonly code: string;
  /** The `text` block that follows, which shows the output. */
  readonly prints: string | null;
}

const fences = Array.from(page.matchAll(/^```(\w+)\n(.*?)^```$/gms), ([, language, code]) => ({ language, code }));
const blocks = fences.flatMap(({ language, code }, k): Block[] => {
  const next = fences[k + 1];
  if (language === "text") return [];
  return [{ language: language!, code: code!, prints: next?.language === "text" ? next.code! : null }];
});
const of = (language: string): Block[] => blocks.filter((block) => block.language === language);

const folder = mkdtempSync(join(tmpdir(), "superpose-docs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The page's files, as a reader would save them. */
beforeAll(() => {
  for (const { code } of of("yaml")) writeFileSync(join(folder, fileName(code)), code);
});

function fileName(yaml: string): string {
  const name = /^# (\S+\.yaml)\n/.exec(yaml)?.[1];
  if (!name) throw new Error(`a block of YAML has no name in its first line:\n${yaml}`);
  return name;
}

describe("docs/compile-your-own.md", () => {
  test("its code, run from top to bottom, prints what the page says", { timeout: 600_000 }, () => {
    const scripts = of("js");
    expect(scripts.length).toBeGreaterThan(4);
    // The script starts in the package's folder, where the package's name resolves to itself, and then changes to the
    // folder with the page's files.
    const separator = "\u241e";
    const imports = scripts.flatMap(({ code }) => code.match(/^import .*;$/gm) ?? []);
    const bodies = scripts.map(({ code }) => code.replace(/^import .*;\n/gm, "") + `console.log("${separator}");\n`);
    const change = `process.chdir(${JSON.stringify(folder)});\n`;
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module"], {
      ...{ cwd: root, encoding: "utf8", timeout: 590_000 },
      input: imports.join("\n") + "\n" + change + bodies.join(""),
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const printed = stdout.split(`${separator}\n`);
    scripts.forEach(({ code, prints }, k) => expect(printed[k], code).toBe(prints));
  });

  test("its commands print what the page says", () => {
    const commands = of("sh");
    expect(commands.length).toBeGreaterThan(1);
    for (const { code, prints } of commands) {
      const words = code.trim().split(" ");
      expect(words.slice(0, 2)).toEqual(["npx", "superpose"]);
      const args = [join(root, "dist/superpose.js"), ...words.slice(2)];
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
      expect({ stdout, stderr, status }, code).toEqual({ stdout: prints, stderr: "", status: 0 });
    }
  });

  test("an idea becomes an exported network in under a page of code", () => {
    const upTo = of("js").findIndex(({ code }) => code.includes("writeSafetensors"));
    const lines = of("js").slice(0, upTo + 1).flatMap(({ code }) => code.trim().split("\n")); // prettier-ignore
    expect(lines.length).toBeLessThan(40);
  });

  test("its PyTorch snippet saves forty trained MLPs, 4 → 16 → 4 with linear outputs, and their network gives torch's outputs to 1e-5", async () => {
    const [python] = await needTools("python3-torch");
    const [{ code: snippet }] = of("python") as [Block];
    const program = `
import torch

torch.set_num_threads(1)
torch.manual_seed(1)
mlps = [torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.ReLU(), torch.nn.Linear(16, 4)) for _ in range(40)]
turns = torch.randn(40, 4, 4)
optimizer = torch.optim.Adam([parameter for mlp in mlps for parameter in mlp.parameters()], lr=0.05)
for step in range(30):
    x = 2 * torch.rand(64, 4) - 1
    loss = sum((mlp(x) - torch.sin(x @ turn)).square().mean() for mlp, turn in zip(mlps, turns))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
${snippet}
x = 2 * torch.rand(40, 3, 4) - 1
y = torch.stack([mlp(own) for mlp, own in zip(mlps, x)])
print(json.dumps([x.tolist(), y.tolist(), loss.item() / 40]))

relu = nn.ReLU()  # one module, used twice
save_circuits("relu.npz", [nn.Sequential(nn.Sequential(nn.Linear(2, 3), relu), nn.Linear(3, 2, bias=False), relu)])
try:
    save_circuits("none.npz", [nn.Sequential(nn.Linear(2, 3), nn.Tanh())])
except ValueError as error:
    print(error)
`;
    const { stdout, status, stderr } = spawnSync(python!, ["-c", program], { cwd: folder, encoding: "utf8" });
    expect(status, stderr).toBe(0);
    const [results, refusal] = stdout.trim().split("\n");
    expect(refusal).toContain("must be Linear and ReLU in turn");
    const [xs, ys, loss] = JSON.parse(results!) as [number[][][], number[][][], number];
    expect(loss).toBeLessThan(0.1);
    expect(ys.flat(2).filter((y) => y < -0.1).length).toBeGreaterThan(100);

    const mended = join(folder, "mlps.json");
    const checked = await superpose("check", join(folder, "mlps.npz"), "--mended", mended);
    expect(checked.out.split("\n").slice(0, 3)).toEqual([
      "40 circuits (mlps), d = 16, L = 2",
      "layers 4 → 16 → 4, no ReLU after the last layer: two neurons carry each output, one for its positive and one for its negative part",
      "Each circuit takes d = 16 neurons in every layer, 1.33 times as many as without padding: layers 1 and 2 use 16 and 8 of them.",
    ]);
    expect((await superpose("check", join(folder, "relu.npz"))).out).toContain(
      "layers 2 → 3 → 2, a ReLU after the last",
    );

    const spec = parseSpec({ circuits: JSON.parse(readFileSync(mended, "utf8")) as unknown, D: 4320, S: 5 });
    const network = buildRunNetwork(spec, 0);
    const samples = xs.flatMap((own, t) => own.map((x, k) => ({ t, x, y: ys[t]![k]! })));
    const padding = new Array<number>(12).fill(0);
    const { readouts } = runInputs(
      network,
      { active: samples.map(({ t }) => [t]), inputs: samples.map(({ x }) => [[1.5, 0.5, ...x, ...padding]]) },
      loadKernels(),
    );
    const readout = network.circuits.readouts.find(({ name }) => name === "a")!;
    const errors = samples.flatMap(({ t, y }, k) =>
      applyReadout(readout, readouts[k]![2]![t]!).map((value, i) => Math.abs(value - y[i]!)),
    );
    expect(errors.length).toBe(40 * 3 * 4);
    expect(Math.max(...errors)).toBeLessThan(1e-5);
  });
});

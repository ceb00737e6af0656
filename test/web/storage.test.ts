import { describe, expect, test } from "vitest";
import { main } from "../../src/cli/program.js";
import { localExecutor } from "../../src/workers/local.js";
import { loadKernels } from "../../src/kernels/node.js";
import { labState } from "../../src/web/state/lab-state.js";
import { parseLabSpec } from "../../src/web/spec/lab-spec.js";
import { stateFromUrl, urlOf } from "../../src/web/state/url.js";
import { changedSettings, standardStorage } from "../../src/web/state/storage-settings.js";
import { DRAWS, storageCommand, storageJson, storageRun, type Stored } from "../../src/web/computation/storage-run.js";

async function fromCommand(command: string): Promise<string> {
  let text = "";
  const session = {
    version: "v",
    signal: new AbortController().signal,
    print: (out: string) => (text += out),
    note() {},
  };
  expect(await main([...command.split(" ").slice(1), "--json", "--workers", "1"], session)).toBe(0);
  return text;
}

describe("storage in the lab", () => {
  test("draws arrive one after another, and the final numbers are those of the command, bit for bit", async () => {
    const settings = { ...standardStorage, n: 64, m: 200, l: 6 };
    const seen: Stored[] = [];
    const done = new Promise<Stored>((resolve, reject) => {
      const run = storageRun(
        Promise.resolve(localExecutor(loadKernels())),
        () => {
          if (run.stored === null || run.stored === seen.at(-1)) return;
          seen.push(run.stored);
          if (run.stored.isComplete) resolve(run.stored);
        },
        reject,
      );
      run.show(settings, 5);
    });
    const stored = await done;
    expect(seen.map(({ draws }) => draws.length)).toEqual(Array.from({ length: DRAWS }, (_, k) => k + 1));
    expect(stored.task.ls).toContain(6);
    expect(await storageJson(stored, "v")).toBe(await fromCommand(storageCommand({ ...settings, seed: 5 })));
  });

  test("a link holds the settings; values beyond the bounds are refused", () => {
    const storage = { n: 512, m: 16_384, l: 9, amplitudes: "graded" } as const;
    const state = labState({ spec: parseLabSpec({}), view: "storage", storage });
    expect(urlOf(state)).toBe("view=storage&n=512&m=16384&l=9&amplitudes=graded");
    expect(stateFromUrl(urlOf(state))).toEqual(state);
    for (const [link, message] of [
      ["n=1000000000", "n = 1000000000: must be a whole number from 8 to 2048"],
      ["m=NaN", 'm = "NaN": must be'],
      ["m=20&l=11", "l = 11: at most half of the m = 20 features"],
      ["amplitudes=loud", 'amplitudes = "loud": must be one of boolean, graded'],
    ] as const) {
      expect(() => stateFromUrl(link)).toThrow(message);
    }
  });

  test("fewer features reduce the number of active ones", () => {
    expect(changedSettings({ ...standardStorage, l: 100 }, { m: 64 })).toMatchObject({ m: 64, l: 32 });
  });
});

import { describe, expect, test } from "vitest";
import { loadKernels } from "../../src/kernels/node.js";
import { collect } from "../../src/jobs/execute.js";
import type { SampleTask } from "../../src/runs/sample.js";
import type { LabData } from "../../src/web/computation/lab.js";
import { drawnCsv } from "../../src/web/files/drawn-csv.js";
import { pinnedState } from "../../src/web/state/pinned.js";
import { embedSizes, iframeCode } from "../../src/web/state/sharing.js";
import { stateFromUrl, urlOf } from "../../src/web/state/url.js";
import { localExecutor } from "../../src/workers/local.js";

describe("links to share", () => {
  test.each([
    ["embed=1", "embed=z"],
    ["view=errors&embed=T", "view=errors&embed=T"],
    ["lock=z,T", "lock=z,T"],
    ["lock=z,z", "lock=z"],
  ])("%s is %s", (link, written) => expect(urlOf(stateFromUrl(link))).toBe(written));

  test.each([
    ["embed=x", "embed = "],
    ["lock=layer", "lock = "],
  ])("%s is refused", (link, message) => expect(() => stateFromUrl(link)).toThrow(message));

  test("a frame's code holds any address and title", () => {
    const code = iframeCode('https://x/#a=1&b="2"', "<b>");
    expect(code).toContain('src="https://x/#a=1&#38;b=&#34;2&#34;" title="&#60;b&#62;" width="640" height="480"');
    expect(iframeCode("", "", embedSizes.pair)).toContain('width="960" height="640"');
  });

  test("a pair can be embedded", () => {
    const state = stateFromUrl("view=errors&pin=L:6&embed=1");
    expect(pinnedState(state)?.spec.L).toBe(6);
    expect(urlOf(state)).toBe("view=errors&pin=L:6&embed=z");
  });
});

describe("the numbers of a picture", () => {
  const none: LabData = {
    measured: null,
    dragged: null,
    paths: null,
    neurons: null,
    incoming: null,
    followed: null,
    stored: null,
    progress: null,
    isStopped: false,
  };
  const state = stateFromUrl("D=40&T=12&S=2&L=2&samples=10&view=neurons");
  const input = { spec: state.spec, z: 1, sample: 0, degrees: null };
  const task: SampleTask = { kind: "sample", ...input };

  test("of a sample: every neuron of every layer, and every pair that shares one", async () => {
    const [result] = await collect(localExecutor(loadKernels()).results([task]));
    const data: LabData = {
      ...none,
      neurons: { spec: state.spec, sample: 0, input: null, isTraced: false, result: result! },
    };
    const lines = drawnCsv({ state, data }, null)!.trim().split("\r\n");
    expect(lines[0]).toBe("circuits,layer,neuron,block,n,activation,ofActive");
    expect(lines).toHaveLength(1 + 3 * 40);
    const on = lines.filter((line) => line.endsWith("true"));
    expect(on).toHaveLength(3 * 8);
    const pairs = drawnCsv({ state: { ...state, view: "assignment" }, data }, null)!
      .trim()
      .split("\r\n");
    expect(pairs[0]).toBe("layer,circuit,other,shared");
    expect(pairs.slice(1).every((line) => /^1,\d+,\d+,1$/.test(line))).toBe(true);
  });

  test("none of a picture that has not arrived", () => {
    for (const view of ["trajectories", "errors", "neurons", "assignment", "storage"] as const) {
      expect(drawnCsv({ state: { ...state, view }, data: none }, null)).toBeNull();
    }
  });

  test("of paths: the truth beside the readout, layer by layer", () => {
    const path = [
      [1, 0],
      [0, 1],
    ] as const;
    const rows = [{ z: 1, sample: 3, circuit: 7, truth: path, readout: path }];
    const text = drawnCsv(
      { state: { ...state, view: "trajectories" }, data: { ...none, paths: { spec: state.spec, rows } } },
      null,
    )!;
    expect(text.split("\r\n").slice(0, 2)).toEqual([
      "z,sample,circuit,layer,truth.x,truth.y,readout.x,readout.y",
      "1,3,7,0,1,0,1,0",
    ]);
  });
});

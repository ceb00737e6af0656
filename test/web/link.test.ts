import { describe, expect, test } from "vitest";
import { stateFromUrl, urlOf, validPartsOf } from "../../src/web/state/url.js";

describe("a partly wrong link keeps the valid parts", () => {
  test.each([
    ["nothing is wrong", "D=2000&T=600&view=errors", "D=2000&T=600&view=errors", null],
    [
      "a neuron that the network does not have",
      "T=300&neuron=1000&view=neurons",
      "T=300&view=neurons",
      "neuron = 1000",
    ],
    [
      "a field",
      "D=2000&T=600&z=0&layer=3",
      "D=2000&T=600&layer=3",
      "z must be a whole number from 1 to T = 600, or a list such as 1,2,3.",
    ],
    ["two of them", "z=2&layer=99&step=77&circuit=5", "z=2&circuit=5", "step = 77"],
    ["a path that is not on screen", "z=2&path=6", "z=2", "path = 6"],
    ["an unknown key", "z=2&bogus=1", "z=2", "unknown key"],
    ["a key twice: the first counts", "z=2&T=100&z=3", "z=2&T=100", "twice"],
    ["everything", "D=0", "view=trajectories", "D = 0"],
    ["its length", `T=${"1".repeat(30_000)}`, "view=trajectories", "too long"],
  ])("%s", (_what, link, kept, problem) => {
    const { state, problem: said } = validPartsOf(`#${link}`);
    expect(urlOf(state)).toBe(urlOf(stateFromUrl(kept)));
    if (problem === null) expect(said).toBeNull();
    else expect(said?.message).toContain(problem);
  });
});

test("a link states that z includes all numbers up to its slider, if z = 1 does not show this", () => {
  expect(stateFromUrl("upTo=true").upTo).toBe(true);
  expect(urlOf(stateFromUrl("upTo=true"))).toBe("upTo=true");
  expect(stateFromUrl("z=1,2").upTo).toBe(true);
  expect(urlOf(stateFromUrl("z=1,2&upTo=true"))).toBe("z=1,2");
  expect(stateFromUrl("z=2&upTo=true").upTo).toBe(false);
});

test("a link holds the chosen path, the circuit and what a sweep's view draws", () => {
  for (const link of ["z=1,2&path=11", "view=contagion&circuit=85", "view=sweep&sweep=points,error,T,z,5,7"]) {
    expect(urlOf(stateFromUrl(link))).toBe(link);
  }
  expect(stateFromUrl("view=sweep&sweep=points,error,T,z,5,7").sweep).toBe("points,error,T,z,5,7");
});

test.each(["z=abc", "z=1,x", "z="])("%s: says what z may be", (link) => {
  expect(() => stateFromUrl(link)).toThrow(/^z must be a whole number, or a list such as 1,2,3\.$/);
});

test("a pinned network is in the link, with the seed of the one beside it", () => {
  const circuits = { name: "mine", weights: [[[[1]], [[0.5]]]], biases: [[0]] };
  const own = encodeURIComponent(JSON.stringify(circuits));
  for (const pin of ["", "T:300;L:10;z:1,2", "design:columns", "ramp:0.875,0.999;gain:8", `circuits:${own};D:8;S:2`]) {
    const state = stateFromUrl(`seed=7&view=neurons&pin=${pin}`);
    expect(state.pinned?.seed).toBe(7);
    expect(stateFromUrl(urlOf(state))).toEqual(state);
  }
  expect(urlOf(stateFromUrl("view=errors&pin=z:1,2;L:10"))).toBe("view=errors&pin=L:10;z:1,2");
  expect(stateFromUrl("pin=design:columns").pinned?.design).toBe("columns");
  const wrong = validPartsOf("#T=300&pin=T:558");
  expect(wrong.problem?.message).toMatch(/^pin: T = 558: at most 557 circuits fit/);
  expect(urlOf(wrong.state)).toBe("T=300");
  expect(() => stateFromUrl("pin=T")).toThrow(/^pin: "T": must be fields and values/);
});

test("no link is the first screen, and any link opens the lab", () => {
  expect(stateFromUrl("").view).toBe("start");
  expect(urlOf(stateFromUrl(""))).toBe("");
  expect(stateFromUrl("z=3").view).toBe("trajectories");
  for (const link of ["view=start&z=3", "view=trajectories", "z=3"])
    expect(urlOf(stateFromUrl(link))).toBe(sorted(link));
});

/** Puts the network's fields first, as `urlOf` does. */
const sorted = (link: string): string => link.split("&").reverse().join("&");

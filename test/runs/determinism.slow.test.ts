import { describe, expect, test } from "vitest";
import { reproduce, type ReproduceResult } from "../../src/report/reproduce.js";
import { figureIds } from "../../src/studies/list.js";

/** The files of some figures, without the report, which depends on the list of figures. */
function contents(result: ReproduceResult): Map<string, string> {
  return new Map(
    result.files
      .filter(({ name }) => name !== "report.html")
      .map(({ name, content }) => [
        name,
        typeof content === "string" ? content : Buffer.from(content).toString("base64"),
      ]),
  );
}

const make = (figures: string[], seed: number): Promise<ReproduceResult> => reproduce({ figures, seed, quick: true });

describe("same seed, same bytes", () => {
  test("twice, in a different order and with other figures, every file of R1, R6, T5 and T13", async () => {
    const first = await make(["R1", "R6", "T5", "T13"], 11);
    const again = await make(["T13", "T5", "R6", "R1"], 11);
    const alone = await make(["R6"], 11);
    expect([...contents(again)].sort()).toEqual([...contents(first)].sort());
    for (const [name, content] of contents(alone)) expect(content === contents(first).get(name), name).toBe(true);
    expect(contents(first).size).toBe(16);
  });

  test("another seed gives other numbers", async () => {
    const [one, two] = [contents(await make(["R6"], 11)), contents(await make(["R6"], 12))];
    expect(one.get("R6.csv")).not.toBe(two.get("R6.csv"));
  });

  test("two whole reports of one seed are the same bytes", async () => {
    const reports = [await make(["R3", "T11"], 4), await make(["R3", "T11"], 4)].map(
      ({ files }) => files.find(({ name }) => name === "report.html")!.content,
    );
    expect(reports[0] === reports[1]).toBe(true);
  });
});

test("every figure of the specification's section 8 has an experiment", () => {
  const wanted = Array.from({ length: 11 }, (_, k) => `R${k + 1}`);
  expect(figureIds).toEqual(expect.arrayContaining([...wanted, "R-A2", "T5", "T11", "T13"]));
  expect(new Set(figureIds).size).toBe(figureIds.length);
});

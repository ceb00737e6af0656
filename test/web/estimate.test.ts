import { expect, test } from "vitest";
import { estimateText } from "../../src/web/computation/estimate.js";
import { parseLabSpec } from "../../src/web/spec/lab-spec.js";

test("a run states its time before it begins, unless it is short", () => {
  expect(estimateText(parseLabSpec({}))).toBe("");
  expect(estimateText(parseLabSpec({ D: 100_000, T: 50_000 }))).toMatch(
    /^This network takes about \d0? s and 40 MB\.$/,
  );
  const most = estimateText(parseLabSpec({ D: 1_000_000, T: 1_000_000, samples: 1_000_000 }));
  expect(most).toMatch(/about \d+ minutes and \d+ MB; the first numbers appear after \d+ s/);
});

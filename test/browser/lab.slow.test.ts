import { afterAll, afterEach, beforeAll } from "vitest";
import { controlsTests } from "./controls.js";
import { explanationTests } from "./explanation.js";
import { feelTests } from "./feel.js";
import { closeOwnPages, openBrowser, type LabBrowser } from "./lab-page.js";
import { numbersTests } from "./numbers.js";
import { pairTests } from "./pair.js";
import { robustnessTests } from "./robustness.js";
import { savingTests } from "./saving.js";
import { sweepTests } from "./sweep.js";
import { viewsTests } from "./views.js";

// One browser for all tests, which share pages.
let lab: LabBrowser;

beforeAll(async () => {
  lab = await openBrowser();
});
afterAll(() => lab?.close());
afterEach(() => closeOwnPages(lab));

feelTests(() => lab);
robustnessTests(() => lab);
sweepTests(() => lab);
numbersTests(() => lab);
controlsTests(() => lab);
viewsTests(() => lab);
explanationTests(() => lab);
savingTests(() => lab);
pairTests(() => lab);

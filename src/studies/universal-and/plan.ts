import { collect } from "../../jobs/execute.js";
import type { Study } from "../study.js";
import { andErrorsFigure, planAndErrors } from "./errors-plan.js";
import { oneAxisFigure } from "./one-axis-plan.js";

/** AND1 and AND2: one layer that computes the ANDs of its inputs, and the number of neurons that it needs. [L5] */
export const universalAnd: Study = {
  id: "universal-and",
  question: "How well does one layer compute the ANDs of its inputs, and how many neurons does it need?",
  expectedSeconds: 2.5,
  plan: (settings) => ({
    measure: async (run) => {
      const plan = planAndErrors(settings);
      const results = await collect(run(plan.tasks, plan.tasks.length));
      return [andErrorsFigure(plan, results, settings.quick), await oneAxisFigure(settings, run)];
    },
  }),
};

import { planTasks, type Study } from "../study.js";
import { andErrorsFigure, planAndErrors } from "./errors-plan.js";

/** AND1: one layer that computes the AND of all pairs of its inputs. [L5] */
export const universalAnd: Study = {
  id: "universal-and",
  question: "How well does one layer compute the ANDs of its inputs?",
  expectedSeconds: 1.5,
  plan: (settings) => {
    const plan = planAndErrors(settings);
    return planTasks(plan.tasks, (results) => [andErrorsFigure(plan, results, settings.quick)]);
  },
};

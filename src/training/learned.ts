import type { Kernels } from "../kernels/kernels.js";
import type { Arena } from "../kernels/memory.js";
import { andObjective, andShape, type AndTask } from "./and-task.js";
import { circuitsObjective, circuitsShape, type CircuitsTask } from "./circuits-task.js";
import { compressedObjective, compressedShape, type CompressedTask } from "./compressed.js";
import type { NetworkShape } from "./layers.js";
import type { BatchSettings, Objective } from "./objective.js";
import { zeroLoss } from "./verdict.js";

/** Any training task, with its parameters. */
export type LearnedTask = CompressedTask | AndTask | CircuitsTask;

export function shapeOf(task: LearnedTask): NetworkShape {
  if (task.task === "compressed") return compressedShape(task);
  return task.task === "circuits" ? circuitsShape(task) : andShape(task);
}

/** Roughly the loss of a network that always outputs 0, as a scale for other losses. */
export function lossOfZeros(task: LearnedTask): number {
  if (task.task === "compressed") return zeroLoss(task.p, task.q);
  return task.task === "circuits" ? 1 : task.on * (task.l / task.m) ** 2;
}

export function loadObjective(kernels: Kernels, arena: Arena, task: LearnedTask & BatchSettings): Objective {
  if (task.task === "compressed") return compressedObjective(kernels, arena, task);
  return task.task === "circuits" ? circuitsObjective(kernels, arena, task) : andObjective(kernels, arena, task);
}

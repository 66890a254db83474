// Every task that the worker can be asked for; arguments and answers are JSON.
import { bundleTasks } from './tasks/bundle.ts';
import { homeTasks } from './tasks/home.ts';
import { sealTasks } from './tasks/seal.ts';
import { treeTasks } from './tasks/tree.ts';

export const tasks = { ...sealTasks, ...homeTasks, ...bundleTasks, ...treeTasks };

export type Tasks = typeof tasks;

export interface TaskCall {
  readonly task: keyof Tasks;
  readonly args: readonly unknown[];
}

export interface TaskAnswer {
  readonly value?: unknown;
  readonly failed?: string;
}

// Runs one task at a time and answers over the port that came with it.
import { type TaskAnswer, type TaskCall, tasks } from './tasks.ts';

function failure(error: unknown): TaskAnswer {
  return { failed: error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error) };
}

addEventListener('message', ({ data, ports }: MessageEvent<TaskCall>) => {
  const run = tasks[data.task] as (...args: readonly unknown[]) => Promise<unknown>;
  run(...data.args).then((value): TaskAnswer => ({ value }), failure).then((answer) => { ports[0]?.postMessage(answer); }, () => undefined);
});

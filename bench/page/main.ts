// The page's only part: it passes a task on to the worker, where the authority runs too, and its answer back.
import type { TaskAnswer, TaskCall } from './tasks.ts';

const worker = new Worker(new URL('./bench.worker.ts', import.meta.url), { type: 'module' });

function askWorker(task: TaskCall['task'], args: TaskCall['args']): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => { reject(new Error(event.message)); };
    port1.onmessage = ({ data }: MessageEvent<TaskAnswer>) => {
      if (data.failed === undefined) resolve(data.value);
      else reject(new Error(data.failed));
    };
    worker.postMessage({ task, args } satisfies TaskCall, [port2]);
  });
}

/** The file that was chosen in the page's one input, for the tasks that follow. */
function giveFile(): Promise<unknown> {
  return askWorker('takeFile', [...(document.querySelector('input')?.files ?? [])]);
}

Object.assign(globalThis, { askWorker, giveFile });

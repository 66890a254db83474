// This page's own worker: it runs for the office; when it leaves the office a fresh one takes its place.
import type { WorkerOrder, WorkerReport } from '../../contract/line.ts';
import type { Line } from '../../contract/relay.ts';

export interface WorkerHost {
  /** Hands a port into the worker. */
  line(line: Line, port: MessagePort): void;
  /** Takes the office from whoever holds it and does not answer. */
  take(): void;
  /** Ends the worker and starts a fresh one. */
  restart(): void;
  /** Ends the worker: a page that is put aside, to be shown again perhaps, must not hold the office. */
  end(): void;
}

const spawn = (namespace: string): Worker =>
  new Worker(new URL('../../authority.worker.ts', import.meta.url), { type: 'module', name: namespace });

export function hostWorker(namespace: string, onReport: (report: WorkerReport) => void): WorkerHost {
  let worker = start();

  function start(): Worker {
    const fresh = spawn(namespace);
    fresh.addEventListener('message', (event: MessageEvent<WorkerReport>) => {
      if (fresh !== worker) return;
      if (event.data.type === 'office.left') restart();
      onReport(event.data);
    });
    return fresh;
  }

  function restart(): void {
    worker.terminate();
    worker = start();
  }

  const order = (message: WorkerOrder, ports: MessagePort[] = []) => worker.postMessage(message, ports);
  return {
    line: (line, port) => order({ type: 'line', line }, [port]),
    take: () => order({ type: 'office.take' }),
    restart,
    end: () => worker.terminate(),
  };
}

// A TCP proxy in a thread of its own that holds every chunk back for some milliseconds on its way there and on its way back.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { port, oneWayMs } = workerData as { readonly port: number; readonly oneWayMs: number };

/** Timers of one length end in the order in which they began, so chunks stay in order, and the end comes last. */
function carry(from: Socket, to: Socket): void {
  const later = (work: () => void) => { setTimeout(work, oneWayMs); };
  from.setNoDelay(true).on('data', (chunk) => { later(() => { if (!to.destroyed) to.write(chunk); }); });
  from.on('end', () => { later(() => { to.end(); }); });
  from.on('error', () => { to.destroy(); });
  from.on('close', () => { later(() => { to.destroySoon(); }); });
}

const server = createServer({ allowHalfOpen: true }, (near) => {
  const far = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  carry(near, far);
  carry(far, near);
}).listen(0, '127.0.0.1', () => { parentPort?.postMessage((server.address() as AddressInfo).port); });

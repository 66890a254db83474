// Entry of the authority worker: runs for the office and, in it, assembles the authority. It decides nothing itself.
import { type Authority, createAuthority } from './authority.ts';
import { nexusError } from './contract/errors.ts';
import { namesOf, type WorkerOrder, type WorkerReport } from './contract/line.ts';
import type { Line } from './contract/relay.ts';
import { tellIncident } from './door/worker/incident.ts';
import { type Candidacy, runForOffice } from './election/office.ts';
import { createStandbyShelf } from './election/standby.ts';
import { StorageError } from './store/database.ts';

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const names = namesOf(scope.name);
const shelf = createStandbyShelf();
const report = (message: WorkerReport) => scope.postMessage(message);
let authority: Authority | undefined;

async function takeOffice(announce: () => void): Promise<void> {
  try {
    authority = await createAuthority({ names, kept: shelf.take(), leave: () => report({ type: 'office.left' }), lost: () => scope.close() });
    report({ type: 'office.held' });
    announce();
  } catch (fault) {
    if (!(fault instanceof StorageError)) tellIncident('office', fault);
    const code = fault instanceof StorageError ? (`storage.${fault.fault}` as const) : 'internal';
    report({ type: 'office.failed', error: nexusError(code) });
  }
}

function line(kind: Line, port: MessagePort): void {
  if (kind === 'standby') shelf.listen(port);
  else authority?.serve(kind, port);
}

const candidacy: Candidacy = runForOffice({ locks: navigator.locks, openChannel: (name) => new BroadcastChannel(name) }, names, {
  waiting: (next) => report({ type: 'office.waiting', next }),
  held: (announce) => void takeOffice(announce),
  lost: () => scope.close(),
});

scope.onmessage = ({ data, ports }: MessageEvent<WorkerOrder>) => {
  if (data.type === 'office.take') candidacy.take();
  else if (ports[0]) line(data.line, ports[0]);
};

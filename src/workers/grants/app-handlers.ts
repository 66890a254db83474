// What each call of an app does once it was parsed: policy is asked first, through the binding that the call names; what came of it
// goes into the app's access log.
import { err, ok, type Result } from '../../result.ts';
import { APP_PROTOCOL, type AppCall } from '../contract/app-protocol.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { NodeId } from '../contract/ids.ts';
import type { AppDataset } from './app-dataset.ts';
import { readEntitlements } from './app-entitlements.ts';
import { commandFrom } from './app-places.ts';
import type { AppHandlers } from './app-port.ts';
import type { Binding } from './bindings.ts';
import type { ConsentDesk } from './consent.ts';
import type { GrantsDeps, OpenGrants, Running } from './open-grants.ts';
import type { Capability } from './policy.ts';

interface Asked {
  readonly call: AppCall;
  readonly binding: string;
  readonly capability: Capability;
  readonly path?: string;
  /** That would be moved. */
  readonly bytes?: number;
}

type Work<T> = (binding: Binding) => Promise<Result<T, NexusError>>;

export function createAppHandlers(deps: GrantsDeps, open: OpenGrants, { running, desk }: { readonly running: Running; readonly desk: ConsentDesk }): AppHandlers {
  const { note } = deps;
  const { bindings, files, log, shelf } = open;

  function noteUse({ bindingId, scopes }: Binding): void {
    if (running.used.has(bindingId)) return;
    running.used.add(bindingId);
    note({ what: 'app.used', actor: 'app', about: `${running.appId} ${scopes[0] ?? ''}` });
  }

  function spend(binding: Binding, bytes: number): void {
    bindings.spent(binding, bytes);
    if (binding.once) running.grants.splice(0, running.grants.length, ...running.grants.filter(({ grantId }) => !binding.grants.includes(grantId)));
  }

  /** What was revoked while it was fetched is not handed out. */
  async function using<T>({ call, binding: id, capability, path, bytes = 0 }: Asked, work: Work<T>, bytesOf: (value: T) => number = () => bytes): Promise<Result<T, NexusError>> {
    const binding = bindings.use(id, running.instance, capability);
    const result = !binding.ok ? binding : bytes > binding.value.left.bytes ? err(nexusError('grants.limit', { detail: 'bytes' })) : await work(binding.value);
    const answer = result.ok && binding.ok && !bindings.holds(binding.value) ? err(nexusError('grants.revoked')) : result;
    log.note(running.appId, { call, result: answer.ok ? 'ok' : answer.error.code, bytes: answer.ok ? bytesOf(answer.value) : 0, ...(path !== undefined && { path }) });
    if (answer.ok && binding.ok) {
      noteUse(binding.value);
      spend(binding.value, bytesOf(answer.value));
    }
    return answer;
  }

  const onFiles = <T>(work: (node: NodeId) => Promise<Result<T, NexusError>>): Work<T> => ({ node }) => (node === undefined ? Promise.resolve(err(nexusError('grants.not_granted'))) : work(node));

  const onDataset = <T>(work: (dataset: AppDataset) => Promise<Result<T, NexusError>>): Work<T> => async ({ appId }) => {
    const app = shelf.get(appId);
    return app ? work(await open.dataset(app)) : err(nexusError('apps.unknown'));
  };

  async function backUp(): Promise<Result<{ created: number; bytes: number }, NexusError>> {
    const { port1, port2 } = new MessageChannel();
    try {
      const made = await deps.backups().createSnapshot({ ...commandFrom(deps), port: port2 });
      return made.ok ? ok({ created: made.value.created, bytes: made.value.bytes }) : made;
    } finally {
      port1.close();
    }
  }

  return {
    hello: () => Promise.resolve(ok({ v: APP_PROTOCOL, name: shelf.get(running.appId)?.manifest.name ?? '' })),
    request: ({ asks }) => desk.request(running, asks),
    release({ binding }) {
      bindings.end(({ bindingId, instance }) => bindingId === binding && instance === running.instance, 'revoked');
      running.watched.delete(binding);
      return Promise.resolve(ok());
    },
    profile: ({ binding }) => using({ call: 'profile', binding, capability: 'profile.read' }, async () => ok({ name: await deps.personName() ?? '' })),
    list: ({ binding, path }) => using({ call: 'list', binding, path, capability: 'securefs.list' }, onFiles((node) => files.list(node, path))),
    stat: ({ binding, path }) => using({ call: 'stat', binding, path, capability: 'securefs.list' }, onFiles((node) => files.stat(node, path))),
    read: ({ binding, path, from, length }) => using({ call: 'read', binding, path, capability: 'securefs.read' }, onFiles((node) => files.read(node, path, { from, length })), (bytes) => bytes.length),
    write: ({ binding, path, content }) => using({ call: 'write', binding, path, capability: 'securefs.write', bytes: content instanceof Blob ? content.size : content.bytes.length }, onFiles((node) => files.write(node, path, content))),
    rename: ({ binding, path, name }) => using({ call: 'rename', binding, path, capability: 'securefs.write' }, onFiles((node) => files.rename(node, path, name))),
    remove: ({ binding, path }) => using({ call: 'remove', binding, path, capability: 'securefs.write' }, onFiles((node) => files.remove(node, path))),
    watch: ({ binding }) => using({ call: 'watch', binding, capability: 'securefs.list' }, onFiles(() => {
      running.watched.add(binding);
      return Promise.resolve(ok());
    })),
    datasetKeys: ({ binding }) => using({ call: 'datasetKeys', binding, capability: 'dataset.read' }, onDataset(async (dataset) => ok(await dataset.keys()))),
    datasetGet: ({ binding, key }) => using({ call: 'datasetGet', binding, capability: 'dataset.read' }, onDataset((dataset) => dataset.get(key)), (value) => value?.length ?? 0),
    datasetPut: ({ binding, key, value }) => using({ call: 'datasetPut', binding, capability: 'dataset.write', bytes: value.length }, onDataset((dataset) => dataset.put(key, value))),
    datasetDelete: ({ binding, key }) => using({ call: 'datasetDelete', binding, capability: 'dataset.write' }, onDataset(async (dataset) => ok(await dataset.delete(key)))),
    backups: ({ binding }) => using({ call: 'backups', binding, capability: 'backup.read' }, async () => {
      const overview = await deps.backups().backupOverview({});
      return overview.ok ? ok(overview.value.snapshots.map(({ created, bytes, downloaded, verified }) => ({ created, bytes, ...(downloaded !== undefined && { downloaded }), ...(verified !== undefined && { verified }) }))) : overview;
    }),
    entitlements: ({ binding }) => using({ call: 'entitlements', binding, capability: 'entitlements.read' }, async ({ appId }) => {
      const app = shelf.get(appId);
      return app ? ok(await readEntitlements(app, { shelf, source: deps.entitlements, clock: deps.clock })) : err(nexusError('apps.unknown'));
    }),
    backUp: ({ binding }) => using({ call: 'backUp', binding, capability: 'backup.create' }, backUp),
  };
}

// What each call of an app does once it was parsed: policy is asked first, through the binding that the call names; what came of it
// goes into the app's access log.
import { err, ok, type Result } from '../../result.ts';
import { APP_PROTOCOL, type AppCall } from '../contract/app-protocol.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { NodeId } from '../contract/ids.ts';
import { GRANTS } from '../contract/limits.ts';
import { createDatasetHandlers } from './app-dataset-calls.ts';
import { readEntitlements } from './app-entitlements.ts';
import { createKeepingHandlers } from './app-keeping.ts';
import { commandFrom } from './app-places.ts';
import type { AppHandlers } from './app-port.ts';
import type { Grant } from './app-record.ts';
import type { Binding } from './bindings.ts';
import type { ConsentDesk } from './consent.ts';
import { createDelegation, isWithin } from './delegation.ts';
import type { GrantsDeps, OpenGrants, Running } from './open-grants.ts';
import type { Capability } from './policy.ts';

export interface Asked {
  readonly call: AppCall;
  readonly binding: string;
  readonly capability: Capability;
  readonly path?: string;
  /** That would be moved. */
  readonly bytes?: number;
}

export type Work<T> = (binding: Binding) => Promise<Result<T, NexusError>>;

/** Asks policy through the binding, does the work, and notes what came of it. */
export type Using = <T>(asked: Asked, work: Work<T>, bytesOf?: (value: T) => number) => Promise<Result<T, NexusError>>;

export function createAppHandlers(deps: GrantsDeps, open: OpenGrants, { running, desk }: { readonly running: Running; readonly desk: ConsentDesk }): AppHandlers {
  const { noteOnce } = open;
  const { bindings, files, log, shelf } = open;
  const delegation = createDelegation(deps, open, running);

  /** A single access is taken before it is made, so that the next question cannot give it again meanwhile. */
  function taken(binding: Binding): readonly Grant[] {
    if (!binding.once) return [];
    const mine = running.grants.filter(({ grantId }) => binding.grants.includes(grantId));
    running.grants.splice(0, running.grants.length, ...running.grants.filter((grant) => !mine.includes(grant)));
    return mine;
  }

  /** What was revoked while it was fetched is not handed out. */
  async function worked<T>(binding: Binding, work: Work<T>): Promise<Result<T, NexusError>> {
    const result = await work(binding);
    return bindings.holds(binding) ? result : err(nexusError('grants.revoked'));
  }

  async function using<T>({ call, binding: id, capability, path, bytes = 0 }: Asked, work: Work<T>, bytesOf: (value: T) => number = () => 0): Promise<Result<T, NexusError>> {
    const binding = bindings.use(id, running.instance, { capability, bytes });
    const single = binding.ok ? taken(binding.value) : [];
    const answer = binding.ok ? await worked(binding.value, work) : binding;
    const more = answer.ok ? bytesOf(answer.value) : 0;
    log.note(running.appId, { call, result: answer.ok ? 'ok' : answer.error.code, bytes: answer.ok ? bytes + more : 0, ...(path !== undefined && { path }) });
    if (binding.ok && answer.ok) {
      noteOnce(running, { what: 'app.used', actor: 'app', about: `${running.appId} ${binding.value.scopes[0] ?? ''}` });
      bindings.spent(binding.value, more);
    } else if (binding.ok && bindings.holds(binding.value)) {
      bindings.giveBack(binding.value, bytes);
      running.grants.push(...single);
    }
    return answer;
  }

  const onFiles = <T>(work: (node: NodeId, ended: AbortSignal) => Promise<Result<T, NexusError>>): Work<T> => async (binding) => (
    binding.node !== undefined && await isWithin(binding, open.places) ? work(binding.node, binding.ended) : err(nexusError('grants.not_granted')));

  /** Now and then, and only where there is room: what a person made is not pushed out by it. */
  async function mayBackUp(): Promise<Result<void, NexusError>> {
    const overview = await deps.backups().backupOverview({});
    if (!overview.ok) return overview;
    const { snapshots, retention: { keep, softBytes } } = overview.value;
    const bytes = snapshots.reduce((sum, each) => sum + each.bytes, 0) + Math.max(0, ...snapshots.map((each) => each.bytes));
    const since = deps.clock() - (open.backedUp.get(running.appId) ?? Number.NEGATIVE_INFINITY);
    if (since < GRANTS.backUpEveryMs) return err(nexusError('grants.busy', { retryAfterMs: GRANTS.backUpEveryMs - since }));
    return snapshots.length >= keep || bytes > softBytes ? err(nexusError('grants.limit', { detail: 'snapshots' })) : ok();
  }

  async function backUp(): Promise<Result<{ created: number; bytes: number }, NexusError>> {
    const may = await mayBackUp();
    if (!may.ok) return may;
    open.backedUp.set(running.appId, deps.clock());
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
      open.end(({ bindingId, instance }) => bindingId === binding && instance === running.instance, running.instance);
      running.watched.delete(binding);
      return Promise.resolve(ok());
    },
    profile: ({ binding }) => using({ call: 'profile', binding, capability: 'profile.read' }, async () => ok({ name: await deps.personName() ?? '' })),
    list: ({ binding, path }) => using({ call: 'list', binding, path, capability: 'securefs.list' }, onFiles((node) => files.list(node, path))),
    stat: ({ binding, path }) => using({ call: 'stat', binding, path, capability: 'securefs.list' }, onFiles((node) => files.stat(node, path))),
    read: ({ binding, path, from, length }) => using({ call: 'read', binding, path, capability: 'securefs.read' }, onFiles((node) => files.read(node, path, { from, length })), (bytes) => bytes.length),
    write: ({ binding, path, content }) => using({ call: 'write', binding, path, capability: 'securefs.write', bytes: content instanceof Blob ? content.size : content.bytes.length }, onFiles((node, ended) => files.write(node, path, { content, ended }))),
    rename: ({ binding, path, name }) => using({ call: 'rename', binding, path, capability: 'securefs.write' }, onFiles((node) => files.rename(node, path, name))),
    remove: ({ binding, path }) => using({ call: 'remove', binding, path, capability: 'securefs.write' }, onFiles((node) => files.remove(node, path))),
    watch: ({ binding }) => using({ call: 'watch', binding, capability: 'securefs.list' }, onFiles(() => {
      running.watched.add(binding);
      return Promise.resolve(ok());
    })),
    ...createDatasetHandlers(open, using),
    backups: ({ binding }) => using({ call: 'backups', binding, capability: 'backup.read' }, async () => {
      const overview = await deps.backups().backupOverview({});
      return overview.ok ? ok(overview.value.snapshots.map(({ created, bytes, downloaded, verified }) => ({ created, bytes, ...(downloaded !== undefined && { downloaded }), ...(verified !== undefined && { verified }) }))) : overview;
    }),
    entitlements: ({ binding }) => using({ call: 'entitlements', binding, capability: 'entitlements.read' }, async ({ appId }) => {
      const app = shelf.get(appId);
      return app ? ok(await readEntitlements(app, { shelf, account: deps.account, clock: deps.clock })) : err(nexusError('apps.unknown'));
    }),
    delegate: (args) => using({ call: 'delegate', binding: args.by, path: args.path, capability: 'grants.delegate' }, (by) => delegation.offer(by, args)),
    async accept({ ticket }) {
      const taken = await delegation.take(ticket);
      log.note(running.appId, { call: 'accept', result: taken.ok ? 'ok' : taken.error.code, bytes: 0 });
      return taken;
    },
    token: ({ binding, jkt }) => using({ call: 'token', binding, capability: 'account.token' }, ({ bindingId }) => deps.account.getAccessToken({ bindingId, jkt })),
    backUp: ({ binding }) => using({ call: 'backUp', binding, capability: 'backup.create' }, backUp),
    ...createKeepingHandlers(deps, open, { running, using }),
  };
}

// A client without an authority, for tests and pictures of surfaces: answers are set by name, calls are written down.
import { BehaviorSubject, Subject } from 'rxjs';
import type { AccountStatus } from '../../src/workers/contract/account.ts';
import type { DeviceStatus, SessionCard, UserCard } from '../../src/workers/contract/device.ts';
import type { ErrorCode, NexusError } from '../../src/workers/contract/errors.ts';
import type { HeardFact } from '../../src/workers/contract/events.ts';
import type { Sid, Uid } from '../../src/workers/contract/ids.ts';
import type { Prefs } from '../../src/workers/contract/prefs.ts';
import type { SyncStatus } from '../../src/workers/contract/sync.ts';
import type { Answer, Method, Value } from '../../src/workers/contract/surface.ts';
import type { Calls, Client, ClientArgs, ConnectionState, Work } from '../../src/workers/door/page/client.ts';

export const ADA: UserCard = {
  uid: 'u1' as Uid, name: 'Ada Lovelace', seal: { picture: 'comet', colour: 'indigo' }, hasPin: false, pinDisabled: false, recoveryUnconfirmed: false, lockedOutForMs: 0,
};
export const BOB: UserCard = { ...ADA, uid: 'u2' as Uid, name: 'Bob', seal: { picture: 'fox', colour: 'rose' }, hasPin: true };
export const SID = '0123456789abcdef0123456789abcdef' as Sid;
export const ADA_SESSION: SessionCard = { sid: SID, uid: ADA.uid, locked: false, openedAt: 0 };
export const PREFS: Prefs = {
  language: 'system', appearance: 'system', autoLockMs: 300_000, filesView: 'grid', retention: { keep: 10, softBytes: 1e9, hardBytes: 4e9 },
};

export const NOBODY_SIGNED_IN: AccountStatus = { state: 'anonymous', accounts: [], providers: [{ issuer: 'https://nexus.example/oidc', clientId: 'nexus', own: true }] };

export const NOT_SYNCED: SyncStatus = { state: 'off', waiting: 0, toCome: 0, unreadable: 0 };

export function deviceWith(users: readonly UserCard[], front?: SessionCard): DeviceStatus {
  return {
    users, sessions: front === undefined ? [] : [front], extentsAs: 'blob', release: '0.1.0+test', workerId: 'worker-1',
    ...(front === undefined ? {} : { front: front.sid }),
  };
}

export interface Called {
  readonly method: Method;
  readonly args: unknown;
}

type Reply<M extends Method> = (args: ClientArgs<M>, work?: Work) => Answer<Value<M>> | Promise<Answer<Value<M>>>;

export class FakeClient implements Client {
  readonly connection: BehaviorSubject<ConnectionState>;
  readonly device: BehaviorSubject<DeviceStatus>;
  readonly facts = new Subject<HeardFact>();
  readonly called: Called[] = [];
  readonly call: Calls;
  takenOver = 0;
  readonly #replies = new Map<Method, Reply<never>>();

  constructor(status: DeviceStatus = deviceWith([]), connection: ConnectionState = 'ready') {
    this.device = new BehaviorSubject(status);
    this.connection = new BehaviorSubject(connection);
    this.call = new Proxy({} as Calls, { get: (_, method) => (args: never, work?: Work) => this.#answer(method as Method, args, work) });
    this.answers('getPrefs', PREFS).answers('subscribeAccountSessionEvents', { status: NOBODY_SIGNED_IN, number: 0, missed: [] })
      .answers('syncStatus', NOT_SYNCED).answers('contentChoice', { all: true, kept: [], anyConnection: false }).answers('cloudBackupSchedule', { every: 'never', keep: null, working: false });
  }

  /** The value that a method gives from now on. */
  answers<M extends Method>(method: M, value: Value<M>): this {
    return this.replies(method, () => ({ ok: true, value }));
  }

  refuses(method: Method, code: ErrorCode, extra: Omit<NexusError, 'code'> = {}): this {
    return this.replies(method, () => ({ ok: false, error: { code, ...extra } }));
  }

  replies<M extends Method>(method: M, reply: Reply<M>): this {
    this.#replies.set(method, reply as Reply<never>);
    return this;
  }

  /** What a method was asked, each time. */
  asked<M extends Method>(method: M): ClientArgs<M>[] {
    return this.called.filter((call) => call.method === method).map((call) => call.args as ClientArgs<M>);
  }

  takeOver(): void {
    this.takenOver += 1;
  }

  async #answer(method: Method, args: never, work?: Work): Promise<Answer<unknown>> {
    this.called.push({ method, args });
    const reply = this.#replies.get(method);
    return reply === undefined ? { ok: true, value: undefined } : await reply(args, work);
  }
}

// Apps for tests: the real grants authority over a real home in memory, packages from a fake network, a person who answers as the test
// says, and ports that speak the protocol by hand: no SDK is in between.
import { assert } from 'chai';
import { systemRandom } from '../../../src/crypto/random.ts';
import { err, ok } from '../../../src/result.ts';
import type { Statement } from '../../../src/sync/oauth/statements.ts';
import type { Access, AppCall, AppMessage, Ask } from '../../../src/workers/contract/app-protocol.ts';
import type { AppBindingOrder } from '../../../src/workers/contract/app-bindings.ts';
import { nexusError } from '../../../src/workers/contract/errors.ts';
import type { Fact } from '../../../src/workers/contract/events.ts';
import type { AppCard, Consent, PromptCard } from '../../../src/workers/contract/grants.ts';
import { type AccountId, type AppId, type InstanceId, type LeashName, parseLeashName } from '../../../src/workers/contract/ids.ts';
import type { Occurrence } from '../../../src/workers/grants/audit.ts';
import { createGrants, type Grants } from '../../../src/workers/grants/grants.ts';
import { createAppKeys } from '../../../src/workers/keystore/app-keys.ts';
import { command, newHome, type TestHome, value } from '../home/test-home.ts';
import { createTimers, type TestClock } from '../session/device.ts';

type Answer = { readonly ok: boolean; readonly value?: unknown; readonly error?: { readonly code: string } };

/** An app as it speaks on its port. */
export interface TestApp {
  readonly instance: InstanceId;
  readonly port: MessagePort;
  readonly events: Extract<AppMessage, { event: string }>[];
  call(call: AppCall, args: object): Promise<Answer>;
  /** The value, or the test fails with the code. */
  get<T>(call: AppCall, args: object): Promise<T>;
  code(call: AppCall, args: object): Promise<string>;
}

export interface AppWorld {
  grants: Grants;
  readonly home: TestHome;
  readonly clock: TestClock;
  readonly facts: Fact[];
  readonly notes: Occurrence[];
  readonly incidents: unknown[];
  /** Pages that hold one; calling it is that page's end. */
  readonly snapshots: { id: string; created: number; nodes: number; extents: number; bytes: number }[];
  readonly leashes: Map<string, () => void>;
  /** Who is signed in, and what the server tells of entitlements, or how it fails to. */
  readonly seller: { active: AccountId | undefined; statements: readonly Statement[] | 'account.provider_unreachable' | 'account.provider_broken'; readonly asked: string[] };
  /** What the account was asked for on behalf of apps that go there themselves. */
  readonly online: { readonly issued: AppBindingOrder[]; readonly asked: string[]; readonly revoked: { readonly bindingId: string; readonly replayed?: boolean }[] };
  /** What is at an address. */
  readonly network: Map<string, string>;
  readonly asked: PromptCard[];
  /** How the person answers; undefined leaves the question open. */
  person: ((card: PromptCard) => readonly Consent[] | 'no' | 'never' | undefined) | undefined;
  install(): Promise<AppCard>;
  open(appId: AppId): Promise<TestApp>;
  connect(origin: string): Promise<TestApp>;
  /** As after a lock and an unlock. */
  reopen(): Promise<void>;
  close(): void;
}

export const APP_URL = 'https://apps.test/notes/nexus-app.json';
export const NOTES_ASKS: readonly (Ask & { why: string })[] = [
  { scope: 'read:files', resource: 'home:/Notes/*', why: 'To show your notes.' },
  { scope: 'write:files', resource: 'home:/Notes/*', why: 'To save your notes.' },
  { scope: 'read:dataset', resource: 'dataset:self', why: 'To know how you sort them.' },
  { scope: 'write:dataset', resource: 'dataset:self', why: 'To keep how you sort them.' },
  { scope: 'read:profile', why: 'To greet you.' },
  { scope: 'write:backups', why: 'To back up before a large change.' },
  { scope: 'read:backups', why: 'To tell when you last did.' },
  { scope: 'read:entitlements', why: 'To see whether you have Notes Pro.' },
];
export const manifest = (changes: object = {}): string => JSON.stringify({ v: 1, id: 'test.notes', name: 'Notes', start: 'app.js', scopes: NOTES_ASKS, ...changes });

const ports: MessagePort[] = [];
export const nextLeash = (): LeashName => parseLeashName(`nexus.app.${crypto.randomUUID()}`)!;

const turn = () => new Promise<void>((resolve) => { setTimeout(resolve, 0); });

/** What is on its way has arrived, as far as turns of the event loop can tell: to see that something does not happen. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn();
}

/** Turn by turn, until it is so; the runner's time limit ends a wait in vain. */
export async function eventually(look: () => boolean): Promise<void> {
  while (!look()) await turn();
}

function speak(instance: InstanceId, port: MessagePort): TestApp {
  const waiting = new Map<number, (answer: Answer) => void>();
  const events: TestApp['events'] = [];
  let next = 0;
  port.onmessage = ({ data }: MessageEvent<AppMessage>) => {
    if ('event' in data) events.push(data);
    else waiting.get(data.id)?.(data);
  };
  const app: TestApp = {
    instance, port, events,
    call: (call, args) => new Promise((resolve) => {
      next += 1;
      waiting.set(next, resolve);
      port.postMessage({ id: next, call, args });
    }),
    async get<T>(call: AppCall, args: object) {
      const answer = await app.call(call, args);
      assert.isTrue(answer.ok, `${call}: ${answer.error?.code}`);
      return answer.value as T;
    },
    async code(call, args) {
      const answer = await app.call(call, args);
      return answer.ok ? 'ok' : answer.error!.code;
    },
  };
  return app;
}

export const ONCE_OPEN: Consent = { mode: 'session' };
export const FOR_LONG: Consent = { mode: 'persistent' };

/** As the dialog does: what is proposed is what is agreed to, unless another was chosen. */
const withNode = (consent: Consent, { items }: PromptCard, index: number): Consent => {
  const node = consent.node ?? items[index]?.proposed?.node;
  return { ...consent, ...(node !== undefined && { node }) };
};

/** `home` where a test brings its own, `datasetChanged` where it listens. */
export async function createAppWorld({ home: given, datasetChanged = () => undefined }: { readonly home?: TestHome; readonly datasetChanged?: () => void } = {}): Promise<AppWorld> {
  const { clock, timers } = createTimers();
  const home = given ?? await newHome();
  const network = new Map([[APP_URL, manifest()], ['https://apps.test/notes/app.js', 'export {};'], ['https://else.test/nexus-app.json', manifest({ start: undefined })]]);
  const leashes: AppWorld['leashes'] = new Map();
  const seller: AppWorld['seller'] = { active: undefined, statements: [], asked: [] };
  const online: AppWorld['online'] = { issued: [], asked: [], revoked: [] };
  const snapshots: AppWorld['snapshots'] = [{ id: 'x', created: 5, nodes: 1, extents: 1, bytes: 7 }];
  const [facts, notes, incidents, asked]: [Fact[], Occurrence[], unknown[], PromptCard[]] = [[], [], [], []];

  async function answer(instance: InstanceId): Promise<void> {
    const read = await world.grants.calls.readPrompt({ instance });
    const card = read.ok ? read.value : null;
    if (!card) return;
    asked.push(card);
    const said = world.person?.(card);
    if (said === undefined) return;
    if (typeof said === 'string') value(await world.grants.calls.denyPrompt({ ...command(), promptId: card.promptId, remember: said === 'never' }));
    else value(await world.grants.calls.allowPrompt({ ...command(), promptId: card.promptId, consents: said.map((each, index) => withNode(each, card, index)) }));
  }

  const begin = () => createGrants({
    random: systemRandom, clock: () => clock.now, after: timers.after, note: (occurrence) => void notes.push(occurrence), ownOrigin: 'https://nexus.test',
    announce(fact) {
      facts.push(fact);
      if (fact.type === 'apps.prompted') void answer(fact.instance);
    },
    packages: {
      deadline: () => new AbortController().signal,
      fetch: (url) => Promise.resolve(network.has(url) ? new Response(network.get(url)) : new Response(null, { status: 404 })),
    },
    backups: () => ({
      backupOverview: () => Promise.resolve(ok({ snapshots, retention: { keep: 10, softBytes: 1000, hardBytes: 2000 } } as never)),
      createSnapshot: () => {
        snapshots.push({ id: `s${snapshots.length}`, created: 9, nodes: 1, extents: 1, bytes: 8 });
        return Promise.resolve(ok(snapshots.at(-1) as never));
      },
    }),
    account: {
      active: () => seller.active && { accountId: seller.active, issuer: 'https://app.test/oidc', name: 'ada@test' },
      issueScopedAppBinding(order) {
        online.issued.push(order);
        return order.accountId === seller.active ? ok() : err(nexusError('account.none'));
      },
      getAccessToken({ bindingId, jkt }) {
        online.asked.push(jkt);
        return Promise.resolve(ok({ token: `token of ${bindingId}`, expiresAt: clock.now + 1000, api: 'https://app.test/v1', collection: 'datasets/a', subject: 'sub' }));
      },
      revokeScopedAppBinding: (of) => void online.revoked.push(of),
      statements(app) {
        seller.asked.push(app);
        const { active, statements } = seller;
        if (typeof statements === 'string') return Promise.resolve(err(nexusError(statements)));
        return Promise.resolve(active ? ok({ accountId: active, value: statements }) : err(nexusError('account.none')));
      },
    },
    appKeys: (mounted, app) => createAppKeys(mounted, { random: systemRandom, clock: () => clock.now }, app),
    whenGone(leash, gone) {
      leashes.set(leash, gone);
      return () => leashes.delete(leash);
    },
    personName: () => Promise.resolve('Ada'), expected: () => undefined, datasetChanged, incident: (_, fault) => { incidents.push(fault); return 'incident'; },
  });

  async function opened(start: (line: MessagePort) => Promise<{ readonly instance: InstanceId }>): Promise<TestApp> {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    const { instance } = await start(port2);
    return speak(instance, port1);
  }

  const world: AppWorld = {
    grants: begin(), home, clock, facts, notes, incidents, network, seller, online, leashes, snapshots, asked, person: undefined,
    async install() {
      const plan = value(await world.grants.calls.planInstall({ url: APP_URL }));
      return value(await world.grants.calls.installApp({ ...command(), url: APP_URL, hash: plan.hash }));
    },
    open: (appId) => opened(async (line) => value(await world.grants.calls.openApp({ appId, line, leash: nextLeash() }))),
    connect: (origin) => opened(async (line) => value(await world.grants.calls.connectApp({ origin, line, leash: nextLeash() }))),
    async reopen() {
      await world.grants.closing();
      world.grants = begin();
      await world.grants.opened(home.mounted, home.surface);
    },
    close: () => { for (const port of ports.splice(0)) port.close(); },
  };
  await world.grants.opened(home.mounted, home.surface);
  return world;
}

export const NOTES: readonly Ask[] = [{ scope: 'read:files', resource: 'home:/Notes/*' }, { scope: 'write:files', resource: 'home:/Notes/*' }];
export const only = <T>(list: readonly T[]): T => {
  assert.lengthOf(list, 1);
  return list[0]!;
};
/** Notes, allowed for as long as it stays open. */
export async function withNotes(world: AppWorld, consent: Consent = ONCE_OPEN): Promise<{ readonly app: TestApp; readonly appId: AppId; readonly binding: string }> {
  world.person ??= () => [consent];
  const { appId } = await world.install();
  const app = await world.open(appId);
  const { binding } = only(await app.get<readonly Access[]>('request', { asks: NOTES }));
  return { app, appId, binding };
}

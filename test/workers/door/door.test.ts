import { assert } from 'chai';
import * as Comlink from 'comlink';
import { createDoor, type Door, type ServedSurface } from '../../../src/workers/door/worker/door.ts';

const COMMAND = '0'.repeat(32);

/** A surface whose every method answers with what it got. */
const echo = new Proxy({}, { get: () => (args: unknown) => Promise.resolve({ ok: true, value: args }) }) as ServedSurface;

interface Setup { readonly port: MessagePort; readonly door: Door; readonly incidents: string[] }

function open(served: ServedSurface = echo): Setup {
  const { port1, port2 } = new MessageChannel();
  const incidents: string[] = [];
  const door = createDoor({
    served, openEvents: (port) => port.close(), offerStandby: (port) => port.close(), expected: () => undefined,
    incident: (method) => String(incidents.push(method)),
  });
  door.serve(port1);
  return { port: port2, door, incidents };
}

/** What comes back for a raw message, or 'silence' where a later honest call is answered first. */
async function reply(port: MessagePort, message: object): Promise<unknown> {
  const answers: { id: string }[] = [];
  port.onmessage = ({ data }: MessageEvent<{ id: string }>) => void answers.push(data);
  port.postMessage(message);
  await Comlink.wrap<{ deviceStatus(args: object): unknown }>(port).deviceStatus({});
  return answers.find(({ id }) => id === (message as { id?: string }).id) ?? 'silence';
}

const apply = (path: readonly string[], ...argumentList: unknown[]) => ({ id: 'x', type: 'APPLY', path, argumentList });
const raw = (value: unknown) => ({ type: 'RAW', value });

describe('the door', () => {
  let setup: Setup;
  beforeEach(() => { setup = open(); });
  afterEach(() => setup.port.close());

  it('answers a call on the list', async () => {
    const answer = await reply(setup.port, apply(['homeRoot'], raw({})));
    assert.deepInclude(answer, { id: 'x' });
  });

  it('takes the sign that somebody is there as a page sends it: with nothing, for it is no command', async () => {
    const remote = Comlink.wrap<{ reportActivity(args: object): Promise<unknown> }>(setup.port);
    assert.deepEqual(await remote.reportActivity({}), { ok: true, value: {} });
  });

  const hostile: Record<string, object> = {
    'a walk to the constructor': apply(['homeRoot', 'constructor'], raw({})),
    'a method that is not on the list': apply(['constructor'], raw({})),
    'a name of every object': apply(['hasOwnProperty'], raw({})),
    'reading a property': { id: 'x', type: 'GET', path: ['homeRoot'] },
    'overwriting a method': { id: 'x', type: 'SET', path: ['homeRoot'], value: raw(1) },
    'constructing': { id: 'x', type: 'CONSTRUCT', path: ['homeRoot'], argumentList: [raw({})] },
    'a new endpoint': { id: 'x', type: 'ENDPOINT', path: [] },
    'releasing the surface': { id: 'x', type: 'RELEASE', path: [] },
    'two arguments': apply(['homeRoot'], raw({}), raw({})),
    'no argument': apply(['homeRoot']),
    'an argument that a handler would unpack': apply(['homeRoot'], { type: 'HANDLER', name: 'proxy', value: 1 }),
  };
  for (const [name, message] of Object.entries(hostile)) {
    it(`is deaf to ${name}`, async () => assert.equal(await reply(setup.port, message), 'silence'));
  }

  it('refuses arguments that are not as the contract says', async () => {
    const remote = Comlink.wrap<Record<string, (args: unknown) => Promise<{ error?: { code: string } }>>>(setup.port);
    const bad: [string, unknown][] = [
      ['homeRoot', { extra: 1 }], ['homeRoot', null], ['homeRoot', []], ['listFolder', { folder: 'x' }], ['listFolder', {}],
      ['lock', { command: COMMAND, at: -1 }], ['lock', { command: COMMAND.slice(1), at: 0 }], ['searchHome', { query: 'x'.repeat(257) }],
      ['login', { command: COMMAND, at: 0, uid: 'u1', kind: 'password', secret: new Uint8Array(4097) }],
      ['login', { command: COMMAND, at: 0, uid: 'u0', kind: 'password', secret: new Uint8Array(1) }],
      ['setPrefs', { command: COMMAND, at: 0, prefs: { autoLockMs: 1 } }], ['setPrefs', { command: COMMAND, at: 0, prefs: { language: 'xx' } }],
      ['accountSignIns', { accountId: 'x' }], ['endAccountSignIn', { command: COMMAND, at: 0, signInId: '../usage' }], ['endAccountSignIn', { signInId: 'a' }],
    ];
    for (const [method, args] of bad) assert.equal((await remote[method]?.(args))?.error?.code, 'door.bad_argument', method);
  });

  it('lets an app hang on no lock but one that is made for it', async () => {
    setup.port.close();
    setup = open(new Proxy({}, { get: () => () => Promise.resolve({ ok: true, value: null }) }) as ServedSurface);
    const remote = Comlink.wrap<Record<string, (args: unknown) => Promise<{ ok: boolean; error?: { code: string } }>>>(setup.port);
    const call = async (method: string, leash: unknown) => {
      const { port1, port2 } = new MessageChannel();
      const said = await remote[method]!(Comlink.transfer({ ...method === 'openApp' ? { appId: COMMAND } : { origin: 'https://a.test' }, line: port2, leash }, [port2]));
      port1.close();
      return said.ok ? 'ok' : said.error?.code;
    };
    const uuid = crypto.randomUUID();
    for (const method of ['openApp', 'connectApp']) {
      assert.equal(await call(method, `nexus.app.${uuid}`), 'ok');
      for (const leash of ['nexus.authority', 'nexus.standby', '', 'nexus.app.', uuid, `nexus.app.${uuid}0`, `nexus.app.${uuid.slice(1)}`, `nexus.app.${uuid}\n`, ` nexus.app.${uuid}`, `nexus_app.${uuid}`, `nexus.app.${'G'.repeat(36)}`, 7, null, undefined]) {
        assert.equal(await call(method, leash), 'door.bad_argument', `${method} ${String(leash)}`);
      }
    }
  });

  it('turns a bug into an incident without a word of it', async () => {
    setup.port.close();
    const throwing = new Proxy({}, { get: () => () => Promise.reject(new Error('the secret is 42')) }) as ServedSurface;
    setup = open(throwing);
    const answer = await Comlink.wrap<{ deviceStatus(args: object): Promise<unknown> }>(setup.port).deviceStatus({});
    assert.notInclude(JSON.stringify(answer), '42');
    assert.nestedPropertyVal(answer, 'error.code', 'internal');
    assert.deepEqual(setup.incidents, ['deviceStatus']);
  });

  it('zeroes a secret once its call is over', async () => {
    setup.port.close();
    let seen: Uint8Array | undefined;
    const keeping = new Proxy({}, { get: () => (args: { secret?: Uint8Array }) => {
      seen = args.secret;
      return Promise.resolve({ ok: true, value: true });
    } }) as ServedSurface;
    setup = open(keeping);
    const remote = Comlink.wrap<{ tryRecoveryPhrase(args: object): Promise<unknown> }>(setup.port);
    await remote.tryRecoveryPhrase({ secret: new Uint8Array([1, 2, 3]) });
    assert.deepEqual(seen, new Uint8Array(3));
  });

  it('settles its closing after the last answer, and admits nothing more', async () => {
    setup.port.close();
    let answer: (value: unknown) => void = () => undefined;
    const slow = new Proxy({}, { get: () => () => new Promise((resolve) => { answer = resolve; }) }) as ServedSurface;
    setup = open(slow);
    const remote = Comlink.wrap<{ deviceStatus(args: object): Promise<unknown> }>(setup.port);
    const call = remote.deviceStatus({});
    const pong = new Promise((resolve) => { setup.port.addEventListener('message', ({ data }: MessageEvent<{ type?: string }>) => data.type === 'pong' && resolve(undefined)); });
    setup.port.postMessage({ type: 'ping', count: 1 });
    await pong;
    const closing = setup.door.close();
    answer({ ok: true, value: 1 });
    await closing;
    assert.deepEqual(await call, { ok: true, value: 1 });
  });
});

// The window that a page elsewhere opens, among pages that lie: it answers the one that opened it, at the first origin that that spoke
// from, serves one line, and none once that is over or was refused.
import { assert } from 'chai';
import { NxConnect } from '../../../src/ui/connect/nx-connect.ts';
import type { InstanceId } from '../../../src/workers/contract/ids.ts';
import { ADA, ADA_SESSION, deviceWith, FakeClient } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { alertText, mount, one, press, unmount } from '../support/screen.ts';

const APP = 'https://notes.test';
const ELSE = 'https://else.test';
const INSTANCE = '3'.repeat(32) as InstanceId;
const ASK = { type: 'nexus.connect', v: 1 };
const PORT = { type: 'nexus.port' };

interface Page {
  /** What was said to it, and where it had to be to hear it. */
  readonly heard: { readonly to: string; readonly message: unknown }[];
  says(data: unknown, from?: string, ...ports: MessagePort[]): void;
  readonly window: Window;
}

const frames: HTMLIFrameElement[] = [];

/** A page in a window of its own, whose words come from wherever the test says. */
async function openPage(): Promise<Page> {
  const frame = Object.assign(document.createElement('iframe'), { srcdoc: '<p>', hidden: true });
  const loaded = new Promise((resolve) => { frame.onload = resolve; });
  document.documentElement.append(frame);
  frames.push(frame);
  await loaded;
  const heard: Page['heard'] = [];
  const window = frame.contentWindow!;
  Object.defineProperty(window, 'postMessage', { value: (message: unknown, to: string) => { heard.push({ to, message }); } });
  return { heard, window, says: (data, from = APP, ...ports) => { dispatchEvent(new MessageEvent('message', { source: window, origin: from, data, ports })); } };
}

interface Line { readonly port: MessagePort; closed: boolean }

function newLine(): Line {
  const { port1: port } = new MessageChannel();
  const line = { port, closed: false };
  port.close = () => { line.closed = true; };
  return line;
}

const isHeld = async (name = '') => ((await navigator.locks.query()).held ?? []).some((lock) => lock.name === name);
async function untilFree(name?: string): Promise<void> {
  while (await isHeld(name)) await new Promise((resolve) => { requestAnimationFrame(resolve); });
}

describe('the window of a connected app', () => {
  const before = Object.getOwnPropertyDescriptor(window, 'opener')!;
  let page: Page;
  let client: FakeClient;
  beforeEach(async () => {
    page = await openPage();
    Object.defineProperty(window, 'opener', { value: page.window, configurable: true });
    client = new FakeClient(deviceWith([ADA], ADA_SESSION)).answers('connectApp', { instance: INSTANCE, name: 'Notes' }).answers('readPrompt', null).answers('closeApp', undefined);
    await mount(Object.assign(new NxConnect(), { client }));
    await one('heading', 'Nothing asks here');
  });
  afterEach(() => {
    unmount();
    Object.defineProperty(window, 'opener', before);
    for (const frame of frames.splice(0)) frame.remove();
  });

  /** As an honest app does it. */
  async function connect(line = newLine(), ...others: MessagePort[]): Promise<Line> {
    page.says(ASK);
    page.says(PORT, APP, line.port, ...others);
    await one('heading', '“Notes” is connected');
    return line;
  }
  const asked = () => client.asked('connectApp').map(({ origin, line }) => ({ origin, line }));
  const leash = () => client.asked('connectApp')[0]?.leash;

  it('answers its opener alone, at the origin that the browser names', async () => {
    const stranger = await openPage();
    const line = newLine();
    for (const other of [stranger, { ...page, says: (data: unknown, _?: string, ...ports: MessagePort[]) => { dispatchEvent(new MessageEvent('message', { origin: APP, data, ports })); } }]) {
      other.says(ASK);
      other.says(PORT, APP, line.port);
    }
    for (const from of ['null', location.origin]) {
      page.says(ASK, from);
      page.says(PORT, from, line.port);
    }
    await one('heading', 'Nothing asks here');
    const { port } = await connect();
    assert.deepEqual(asked(), [{ origin: APP, line: port }]);
    assert.deepEqual(page.heard, [{ to: APP, message: { type: 'nexus.ready' } }]);
    assert.deepEqual(stranger.heard, []);
    await assertAccessible();
  });

  it('hears the first origin alone, whatever the opener became', async () => {
    page.says(ASK);
    page.says(ASK, ELSE);
    page.says(PORT, ELSE, newLine().port);
    const { port } = await connect();
    page.says(ASK, ELSE);
    assert.deepEqual(asked(), [{ origin: APP, line: port }]);
    assert.deepEqual([...new Set(page.heard.map(({ to }) => to))], [APP]);
  });

  it('serves one line, of one who asked for it before', async () => {
    const [early, late, later] = [newLine(), newLine(), newLine()];
    page.says(PORT, APP, early.port);
    assert.isTrue(early.closed);
    for (const data of [null, undefined, 7, 'nexus.port', [], {}, { type: 'nexus.ports' }, { type: ['nexus.port'] }]) page.says(data, APP, newLine().port);
    page.says(PORT);
    page.says(ASK);
    const line = newLine();
    page.says(PORT, APP, line.port, newLine().port);
    page.says(PORT, APP, late.port);
    assert.isTrue(late.closed, 'while the first is on its way');
    await one('heading', '“Notes” is connected');
    page.says(PORT, APP, later.port);
    assert.isTrue(later.closed);
    assert.deepEqual(asked(), [{ origin: APP, line: line.port }]);
    assert.isFalse(line.closed);
    assert.isTrue(await isHeld(leash()));
  });

  it('takes no line after “Disconnect”', async () => {
    await connect();
    const said = page.heard.length;
    await press('Disconnect');
    await one('heading', 'Disconnected');
    assert.deepEqual(client.asked('closeApp'), [{ instance: INSTANCE }]);
    await untilFree(leash());
    const line = newLine();
    page.says(ASK);
    page.says(PORT, APP, line.port);
    assert.isTrue(line.closed);
    assert.lengthOf(page.heard, said);
    assert.lengthOf(asked(), 1);
    await one('heading', 'Disconnected');
  });

  it('takes no line after its own was ended elsewhere', async () => {
    await connect();
    client.facts.next({ seq: 1, type: 'apps.closed', instance: '4'.repeat(32) as InstanceId });
    await one('heading', '“Notes” is connected');
    client.facts.next({ seq: 2, type: 'apps.closed', instance: INSTANCE });
    await one('heading', 'Disconnected');
    const line = newLine();
    page.says(PORT, APP, line.port);
    assert.isTrue(line.closed);
    assert.lengthOf(asked(), 1);
  });

  it('says why it refuses, to who asked alone, and keeps nothing', async () => {
    client.refuses('connectApp', 'apps.unreachable');
    page.says(ASK);
    page.says(PORT, APP, newLine().port);
    await one('heading', 'Not connected');
    assert.match(await alertText(), /No app could be read there/);
    assert.deepEqual(page.heard, [{ to: APP, message: { type: 'nexus.ready' } }, { to: APP, message: { type: 'nexus.refused', code: 'apps.unreachable' } }]);
    await untilFree(leash());
  });

  it('takes no line after it refused one: it would say that there is none', async () => {
    client.refuses('connectApp', 'apps.unreachable');
    page.says(ASK);
    page.says(PORT, APP, newLine().port);
    await one('heading', 'Not connected');
    client.answers('connectApp', { instance: INSTANCE, name: 'Notes' });
    const [said, line] = [page.heard.length, newLine()];
    page.says(ASK);
    page.says(PORT, APP, line.port);
    assert.isTrue(line.closed);
    assert.lengthOf(page.heard, said);
    assert.lengthOf(asked(), 1);
    await one('heading', 'Not connected');
  });
});

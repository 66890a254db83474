import { assert } from 'chai';
import type { AuthorityWanted } from '../../../src/workers/contract/relay.ts';
import { ANSWER_MS, createPortBroker, type PortBroker, type Window } from '../../../src/workers/shell/port-broker.ts';
import { createFakeTimers } from '../door/streams/fake-timers.ts';

interface Page extends Window {
  readonly asked: AuthorityWanted[];
  readonly given: { readonly message: AuthorityWanted; readonly port: MessagePort }[];
}

describe('port broker', () => {
  const ports: MessagePort[] = [];
  afterEach(() => ports.splice(0).forEach((port) => port.close()));

  function setUp() {
    const pages: Page[] = [];
    const timers = createFakeTimers();
    let count = 0;
    const broker: PortBroker = createPortBroker({
      windows: () => Promise.resolve(pages), freshId: () => `ask-${count += 1}`, after: (ms, fire) => timers.after(ms, fire),
    });
    /** A window; one with a namespace hosts that authority. */
    function page(hosts?: string): Page {
      const made: Page = {
        id: `page-${pages.length}`, asked: [], given: [],
        postMessage(message, [port]) {
          if (port) made.given.push({ message, port: port as MessagePort });
          else made.asked.push(message);
          if (port) ports.push(port as MessagePort);
          if (message.type === 'authority.who' && message.namespace === hosts) {
            queueMicrotask(() => void broker.hear({ data: { type: 'authority.here', ask: message.ask }, source: made, ports: [] }));
          }
        },
      };
      pages.push(made);
      return made;
    }
    function find(namespace: string) {
      const { port1, port2 } = new MessageChannel();
      ports.push(port1, port2);
      const heard = new Promise<unknown>((resolve) => { port1.onmessage = ({ data }: MessageEvent<unknown>) => resolve(data); });
      return { done: broker.hear({ data: { type: 'authority.find', namespace }, source: null, ports: [port2] }), heard, port: port1 };
    }
    return { broker, page, find, timers };
  }

  it('asks every window and gives the port to the one that has the authority', async () => {
    const { page, find, timers } = setUp();
    const [idle, host] = [page(), page('')];
    const { done, port } = find('');
    await done;
    assert.equal(idle.asked.length, 1);
    assert.deepEqual(host.given.map(({ message }) => message), [{ type: 'authority.connect', namespace: '', line: 'door' }]);
    const arrived = new Promise<unknown>((resolve) => { host.given[0]!.port.onmessage = ({ data }: MessageEvent<unknown>) => resolve(data); });
    port.postMessage('hello');
    assert.equal(await arrived, 'hello');
    assert.equal(timers.pending(), 0);
  });

  it('says that nobody has it, after a second', async () => {
    const { page, find, timers } = setUp();
    page();
    const { done, heard } = find('');
    timers.pass(ANSWER_MS);
    await done;
    assert.deepEqual(await heard, { type: 'authority.nobody' });
  });

  it('gives the port away once, however many answer and however late', async () => {
    const { broker, page, find } = setUp();
    const [first, second] = [page(''), page('')];
    await find('').done;
    assert.equal(first.given.length, 1);
    assert.equal(second.given.length, 0);
    void broker.hear({ data: { type: 'authority.here', ask: 'ask-1' }, source: second, ports: [] });
    void broker.hear({ data: { type: 'authority.here', ask: 'never asked' }, source: second, ports: [] });
    assert.equal(second.given.length, 0);
  });

  it('keeps several questions and namespaces apart', async () => {
    const { page, find } = setUp();
    const [main, test] = [page(''), page('self-test')];
    await Promise.all([find('').done, find('self-test').done, find('').done]);
    assert.deepEqual(main.given.map(({ message }) => 'namespace' in message && message.namespace), ['', '']);
    assert.deepEqual(test.given.map(({ message }) => 'namespace' in message && message.namespace), ['self-test']);
    assert.equal(new Set(main.asked.map((message) => 'ask' in message && message.ask)).size, 3);
  });

  it('opens lines of its own', async () => {
    const { broker, page, timers } = setUp();
    const host = page('');
    const port = await broker.open('', 'stream');
    ports.push(port!);
    assert.deepEqual(host.given[0]?.message, { type: 'authority.connect', namespace: '', line: 'stream' });
    const none = broker.open('elsewhere', 'stream');
    timers.pass(ANSWER_MS);
    assert.equal(await none, undefined);
  });

  it('leaves other messages alone', () => {
    const { broker, page } = setUp();
    const source = page('');
    for (const data of [null, 'x', { type: 'authority.find', namespace: 'no/slash' }, { type: 'authority.find', namespace: '' }, { type: 'release.take' }]) {
      assert.equal(broker.hear({ data, source, ports: [] }), undefined);
    }
    assert.equal(source.asked.length, 0);
  });
});

// The event port: what goes out to a page that reads, to one that does not, and to one that says what is not so.
import { assert } from 'chai';
import fc from 'fast-check';
import type { DeviceStatus } from '../../../../src/workers/contract/device.ts';
import type { EventMessage, EventsTaken, Fact, HeardFact } from '../../../../src/workers/contract/events.ts';
import { EVENTS } from '../../../../src/workers/contract/limits.ts';
import { openDoorLine } from '../../../../src/workers/door/page/door-line.ts';
import { createEventSink, hearEvents } from '../../../../src/workers/door/page/events.ts';
import { createDoor, type ServedSurface } from '../../../../src/workers/door/worker/door.ts';
import { createFacts, type Facts } from '../../../../src/workers/door/worker/facts.ts';
import { deviceWith } from '../../../support/fake-client.ts';
import { eventually, settled } from '../../grants/app-world.ts';

const CHANGED: Fact = { type: 'backup.changed' };

/** An authority whose whole state is how often it changed; a page reads it from the status, as surfaces do from calls. */
interface World { readonly facts: Facts; changes: number; looks: number; change(times: number): void }

function createWorld(slow: () => Promise<void> = () => Promise.resolve()): World {
  const world: World = {
    changes: 0, looks: 0,
    facts: createFacts(async () => {
      world.looks += 1;
      await slow();
      return { ...deviceWith([]), workerId: String(world.changes) };
    }),
    change(times) {
      for (let time = 0; time < times; time += 1) {
        world.changes += 1;
        world.facts.announce(CHANGED);
      }
    },
  };
  return world;
}

/** What a page knows: the state by the last snapshot, and what it heard since. */
interface Page { state: number; readonly facts: HeardFact[]; missed: number; gaps: number; readonly sink: (message: EventMessage) => void }

function createPage(): Page {
  const page: Page = {
    state: -1, facts: [], missed: 0, gaps: 0,
    sink: createEventSink({
      device: { next: ({ workerId }: DeviceStatus) => { page.state = Number(workerId); } },
      facts: {
        next(fact) {
          if (fact.type === 'facts.missed') page.missed += 1;
          // A snapshot may know of facts that come after it.
          else page.state = Math.max(page.state, fact.seq);
          page.facts.push(fact);
        },
      },
    }, () => { page.gaps += 1; }),
  };
  return page;
}

const numbers = ({ facts }: Page) => facts.map((fact) => ('seq' in fact ? fact.seq : fact.type));
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('facts', () => {
  const ports: MessagePort[] = [];
  const line = (): [MessagePort, MessagePort] => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    return [port1, port2];
  };
  afterEach(() => { for (const port of ports.splice(0)) port.close(); });

  /** A page that hears and says nothing: everything that was queued for it so far. */
  async function queued(authority: MessagePort, page: MessagePort): Promise<EventMessage[]> {
    const seen: (EventMessage | 'end')[] = [];
    page.onmessage = ({ data }: MessageEvent<EventMessage | 'end'>) => seen.push(data);
    authority.postMessage('end');
    await eventually(() => seen.includes('end'));
    return seen.filter((each) => each !== 'end');
  }

  /** Reading, as real pages do. */
  function reading(port: MessagePort): Page {
    const page = createPage();
    hearEvents(port, page.sink);
    return page;
  }

  it('are queued for a page that does not read up to a bound, whatever happens', async () => {
    const world = createWorld();
    const [authority, asleep] = line();
    world.facts.subscribe(authority);
    world.change(20);
    await settled();
    for (let turn = 0; turn < 50; turn += 1) {
      await Promise.resolve();
      world.change(20);
    }
    assert.lengthOf(await queued(authority, asleep), EVENTS.untaken);
    world.change(1000);
    assert.isEmpty(await queued(authority, asleep));
  });

  it('reach a page that slept through more than are kept as the newest state, and it knows that it missed some', async () => {
    const world = createWorld();
    const [authority, port] = line();
    world.facts.subscribe(authority);
    await settled();
    world.change(1000);
    const page = reading(port);
    await eventually(() => page.state === 1000);
    assert.deepEqual([page.missed, page.gaps, world.looks], [1, 0, 2]);
    world.change(3);
    await eventually(() => page.state === 1003);
    assert.deepEqual(numbers(page), [...upTo(EVENTS.untaken - 1), 'facts.missed', 1001, 1002, 1003]);
  });

  it('all reach a page that slept through no more than are kept', async () => {
    const world = createWorld();
    const [authority, port] = line();
    world.facts.subscribe(authority);
    await settled();
    world.change(EVENTS.kept);
    const page = reading(port);
    await eventually(() => page.state === EVENTS.kept);
    assert.deepEqual(numbers(page), upTo(EVENTS.kept));
    assert.equal(world.looks, 1, 'and nobody looked again');
  });

  it('all reach a page that reads, a thousand of them, in bursts of far more than may be on their way', async () => {
    const world = createWorld();
    const [authority, port] = line();
    world.facts.subscribe(authority);
    const page = reading(port);
    await eventually(() => page.state === 0);
    for (let burst = 1; burst <= 10; burst += 1) {
      world.change(100);
      await eventually(() => page.state === burst * 100);
    }
    assert.deepEqual(numbers(page), upTo(1000));
    assert.equal(world.looks, 1);
  });

  it('that come all at once cost a page that reads one more snapshot', async () => {
    const world = createWorld();
    const [authority, port] = line();
    world.facts.subscribe(authority);
    const page = reading(port);
    await eventually(() => page.state === 0);
    world.change(5000);
    await eventually(() => page.state === 5000);
    assert.deepEqual([page.missed, page.gaps, world.looks], [1, 0, 2]);
  });

  it('are told of to a page in time, and not one by one', () => {
    const said: EventsTaken[] = [];
    assert.isAtMost(EVENTS.saidAfter, EVENTS.untaken / 2);
    const port = { onmessage: undefined, postMessage: (taken: EventsTaken) => said.push(taken) } as unknown as MessagePort;
    hearEvents(port, () => undefined);
    const give = (data: EventMessage) => port.onmessage?.({ data } as MessageEvent);
    give({ kind: 'snapshot', seq: 3, status: deviceWith([]) });
    for (const seq of upTo(30, 4)) give({ kind: 'fact', fact: { ...CHANGED, seq } });
    assert.deepEqual(said.map(({ count }) => count), [8, 16, 24]);
  });

  const lies: Record<string, unknown> = {
    'a number beyond what was sent': { kind: 'taken', count: EVENTS.untaken + 1 }, 'a number far beyond': { kind: 'taken', count: Number.MAX_SAFE_INTEGER }, 'a negative one': { kind: 'taken', count: -5 },
    'none that counts': { kind: 'taken', count: Number.POSITIVE_INFINITY }, 'no number': { kind: 'taken', count: '3' }, 'half of one': { kind: 'taken', count: 3.5 }, 'nothing': null, 'a word': 'taken', 'another kind': { kind: 'fact', count: 3 },
  };
  for (const [name, lie] of Object.entries(lies)) {
    it(`are no more for a page that says to have taken ${name}`, async () => {
      const world = createWorld();
      const [authority, port] = line();
      world.facts.subscribe(authority);
      await settled();
      port.postMessage(lie);
      world.change(100);
      assert.lengthOf(await queued(authority, port), EVENTS.untaken);
      port.postMessage(lie);
      port.postMessage({ kind: 'taken', count: 2 } satisfies EventsTaken);
      const more: EventMessage[] = [];
      port.onmessage = ({ data }: MessageEvent<EventMessage>) => more.push(data);
      await eventually(() => more.length >= 2);
      assert.lengthOf([...more, ...await queued(authority, port)], 2);
    });
  }

  it('go through the door, and a page that did not hear for long hears that it missed some', async () => {
    const world = createWorld();
    const [door, port] = line();
    const opened: MessagePort[] = [];
    const openEvents = (events: MessagePort) => {
      ports.push(events);
      opened.push(events);
      world.facts.subscribe(events);
    };
    createDoor({ served: {} as ServedSurface, openEvents, offerStandby: (events) => events.close(), incident: () => '', expected: () => undefined }).serve(door);
    const page = createPage();
    const client = openDoorLine(port, { event: page.sink, pong: () => undefined });
    client.openEvents();
    await eventually(() => page.state === 0);
    for (let burst = 1; burst <= 4; burst += 1) {
      world.change(100);
      await eventually(() => page.state === burst * 100);
    }
    assert.equal(page.missed, 0);
    client.openEvents();
    await eventually(() => page.missed === 1);
    assert.deepEqual([page.state, page.gaps, opened.length], [400, 0, 2]);
    client.close();
  });
});

/** Ports without an event loop, so that each step is the schedule's. */
interface Ends { readonly authority: MessagePort; readonly page: MessagePort; readonly toPage: EventMessage[]; readonly toAuthority: EventsTaken[] }

function fakeLine(): Ends {
  const [toPage, toAuthority]: [EventMessage[], EventsTaken[]] = [[], []];
  const end = (queue: unknown[]) => ({ onmessage: null, addEventListener: () => undefined, postMessage: (message: unknown) => queue.push(message) }) as unknown as MessagePort;
  return { authority: end(toPage), page: end(toAuthority), toPage, toAuthority };
}

const deliver = (queue: unknown[], port: MessagePort, most: number): void => { for (const data of queue.splice(0, most)) port.onmessage?.({ data } as MessageEvent); };

type Step = { readonly kind: 'change' | 'read' | 'hear' | 'look'; readonly times: number };
const step: fc.Arbitrary<Step> = fc.record({ kind: fc.constantFrom('change', 'read', 'hear', 'look'), times: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 300 })) });

describe('facts, by whatever schedule', () => {
  it('stay within the bound, come in order or as a snapshot, and end with the newest state', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const looking: (() => void)[] = [];
      const world = createWorld(() => new Promise((resolve) => { looking.push(resolve); }));
      const ends = fakeLine();
      const page = createPage();
      hearEvents(ends.page, page.sink);
      world.facts.subscribe(ends.authority);
      const take = async ({ kind, times }: Step) => {
        if (kind === 'change') world.change(times);
        if (kind === 'read') deliver(ends.toPage, ends.page, times);
        if (kind === 'hear') deliver(ends.toAuthority, ends.authority, times);
        if (kind === 'look') looking.splice(0).forEach((done) => done());
        for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
        assert.isAtMost(ends.toPage.length, EVENTS.untaken);
      };
      for (const each of steps) await take(each);
      for (let rounds = 0; looking.length + ends.toPage.length + ends.toAuthority.length > 0; rounds += 1) {
        assert.isBelow(rounds, 1000, 'it comes to rest');
        for (const kind of ['look', 'read', 'hear'] as const) await take({ kind, times: 1000 });
      }
      assert.deepEqual([page.state, page.gaps], [world.changes, 0]);
      const heard = numbers(page);
      heard.forEach((each, index) => {
        const before = heard[index - 1];
        if (typeof each === 'number' && typeof before === 'number') assert.equal(each, before + 1);
      });
      if (world.changes <= EVENTS.kept) assert.equal(page.missed, 0);
    }), { numRuns: 300 });
  });
});

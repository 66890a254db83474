// What is under way while extents are sent: six at once where they are small, and no more bytes than there is room for.
import { assert } from 'chai';
import { err, ok } from '../../src/result.ts';
import { createAccountRoom } from '../../src/sync/account-room.ts';
import type { ExtentBody } from '../../src/sync/cloud.ts';
import type { EngineDeps } from '../../src/sync/engine-deps.ts';
import { createPace } from '../../src/sync/bulk-pace.ts';
import { push } from '../../src/sync/push.ts';
import { newPushState } from '../../src/sync/push-state.ts';
import { createByteBudget } from '../../src/sync/byte-budget.ts';
import { sendExtents } from '../../src/sync/send-extents.ts';

const MIB = 1024 * 1024;

/** Sends so many extents of one size; gives the most that were under way, and how many came. */
async function sendOf(size: number, count: number, asBlobs = false): Promise<{ readonly atOnce: number; readonly bytes: number; readonly came: number }> {
  const ids = Array.from({ length: count }, (_, at) => String(at));
  const most = { atOnce: 0, bytes: 0, came: 0 };
  let [underWay, rest] = [0, ids];
  const deps = {
    signal: new AbortController().signal, clock: () => 0,
    home: {
      outgoing: async () => ({ extents: rest, nodes: [] }),
      extent: async () => (asBlobs ? new Blob([new Uint8Array(size)]) : new Uint8Array(size)),
      sent: async () => { rest = []; },
    },
    cloud: {
      missing: async () => ok({ missing: ids }),
      async putExtent(_: string, body: ExtentBody) {
        underWay += 1;
        most.atOnce = Math.max(most.atOnce, underWay);
        most.bytes = Math.max(most.bytes, underWay * (body instanceof Blob ? body.size : body.length));
        // The others begin meanwhile.
        for (let turns = 0; turns < 50; turns += 1) await Promise.resolve();
        underWay -= 1;
        most.came += 1;
        return ok();
      },
    },
  };
  assert.deepEqual(await push(deps as unknown as EngineDeps, newPushState(), { mayGoOn: () => true, pace: createPace(() => 0) }), ok('all'));
  return most;
}

describe('extents on their way up', () => {
  it('are three at once where they are as large as extents get', async () => {
    assert.deepEqual(await sendOf(4 * MIB, 10), { atOnce: 3, bytes: 12 * MIB, came: 10 });
  });

  it('are six at once where they are small', async () => {
    assert.deepEqual(await sendOf(1000, 20), { atOnce: 6, bytes: 6000, came: 20 });
  });
});

describe('an extent that is kept as a Blob', () => {
  it('is sent as it is, six at once though they are large: none of it is held', async () => {
    assert.deepEqual(await sendOf(4 * MIB, 20, true), { atOnce: 6, bytes: 24 * MIB, came: 20 });
  });

  it('is nowhere where its bytes are gone, which looks as if the server did not answer', async () => {
    const fates: unknown[] = [];
    const gone = Object.assign(new Blob(['gone']), { arrayBuffer: () => Promise.reject(new DOMException('it is not there', 'NotFoundError')) });
    const kept: Readonly<Record<string, Blob>> = { gone, there: new Blob(['there']) };
    const sent = await sendExtents({
      cloud: { missing: (ids) => Promise.resolve(ok({ missing: ids })), putExtent: () => Promise.resolve(err('unreachable')) },
      read: (id) => Promise.resolve(kept[id]), mayGoOn: () => true,
      told(id, became) {
        fates.push([id, became.ok ? became.value : became.error]);
        return ok();
      },
    }, ['gone', 'there']);
    assert.isTrue(sent.ok);
    assert.deepEqual(fates, [['gone', 'nowhere'], ['there', 'unreachable']]);
  });
});

describe('an account with little room', () => {
  const SIZES: Readonly<Record<string, number>> = { ...Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`large ${at}`, 4000])), one: 900, two: 800, three: 50 };

  /** To a server that has so much room for extents, and says so or not. */
  async function sendTo(room: number, says: boolean): Promise<{ readonly offered: readonly string[]; readonly fates: ReadonlyMap<string, unknown> }> {
    const [offered, fates] = [[] as string[], new Map<string, unknown>()];
    let left = room;
    const sent = await sendExtents({
      cloud: {
        missing: (ids) => Promise.resolve(ok({ missing: ids, ...(says && { room: left }) })),
        async putExtent(id) {
          offered.push(id);
          await Promise.resolve();
          if (SIZES[id]! > left) return err('quota');
          left -= SIZES[id]!;
          return ok();
        },
      },
      read: (id) => Promise.resolve(new Uint8Array(SIZES[id]!)), mayGoOn: () => true,
      told(id, became) {
        fates.set(id, became.ok ? became.value : became.error);
        return ok();
      },
    }, Object.keys(SIZES));
    assert.isTrue(sent.ok);
    assert.hasAllKeys(fates, Object.keys(SIZES));
    return { offered, fates };
  }

  it('is offered what fits, and nothing else, where it says how much there is', async () => {
    const { offered, fates } = await sendTo(1000, true);
    assert.deepEqual(offered, ['one', 'three']);
    assert.deepEqual([fates.get('one'), fates.get('two'), fates.get('three'), fates.get('large 7')], ['sent', 'quota', 'sent', 'quota']);
  });

  it('is not offered as much again once it refused that, where it does not say', async () => {
    const { offered, fates } = await sendTo(1000, false);
    assert.isAtMost(offered.filter((id) => id.startsWith('large')).length, 6, 'those that were under way at once');
    assert.deepEqual([fates.get('one'), fates.get('two'), fates.get('three')], ['sent', 'quota', 'sent']);
  });

  it('is not offered again what it refused, whatever else did not arrive meanwhile', () => {
    const room = createAccountRoom();
    assert.isTrue(room.take(4000) && room.take(5000));
    room.give(4000);
    room.refused(4000);
    room.give(5000);
    assert.deepEqual([room.take(4000), room.take(3999)], [false, true]);
  });

  it('has the room again that was meant for what did not arrive', async () => {
    let times = 0;
    const fates: unknown[] = [];
    await sendExtents({
      cloud: { missing: (ids) => Promise.resolve(ok({ missing: ids, room: 60 })), putExtent: () => Promise.resolve((times += 1) === 1 ? err('protocol') : ok()) },
      read: () => Promise.resolve(new Uint8Array(50)), mayGoOn: () => true, pace: { ...createPace(() => 0), atOnce: () => 1 },
      told(_, became) {
        fates.push(became.ok ? became.value : became.error);
        return ok();
      },
    }, ['first', 'second', 'third']);
    assert.deepEqual(fates, ['protocol', 'sent', 'quota']);
  });
});

describe('a budget of bytes', () => {
  it('lets whoever asks wait until there is enough, in the order of asking', async () => {
    const budget = createByteBudget(10);
    const got: string[] = [];
    const take = (name: string, bytes: number) => budget.take(bytes).then(() => got.push(name));
    await take('a', 6);
    const [large, small] = [take('large', 8), take('small', 1)];
    await Promise.resolve();
    assert.deepEqual(got, ['a'], 'what is small does not overtake');
    budget.give(6);
    await Promise.all([large, small]);
    assert.deepEqual(got, ['a', 'large', 'small']);
  });
});

// The sync loop during a round that takes hours: it hears of what is new, and whoever says to go on is heard.
import { assert } from 'chai';
import { err, ok, type Result } from '../../../src/result.ts';
import type { RoundFailure } from '../../../src/sync/engine-deps.ts';
import { createSyncLoop, type Flight, type SyncLoop } from '../../../src/workers/syncing/sync-loop.ts';
import { createTimers, type TestClock } from '../session/device.ts';

const turn = async () => { for (let times = 0; times < 10; times += 1) await Promise.resolve(); };

describe('a long round', () => {
  let clock: TestClock;
  let loop: SyncLoop;
  let rounds: { readonly flight: Flight; readonly end: (result: Result<void, RoundFailure>) => void }[];
  let streams: { readonly changed: () => void; readonly end: () => void; readonly signal: AbortSignal }[];

  beforeEach(async () => {
    const made = createTimers();
    ({ clock } = made);
    [rounds, streams] = [[], []];
    loop = createSyncLoop({
      after: made.timers.after, clock: () => clock.now, chance: () => 0.5, changed: () => undefined, broken: (fault) => { throw fault; }, waits: () => true,
      round: (flight) => new Promise((resolve) => { rounds.push({ flight, end: resolve }); }),
      watch: (changed, signal) => new Promise((resolve) => { streams.push({ changed, signal, end: () => { resolve(undefined); } }); }),
    });
    loop.kick();
    await turn();
  });

  it('is told of what comes up: from here, now or after a moment, and from the server', () => {
    const { moved, reasons } = rounds[0]!.flight;
    moved();
    const before = reasons();
    const seen = [() => { loop.kick(500); }, () => { loop.kick(); }, streams[0]!.changed].map((happens) => {
      happens();
      return reasons() - before;
    });
    assert.deepEqual(seen, [1, 2, 3]);
  });

  it('has the server\'s stream as soon as something gets through, and another when that ends', async () => {
    const { moved } = rounds[0]!.flight;
    assert.isEmpty(streams);
    moved();
    moved();
    assert.lengthOf(streams, 1);
    clock.pass(300_000);
    streams[0]!.end();
    await turn();
    clock.pass(2_000);
    moved();
    assert.lengthOf(streams, 2);
  });

  it('asks for no stream in vain at every piece', async () => {
    const { moved } = rounds[0]!.flight;
    for (let pieces = 0; pieces < 600; pieces += 1) {
      moved();
      streams.at(-1)!.end();
      await turn();
      clock.pass(1_000);
    }
    assert.isAtMost(streams.length, 15);
  });

  it('is followed by others ever less often where something waits that none can send, and news is heard all the same', async () => {
    const end = async () => {
      rounds.at(-1)!.end(ok());
      await turn();
    };
    for (let times = 0; times < 20; times += 1) {
      await end();
      clock.pass(Math.min(1_000 * 2 ** times, 300_000) - 1);
      await turn();
      assert.lengthOf(rounds, times + 1);
      clock.pass(1);
      await turn();
      assert.lengthOf(rounds, times + 2);
    }
    await end();
    streams.at(-1)!.end();
    await turn();
    clock.pass(2_000);
    await turn();
    assert.lengthOf(rounds, 22, 'it opens another stream');
    rounds.at(-1)!.flight.moved();
    await end();
    clock.pass(1_000);
    await turn();
    assert.lengthOf(rounds, 23, 'something moved');
  });

  it('is followed by one soon where somebody signed in while it found nobody, and ever later where each says so of itself', async () => {
    for (const wait of [750, 1_500, 3_000]) {
      const before = rounds.length;
      loop.kick();
      rounds.at(-1)!.end(err('signed_out'));
      await turn();
      clock.pass(wait - 1);
      await turn();
      assert.lengthOf(rounds, before);
      clock.pass(1);
      await turn();
      assert.lengthOf(rounds, before + 1);
    }
    rounds.at(-1)!.end(err('signed_out'));
    await turn();
    clock.pass(3_600_000);
    await turn();
    assert.lengthOf(rounds, 4, 'none where nothing came up');
  });

  it('is over when it is paused, with the stream: what the server had told by then begins no other', async () => {
    rounds[0]!.flight.moved();
    loop.pause();
    assert.isTrue(streams[0]!.signal.aborted);
    rounds[0]!.end(err('aborted'));
    await turn();
    streams[0]!.changed();
    await turn();
    streams[0]!.end();
    clock.pass(3_600_000);
    await turn();
    assert.lengthOf(rounds, 1);
    assert.equal(loop.state(), 'paused');
    loop.kick();
    await turn();
    rounds[1]!.flight.moved();
    assert.lengthOf(streams, 2);
    assert.isFalse(streams[1]!.signal.aborted);
  });

  it('goes on where somebody said so before a round that was paused was over', async () => {
    loop.pause();
    loop.kick();
    rounds[0]!.end(err('aborted'));
    await turn();
    assert.lengthOf(rounds, 2);
    assert.equal(loop.state(), 'working');
    assert.isFalse(rounds[1]!.flight.signal.aborted);
    rounds[1]!.end(ok());
    await turn();
    assert.equal(loop.state(), 'synced');
  });
});

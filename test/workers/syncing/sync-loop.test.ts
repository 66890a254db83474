// When a home is synced: reasons to look, waits after failures, and rest.
import { assert } from 'chai';
import { err, ok, type Result } from '../../../src/result.ts';
import type { RoundFailure } from '../../../src/sync/engine-deps.ts';
import type { SyncState } from '../../../src/workers/contract/sync.ts';
import { createSyncLoop, type Flight, type SyncLoop } from '../../../src/workers/syncing/sync-loop.ts';
import { StorageError } from '../../../src/workers/store/database.ts';
import { createTimers, type TestClock } from '../session/device.ts';

type Outcome = Result<void, RoundFailure> | Promise<Result<void, RoundFailure>>;

const turn = async () => { for (let times = 0; times < 10; times += 1) await Promise.resolve(); };

describe('the sync loop', () => {
  let clock: TestClock;
  let loop: SyncLoop;
  let rounds: { readonly flight: Flight; readonly end: (result: Outcome) => void }[];
  let watches: { readonly changed: () => void; readonly end: () => void }[];
  let states: SyncState[];
  let waits: boolean;
  let faults: unknown[];

  beforeEach(() => {
    const made = createTimers();
    ({ clock } = made);
    [rounds, watches, states, faults] = [[], [], [], []];
    waits = false;
    loop = createSyncLoop({
      after: made.timers.after, clock: () => clock.now, chance: () => 0.5, changed: () => void states.push(loop.state()), broken: (fault) => void faults.push(fault), waits: () => waits,
      round: (flight) => new Promise((resolve) => { rounds.push({ flight, end: resolve }); }),
      watch: (changed) => new Promise((resolve) => { watches.push({ changed, end: () => { resolve(undefined); } }); }),
    });
  });

  async function end(result: Outcome): Promise<void> {
    rounds.at(-1)!.end(result);
    await turn();
  }

  it('has one round at a time, and one more for whatever came up meanwhile', async () => {
    loop.kick();
    loop.kick();
    loop.kick();
    await turn();
    assert.lengthOf(rounds, 1);
    loop.kick();
    await end(ok());
    assert.lengthOf(rounds, 2);
    await end(ok());
    assert.lengthOf(rounds, 2);
    assert.equal(loop.state(), 'synced');
    assert.equal(loop.at(), clock.now);
  });

  it('waits a moment for more changes, and then looks once', async () => {
    loop.kick(300);
    clock.pass(200);
    loop.kick(300);
    clock.pass(299);
    await turn();
    assert.lengthOf(rounds, 0);
    clock.pass(1);
    await turn();
    assert.lengthOf(rounds, 1);
  });

  it('asks again after waits that double up to five minutes, and says that the server does not answer', async () => {
    loop.kick();
    await turn();
    for (const wait of [750, 1_500, 3_000, 6_000, 12_000, 24_000, 48_000, 96_000, 192_000, 225_000, 225_000]) {
      await end(err('unreachable'));
      assert.equal(loop.state(), 'unreachable');
      const before = rounds.length;
      clock.pass(wait - 1);
      await turn();
      assert.lengthOf(rounds, before);
      clock.pass(1);
      await turn();
      assert.lengthOf(rounds, before + 1);
    }
    await end(ok());
    assert.equal(loop.state(), 'synced');
  });

  it('asks again soon, however often it failed, where something got through', async () => {
    loop.kick();
    await turn();
    for (let times = 0; times < 10; times += 1) {
      rounds.at(-1)!.flight.moved();
      await end(err('unreachable'));
      clock.pass(750);
      await turn();
      assert.lengthOf(rounds, times + 2);
    }
  });

  it('does not ask again by itself where somebody has to sign in first', async () => {
    loop.kick();
    await turn();
    await end(err('signed_out'));
    clock.pass(3_600_000);
    await turn();
    assert.lengthOf(rounds, 1);
    assert.equal(loop.state(), 'signed_out');
    loop.kick();
    await turn();
    assert.lengthOf(rounds, 2);
  });

  it('rests where content waits for another connection, hears of news, and looks now and then', async () => {
    waits = true;
    loop.kick();
    await turn();
    await end(err('metered'));
    assert.equal(loop.state(), 'metered');
    assert.isUndefined(loop.at());
    assert.lengthOf(watches, 1);
    watches[0]!.changed();
    await turn();
    assert.lengthOf(rounds, 2);
    await end(err('metered'));
    clock.pass(299_999);
    await turn();
    assert.lengthOf(rounds, 2, 'though something waits to be sent');
    clock.pass(1);
    await turn();
    assert.lengthOf(rounds, 3);
    await end(err('metered'));
    watches[0]!.end();
    await turn();
    clock.pass(1_500);
    await turn();
    await end(err('metered'));
    assert.lengthOf(watches, 2, 'another stream');
  });

  it('rests where this device has no room, whether for content or for names, and takes neither for a bug', async () => {
    for (const result of [Promise.resolve(err<RoundFailure>('device_full')), Promise.reject<Result<void, RoundFailure>>(new StorageError('quota'))]) {
      loop.kick();
      await turn();
      await end(result);
      assert.equal(loop.state(), 'device_full');
      assert.isUndefined(loop.at());
    }
    assert.isEmpty(faults);
    watches[0]!.changed();
    await turn();
    assert.lengthOf(rounds, 3, 'it hears of news');
  });

  it('has one more round for what came up while content waited', async () => {
    loop.kick();
    await turn();
    loop.kick();
    await end(err('metered'));
    assert.lengthOf(rounds, 2);
  });

  it('looks when the server tells of news, and opens the stream again when it ended', async () => {
    loop.kick();
    await turn();
    await end(ok());
    assert.lengthOf(watches, 1);
    watches[0]!.changed();
    await turn();
    assert.lengthOf(rounds, 2);
    await end(ok());
    assert.lengthOf(watches, 1, 'one stream');
    clock.pass(30_000);
    watches[0]!.end();
    await turn();
    clock.pass(1_500);
    await turn();
    await end(ok());
    assert.lengthOf(watches, 2);
  });

  it('opens a stream that ended early again soon, and ever later where none is to be had', async () => {
    loop.kick();
    await turn();
    await end(ok());
    for (const wait of [750, 1_500, 3_000, 6_000, 12_000, 24_000, 48_000, 96_000, 192_000, 225_000, 225_000]) {
      const before = rounds.length;
      watches.at(-1)!.end();
      await turn();
      clock.pass(wait - 1);
      await turn();
      assert.lengthOf(rounds, before);
      clock.pass(1);
      await turn();
      assert.lengthOf(rounds, before + 1);
      await end(ok());
      assert.lengthOf(watches, before + 1);
    }
  });

  it('does not put off what waits to be sent where a stream ends', async () => {
    loop.kick();
    await turn();
    waits = true;
    await end(ok());
    watches[0]!.end();
    await turn();
    clock.pass(1_000);
    await turn();
    assert.lengthOf(rounds, 2);
  });

  it('waits after a failure whatever came up meanwhile', async () => {
    loop.kick();
    await turn();
    loop.kick(300);
    await end(err('unreachable'));
    assert.lengthOf(rounds, 1);
    clock.pass(750);
    await turn();
    assert.lengthOf(rounds, 2);
  });

  it('looks now and then, and soon where something still waits', async () => {
    loop.kick();
    await turn();
    waits = true;
    await end(ok());
    clock.pass(1_000);
    await turn();
    assert.lengthOf(rounds, 2);
    waits = false;
    await end(ok());
    clock.pass(300_000);
    await turn();
    assert.lengthOf(rounds, 3);
  });

  it('rests when told to, in the midst of a round, until told otherwise', async () => {
    loop.kick();
    await turn();
    loop.pause();
    assert.isTrue(rounds[0]!.flight.signal.aborted);
    await end(err('aborted'));
    clock.pass(3_600_000);
    await turn();
    assert.lengthOf(rounds, 1);
    assert.equal(loop.state(), 'paused');
    loop.kick();
    await turn();
    assert.lengthOf(rounds, 2);
    assert.isFalse(rounds[1]!.flight.signal.aborted);
  });

  it('ends with everything it began', async () => {
    loop.kick();
    await turn();
    const stopped = loop.stop();
    assert.isTrue(rounds[0]!.flight.signal.aborted);
    rounds[0]!.end(err('aborted'));
    await stopped;
    loop.kick();
    clock.pass(3_600_000);
    await turn();
    assert.lengthOf(rounds, 1);
  });

  it('takes a bug for a failure that passes, and tells of it', async () => {
    loop.kick();
    await turn();
    await end(Promise.reject(new Error('a bug')));
    assert.lengthOf(faults, 1);
    assert.equal(loop.state(), 'refused');
  });
});

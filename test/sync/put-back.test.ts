// A server that was put back to an earlier state: what it lost comes again, whoever deleted what it still had.
import { assert } from 'chai';
import { err } from '../../src/result.ts';
import type { FakeServer } from './fake-cloud.ts';
import { deleteForGood, HOUR, openThree, round, roundOver, type Three, write } from './three.ts';

let { fleet, one, two, look, cloud, assertAllHave, assertAllEmpty } = {} as Three;

describe('what a server lost that was put back', () => {
  beforeEach(async () => { ({ fleet, one, two, look, cloud, assertAllHave, assertAllEmpty } = await openThree()); });

  /** A change that `two` does not know, which deletes what was before by a clock that is ahead, and has not sent that; gives the server as it was without the change. */
  async function changeAndDelete(): Promise<FakeServer> {
    await write(one, 'before');
    await fleet.settle();
    two.skew = 2 * HOUR;
    await deleteForGood(two);
    const earlier = fleet.server.copy(fleet.server.generation);
    await write(one, 'changed since');
    await round(one);
    return earlier;
  }

  /** Its numbers come to be higher than those that were lost. */
  function goOn(changes = 3): void {
    for (let number = 0; number < changes; number += 1) fleet.server.swap('settings', String(number), { body: new Uint8Array(1) });
  }

  /** The server is put back, goes on, and hears of the deletion before anybody else comes; the change is on all devices in the end. */
  async function putBackAndMeet(server: FakeServer, changes?: number): Promise<void> {
    fleet.server = server;
    goOn(changes);
    await round(two);
    await assertAllHave('changed since');
  }

  const inNextLife = (server: FakeServer): FakeServer => server.copy(fleet.server.generation + 1);

  it('outlives a deletion that did not know of it', async () => {
    await putBackAndMeet(inNextLife(await changeAndDelete()));
  });

  it('outlives it where the server knows nothing of the life that it lost', async () => {
    const server = inNextLife(await changeAndDelete());
    server.lives.length = 0;
    await putBackAndMeet(server);
  });

  it('outlives it where that was put back once before, to a later state', async () => {
    const earlier = await changeAndDelete();
    fleet.server = fleet.server.copy();
    await look(one);
    await putBackAndMeet(inNextLife(earlier));
  });

  it('outlives it where the server went on in a life that this device never met, and was put back to that', async () => {
    fleet.server = inNextLife(await changeAndDelete());
    goOn();
    await putBackAndMeet(fleet.server.copy());
  });

  it('outlives it where files were put back under the same life, and that went on, but not as far', async () => {
    const earlier = await changeAndDelete();
    goOn(20);
    await round(one);
    await putBackAndMeet(earlier, 5);
  });

  for (const [pages, when] of [[1, 'nothing'], [2, 'a page']] as const) {
    it(`outlives it where the server was put back once more when ${when} was taken of it, to an earlier state`, async () => {
      for (let number = 0; number < 10; number += 1) await one.home.add({ [`n${number}.txt`]: `${number}` });
      const earlier = await changeAndDelete();
      fleet.server = fleet.server.copy();
      const all = cloud();
      let asked = 0;
      assert.isFalse(await roundOver(one, { ...all, changes: (since) => ((asked += 1) > pages ? Promise.resolve(err('unreachable')) : all.changes(since)) }));
      await putBackAndMeet(inNextLife(earlier), 5);
    });
  }
});

describe('what is written over a server that was put back, and whose numbers come to mean something else', () => {
  beforeEach(async () => { ({ fleet, one, two, look, cloud, assertAllHave, assertAllEmpty } = await openThree()); });

  /** What one device last knew the file by names what another wrote by now; gives the server as it is then. */
  async function meet(): Promise<FakeServer> {
    await write(one, 'before');
    await fleet.settle();
    const earlier = fleet.server.copy();
    await write(one, 'lost');
    await round(one);
    const [known, lost] = [fleet.server.seq, fleet.server];
    await write(one, 'by one');
    fleet.server = earlier;
    await write(two, 'by two');
    await round(two);
    assert.equal(fleet.server.seq, known);
    fleet.server = lost;
    return earlier;
  }

  it('is kept beside that where the courier brings it', async () => {
    fleet.server = await meet();
    const carried = await one.carry();
    assert.equal(carried.ok ? 'ok' : carried.error, 'cursor_gone');
    await assertAllHave('by one', 'by two', 'lost');
    assert.lengthOf(await two.names(), 2);
  });

  it('is kept beside that where the server is put back in the midst of a round', async () => {
    const later = await meet();
    const all = cloud();
    assert.isTrue(await roundOver(one, { ...all, write(...args) {
      fleet.server = later;
      return all.write(...args);
    } }));
    await assertAllHave('by one', 'by two', 'lost');
  });
});

describe('a server that says of every change that it is of another life', () => {
  beforeEach(async () => { ({ fleet, one, two, look, cloud, assertAllHave, assertAllEmpty } = await openThree()); });

  it('is asked a few times, and nothing is lost', async () => {
    await write(one, 'by one');
    let tries = 0;
    assert.isFalse(await roundOver(one, { ...cloud(), write() {
      tries += 1;
      return Promise.resolve(err('cursor_gone'));
    } }));
    assert.equal(tries, 8);
    await assertAllHave('by one');
  });
});

describe('what is deleted while a server that was put back lacks something', () => {
  beforeEach(async () => { ({ fleet, one, two, look, cloud, assertAllHave, assertAllEmpty } = await openThree()); });

  it('comes back where the server lost it, and stays deleted where it had been there', async () => {
    await write(one, 'before');
    await fleet.settle();
    const earlier = fleet.server.copy();
    await one.home.add({ 'other.txt': 'lost' });
    await fleet.settle();
    fleet.server = earlier;
    fleet.now += HOUR;
    await deleteForGood(two);
    await deleteForGood(two, 'other.txt');
    await round(two);
    await fleet.settle();
    assert.deepEqual(await one.names(), ['other.txt']);
    await deleteForGood(two, 'other.txt');
    await assertAllEmpty();
  });
});

// What one device changed while its home was not linked, or the server lost, beside what another wrote meanwhile: both are kept.
import { assert } from 'chai';
import { MAX_VERSIONS } from '../../src/crypto/node.ts';
import { err } from '../../src/result.ts';
import { whereRoom } from '../support/memory-database.ts';
import { command, value } from '../workers/home/test-home.ts';
import { deleteForGood, HOUR, linkAnew, NAME, openThree, round, roundOver, type Three, write } from './three.ts';

describe('what was changed apart', () => {
  let { fleet, one, two, three, cloud, assertAllHave } = {} as Three;
  beforeEach(async () => {
    ({ fleet, one, two, three, cloud, assertAllHave } = await openThree());
    await write(one, 'before');
    await fleet.settle();
  });

  const rename = async () => value(await one.home.surface.renameNode({ ...command(), node: await one.home.find(NAME), name: 'b.txt' }));

  for (const renamed of [false, true]) {
    it(`without a link is kept beside what another wrote${renamed ? ', though it was renamed once that was there again' : ''}`, async () => {
      await one.home.mounted.sync.link.end();
      await write(one, 'changed apart');
      fleet.now += HOUR;
      await write(two, 'by two');
      await round(two);
      await linkAnew(one);
      if (renamed) await rename();
      await assertAllHave('by two', 'changed apart');
    });
  }

  it('is sent where there was no room to end the link', async () => {
    let isRoom = true;
    const db = whereRoom(one.home.deps.db, (stores) => isRoom || !stores.includes('sealed'));
    one.home = await one.home.again(db);
    isRoom = false;
    const ended = await one.home.mounted.sync.link.end().then(() => 'ended', () => 'no room');
    isRoom = true;
    assert.equal(ended, 'no room');
    await write(one, 'changed since');
    await one.again();
    await assertAllHave('changed since');
  });

  it('is kept where an earlier version was brought back over it, though the other side has as many versions as are kept', async () => {
    for (let at = 0; at < MAX_VERSIONS + 2; at += 1) await write(one, `draft ${at}`);
    await fleet.settle();
    await write(two, 'tried by two');
    value(await two.home.surface.restoreVersion({ ...command(), node: await two.home.find(NAME), version: 4 }));
    await round(two);
    fleet.now += HOUR;
    await write(one, 'by one');
    await assertAllHave('by one', 'tried by two');
  });

  it('needs no copy where it is an earlier state of the other side, whose oldest versions went', async () => {
    for (let at = 0; at < MAX_VERSIONS; at += 1) await write(one, `draft ${at}`);
    await fleet.settle();
    const earlier = fleet.server.copy();
    for (let at = 0; at < 3; at += 1) await write(one, `later ${at}`);
    await round(one);
    fleet.server = earlier;
    await assertAllHave('later 0', 'later 1', 'later 2');
    for (const device of fleet.devices) assert.deepEqual(await device.names(), [NAME]);
  });

  it('is the same on all devices where one makes a copy of it that another deleted, and hears of both at once', async () => {
    await write(one, 'by one');
    await round(one);
    await round(three);
    fleet.now += HOUR;
    await write(two, 'by two');
    await round(two);
    await round(one);
    const copy = (await one.names()).find((name) => name !== NAME)!;
    await deleteForGood(one, copy);
    await round(one);
    await linkAnew(three);
    await assertAllHave('by one', 'by two');
    for (const device of fleet.devices) assert.deepEqual(await device.names(), [copy, NAME]);
  });

  for (const renamed of [false, true]) {
    it(`is the same on all devices where one makes a copy of it anew that it had just deleted itself, and hears in the same moment that the server has it${renamed ? ' by another name' : ''}`, async () => {
      const file = await one.home.find(NAME);
      const earlier = fleet.server.copy();
      await write(one, 'by one');
      await round(one);
      const { body } = fleet.server.objects.get(file)!;
      fleet.server = earlier;
      fleet.now += HOUR;
      await write(two, 'by two');
      await fleet.settle();
      const copy = (await one.names()).find((name) => name !== NAME)!;
      await deleteForGood(three, copy);
      // Nobody looks at the folder, which would send what lies in it first.
      await three.again();
      if (renamed) value(await two.home.surface.renameNode({ ...command(), node: await two.home.find(copy), name: 'renamed.txt' }));
      await round(two);
      // Put back to when it had what lost, beside the copy of that.
      const back = fleet.server.copy();
      assert.isTrue(back.write({ id: file, body: body!, baseRev: back.objects.get(file)!.rev }).done);
      fleet.server = back;
      const [copyId, came] = [await two.home.find(renamed ? 'renamed.txt' : copy), [] as string[]];
      const put = back.write.bind(back);
      back.write = (record) => {
        came.push(record.id);
        return put(record);
      };
      await round(three);
      assert.lengthOf(came.filter((id) => id === copyId), renamed ? 0 : 1, 'it is not deleted there and made again');
      const { db } = three.home.deps;
      assert.equal(await db.read(['outbox'], async (tx) => (await tx.keys('outbox')).length), three.home.mounted.sync.reconciler.waiting() + three.home.mounted.sync.toGo());
      await assertAllHave('by one', 'by two');
      for (const device of fleet.devices) assert.sameMembers([...await device.names()], [renamed ? 'renamed.txt' : copy, NAME]);
    });
  }

  it('is kept where the server lost it, and it was renamed before it was sent again', async () => {
    const earlier = fleet.server.copy();
    await write(one, 'acknowledged');
    await round(one);
    fleet.server = earlier;
    fleet.now += HOUR;
    await write(two, 'by two');
    await round(two);
    // It hears of the other life, and then nothing more for a while.
    const real = cloud();
    let asked = 0;
    assert.isFalse(await roundOver(one, { ...real, changes(since) {
      asked += 1;
      return asked > 1 ? Promise.resolve(err('unreachable')) : real.changes(since);
    } }));
    await rename();
    await assertAllHave('by two', 'acknowledged');
  });

  it('is kept where the server lost it, and it was renamed before anybody knew', async () => {
    const earlier = fleet.server.copy();
    await write(one, 'acknowledged');
    await round(one);
    await rename();
    fleet.server = earlier;
    fleet.now += HOUR;
    await write(two, 'by two');
    await round(two);
    await assertAllHave('by two', 'acknowledged');
  });

  it('without a link is taken out of the trash, where whoever threw it away did not know of it', async () => {
    await one.home.mounted.sync.link.end();
    await write(one, 'changed apart');
    fleet.now += HOUR;
    value(await two.home.surface.trashNodes({ ...command(), nodes: [await two.home.find(NAME)] }));
    await round(two);
    await linkAnew(one);
    await fleet.settle();
    for (const device of fleet.devices) assert.deepEqual(await device.names(), [NAME]);
  });
});

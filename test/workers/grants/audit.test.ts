// The audit log over a home in memory: numbers, chain, damage, bounds, and notes for a home that is closed.
import { assert } from 'chai';
import { toHex } from '../../../src/crypto/bytes.ts';
import { newBoxKeys, openBox, sealToBox } from '../../../src/crypto/hpke-box.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { createAuditChain } from '../../../src/workers/grants/audit-chain.ts';
import type { AuditNote } from '../../../src/workers/grants/audit-entry.ts';
import { createAudit, type Audit } from '../../../src/workers/grants/audit.ts';
import { NOTED, noteAccountEvent, noting } from '../../../src/workers/grants/auditor.ts';
import type { AuditCode } from '../../../src/workers/contract/audit.ts';
import type { Fact } from '../../../src/workers/contract/events.ts';
import { AUDIT } from '../../../src/workers/contract/limits.ts';
import type { Served, Surface } from '../../../src/workers/contract/surface.ts';
import type { MountedHome } from '../../../src/workers/home/mounted-home.ts';
import type { Database } from '../../../src/workers/store/database.ts';
import { SYSTEM_SCHEMA, type SystemRows } from '../../../src/workers/store/system-schema.ts';
import { createMemoryDatabase } from '../../support/memory-database.ts';
import { mountedHome } from '../account/world.ts';
import { codeOf, value } from '../home/test-home.ts';

interface World { readonly audit: Audit; readonly home: MountedHome; readonly system: Database<SystemRows>; readonly facts: Fact[]; readonly broken: unknown[]; now: number }

async function world(home?: MountedHome, system?: Database<SystemRows>): Promise<World> {
  const mounted = home ?? await mountedHome();
  const db = system ?? createMemoryDatabase<SystemRows>('system', SYSTEM_SCHEMA);
  const facts: Fact[] = [];
  const broken: unknown[] = [];
  const made: World = {
    home: mounted, system: db, facts, broken, now: 1_000,
    audit: createAudit({ db, random: systemRandom, clock: () => made.now, announce: (fact) => void facts.push(fact), broken: (fault) => void broken.push(fault) }),
  };
  await made.audit.opened(mounted);
  return made;
}

const listed = async ({ audit }: Pick<World, 'audit'>, limit = 100) => value(await audit.calls.listAudit({ limit })).entries.map(({ number, what, result }) => `${number} ${what} ${result}`);
const rows = ({ home }: World) => home.db.read(['audit'], (tx) => tx.list('audit'));

describe('the audit log', () => {
  it('begins by itself, numbers without a gap, tells pages, and lists the newest first', async () => {
    const w = await world();
    w.audit.note({ what: 'backup.created', about: '1-0123456789ab' });
    w.now = 2_000;
    w.audit.note({ what: 'way_in.pin_set', result: 'auth.rejected' });
    assert.deepEqual(await listed(w), ['3 way_in.pin_set auth.rejected', '2 backup.created ok', '1 audit.began ok']);
    assert.deepEqual(value(await w.audit.calls.listAudit({ before: 3, limit: 1 })).entries, [{ number: 2, at: 1_000, actor: 'person', what: 'backup.created', result: 'ok', about: '1-0123456789ab' }]);
    assert.deepEqual(w.facts, [{ type: 'audit.changed' }, { type: 'audit.changed' }]);
    assert.include(value(await w.audit.calls.checkAudit({})), { whole: true, first: 1, last: 3 });
  });

  it('rests sealed, and goes on after a lock', async () => {
    const w = await world();
    w.audit.note({ what: 'backup.created' });
    await w.audit.closing('idle');
    for (const { bytes } of await rows(w)) assert.notInclude(new TextDecoder().decode(bytes), 'backup');
    assert.equal(codeOf(await w.audit.calls.listAudit({ limit: 1 })), 'session.locked');
    assert.equal(codeOf(await w.audit.calls.checkAudit({})), 'session.locked');
    const next = await world(w.home, w.system);
    assert.deepEqual(await listed(next), ['3 session.locked ok', '2 backup.created ok', '1 audit.began ok']);
    assert.isTrue(value(await next.audit.calls.checkAudit({})).whole);
  });

  it('shows a cut tail, a missing, changed, swapped or foreign entry', async () => {
    for (const damage of ['tail', 'middle', 'flip', 'swap', 'foreign'] as const) {
      const w = await world();
      for (const what of ['backup.created', 'backup.verified', 'backup.deleted'] as const) w.audit.note({ what });
      await listed(w);
      const [, second, third, fourth] = await rows(w);
      const other = await world();
      other.audit.note({ what: 'backup.created' });
      await listed(other);
      const foreign = (await rows(other))[1]!;
      await w.home.db.write(['audit'], async (tx) => {
        if (damage === 'tail') await tx.remove('audit', fourth!.key);
        if (damage === 'middle') await tx.remove('audit', second!.key);
        if (damage === 'flip') await tx.put('audit', { ...second!, bytes: second!.bytes.map((byte, index) => (index === 30 ? byte ^ 1 : byte)) });
        if (damage === 'swap') await tx.put('audit', { ...second!, bytes: third!.bytes });
        if (damage === 'foreign') await tx.put('audit', foreign);
      });
      const check = value(await w.audit.calls.checkAudit({}));
      assert.isFalse(check.whole, damage);
      assert.equal(check.brokenAt, damage === 'tail' ? 4 : 2, damage);
    }
  });

  it('leaves out what looks like a token, for a home that is closed too', async () => {
    const w = await world();
    const token = `${btoa('{"alg":"ES256"}')}.eyJhIjoxfQ.sig`;
    w.audit.note({ what: 'account.signed_in', about: token });
    w.audit.note({ what: 'account.sign_in_failed', result: `Bearer ${'x'.repeat(30)}`, about: 'provider.denied' });
    const entries = value(await w.audit.calls.listAudit({ limit: 2 })).entries;
    assert.deepEqual(entries, [
      { number: 3, at: 1_000, actor: 'person', what: 'account.sign_in_failed', result: 'grants.withheld', about: 'provider.denied' }, { number: 2, at: 1_000, actor: 'person', what: 'account.signed_in', result: 'ok' },
    ]);
    await w.audit.closing('asked');
    w.audit.leave(toHex(w.home.homeId), { what: 'session.unlocked', result: 'auth.rejected', about: token });
    await w.audit.closing('asked');
    const next = await world(w.home, w.system);
    assert.deepEqual(value(await next.audit.calls.listAudit({ limit: 1 })).entries, [{ number: 5, at: 1_000, actor: 'person', what: 'session.unlocked', result: 'auth.rejected' }]);
  });

  it('is taken up later where it could not be when the home opened', async () => {
    const home = await mountedHome();
    const { write } = home.db;
    Object.assign(home.db, { write: () => Promise.reject(new Error('full')) });
    const w = await world(home);
    assert.equal(await w.audit.calls.listAudit({ limit: 1 }).then(() => 'well', () => 'failed'), 'failed');
    Object.assign(home.db, { write });
    w.audit.note({ what: 'backup.created' });
    assert.deepEqual(await listed(w), ['2 backup.created ok', '1 audit.began ok']);
    assert.lengthOf(w.broken, 1);
  });

  it('begins anew, and says so, where its head does not open', async () => {
    const w = await world();
    w.audit.note({ what: 'backup.created' });
    await listed(w);
    const head = await w.home.db.read(['sealed'], (tx) => tx.get('sealed', 'audit'));
    await w.home.db.write(['sealed'], (tx) => tx.put('sealed', { ...head!, bytes: head!.bytes.slice(0, -1) }));
    const next = await world(w.home, w.system);
    assert.deepEqual((await listed(next)).slice(-1), ['1 audit.began integrity.tampered']);
    assert.isTrue(value(await next.audit.calls.checkAudit({})).whole);
  });

  it('keeps no more than its bound, and its chain still holds', async () => {
    const home = await mountedHome();
    const zeros = new Uint8Array(32);
    const chain = await createAuditChain(home, systemRandom, { last: 0, first: 1, head: zeros, base: zeros, publicKey: zeros, privateKey: zeros });
    const notes = Array.from({ length: AUDIT.entries / 2 }, (): AuditNote => ({ at: 1, actor: 'nexus', what: 'session.unlocked', result: 'ok' }));
    await chain.append(notes);
    await chain.append(notes);
    assert.equal((await chain.check()).first, 1);
    await chain.append(notes.slice(0, 3));
    const check = await chain.check();
    assert.include(check, { whole: true, first: AUDIT.dropped + 4, last: AUDIT.entries + 3 });
    assert.lengthOf(await home.db.read(['audit'], (tx) => tx.keys('audit')), check.last - check.first + 1);
    assert.isEmpty((await chain.list(check.first, 5)).entries);
    assert.lengthOf((await chain.list(Infinity, 5)).entries, 5);
  });

  it('takes notes for a closed home, readable by that home alone, and chains them when it opens', async () => {
    const w = await world();
    await w.audit.closing('asked');
    const home = toHex(w.home.homeId);
    w.now = 5_000;
    w.audit.leave(home, { what: 'session.unlocked', result: 'auth.rejected', about: 'password' });
    w.audit.leave('f'.repeat(32), { what: 'session.unlocked' });
    await w.audit.closing('asked');
    const next = await world(w.home, w.system);
    assert.deepEqual((await listed(next))[0], '3 session.unlocked auth.rejected');
    assert.equal(value(await next.audit.calls.listAudit({ limit: 1 })).entries[0]?.at, 5_000);
    assert.isEmpty(await w.system.read(['auditInbox'], (tx) => tx.list('auditInbox')));
    assert.isEmpty(next.broken);
  });

  it('says so where a note does not open, or its key was replaced, and bounds how many are left', async () => {
    const w = await world();
    await w.audit.closing('asked');
    const home = toHex(w.home.homeId);
    for (let count = 0; count < AUDIT.inbox + 5; count += 1) w.audit.leave(home, { what: 'session.unlocked', result: 'auth.rejected' });
    const stranger = await newBoxKeys();
    await w.audit.closing('asked');
    const left = await w.system.read(['auditInbox'], (tx) => tx.list('auditInbox'));
    assert.lengthOf(left, AUDIT.inbox);
    await w.system.write(['auditInbox', 'auditKeys'], async (tx) => {
      await tx.remove('auditInbox', { prefix: '' });
      await tx.put('auditInbox', { ...left[0]!, bytes: left[0]!.bytes.slice(1) });
      await tx.put('auditKeys', { home, publicKey: stranger.publicKey });
    });
    const next = await world(w.home, w.system);
    assert.deepEqual((await listed(next)).slice(0, 2), ['4 audit.note_unreadable ok', '3 audit.key_replaced ok']);
  });
});

describe('what is noted', () => {
  it('is each call of the table, as it was answered, and nothing of its arguments but an id', async () => {
    const w = await world();
    const served = Object.fromEntries(Object.keys(NOTED).map((method) => [method, () => Promise.resolve(method === 'setPin' ? { ok: false, error: { code: 'auth.rejected' } } : { ok: true, value: {} })])) as unknown as Served<Surface>;
    const home = toHex(w.home.homeId);
    const calls = noting({ ...served, unlock: () => Promise.resolve({ ok: false, error: { code: 'auth.rejected' } }) }, w.audit, () => Promise.resolve(home)) as unknown as Record<string, (args: unknown) => Promise<unknown>>;
    for (const method of Object.keys(NOTED)) await calls[method]!({ secret: new Uint8Array([1]), name: 'Ada', kind: 'password', uid: 'u1', sid: 's', id: 'i' });
    const told = await listed(w);
    assert.lengthOf(told, Object.keys(NOTED).length, 'all but the refused unlock, and the beginning');
    assert.isTrue(told.some((line) => line.endsWith('way_in.pin_set auth.rejected')));
    assert.notInclude(JSON.stringify(value(await w.audit.calls.listAudit({ limit: 100 }))), 'Ada');
    await w.audit.closing('asked');
    assert.lengthOf(await w.system.read(['auditInbox'], (tx) => tx.list('auditInbox')), 1);
  });

  it('is what became of the account, but not that a lock took it', async () => {
    const w = await world();
    noteAccountEvent(w.audit, { number: 1, name: 'login.completed' });
    noteAccountEvent(w.audit, { number: 2, name: 'account.status' });
    noteAccountEvent(w.audit, { number: 3, name: 'custody.unavailable', reason: 'session.locked' });
    noteAccountEvent(w.audit, { number: 4, name: 'login.failed', reason: 'provider.denied' });
    const expected: AuditCode[] = ['account.sign_in_failed', 'account.signed_in', 'audit.began'];
    assert.deepEqual(value(await w.audit.calls.listAudit({ limit: 9 })).entries.map(({ what }) => what), expected);
  });
});

describe('boxes for somebody who is not there', () => {
  it('are sealed with another key where the engine fails with one', async () => {
    const { subtle } = crypto;
    const deriveBits = subtle.deriveBits.bind(subtle);
    const keys = await newBoxKeys();
    const name = { info: new Uint8Array([1]), aad: new Uint8Array([2]) };
    let calls = 0;
    Object.defineProperty(subtle, 'deriveBits', { configurable: true, value: (...args: Parameters<typeof deriveBits>) => {
      calls += 1;
      return calls === 1 ? Promise.reject(new DOMException('failed', 'OperationError')) : deriveBits(...args);
    } });
    try {
      const box = await sealToBox(keys.publicKey, name, new Uint8Array([3]));
      assert.isAbove(calls, 1);
      assert.deepEqual(await openBox(keys, name, box), new Uint8Array([3]));
    } finally {
      Reflect.deleteProperty(subtle, 'deriveBits');
    }
  });

  it('open with the right key, for what they were sealed for, whole', async () => {
    const keys = await newBoxKeys();
    const name = { info: new Uint8Array([1]), aad: new Uint8Array([2]) };
    const box = await sealToBox(keys.publicKey, name, new Uint8Array([7, 8, 9]));
    assert.deepEqual(await openBox(keys, name, box), new Uint8Array([7, 8, 9]));
    assert.isUndefined(await openBox(await newBoxKeys(), name, box));
    assert.isUndefined(await openBox(keys, { ...name, aad: new Uint8Array([3]) }, box));
    assert.isUndefined(await openBox(keys, { ...name, info: new Uint8Array([3]) }, box));
    assert.isUndefined(await openBox(keys, name, box.slice(0, -1)));
    assert.isUndefined(await openBox(keys, name, box.slice(0, 5)));
  });
});

// What becomes of any sequence of writes: the account's counts are always the sum of its rows, its numbers rise by one, and a
// refusal changes nothing.
import { assert } from 'chai';
import fc from 'fast-check';
import { type AccountState, chargedOf, counted, NO_USAGE, totalOf, type Usage } from '../../../server/storage/account-state.ts';
import { decide, type Stored, type Write } from '../../../server/storage/decide.ts';

const QUOTA = { bytes: 500, objects: 6 };
const START: AccountState = { quota: QUOTA, seq: 0, namingSeq: 0, floorSeq: 0, usage: NO_USAGE };

interface Step { readonly id: number; readonly kind: 'nodes' | 'devices' | 'extents'; readonly op: 'put' | 'delete'; readonly right: boolean; readonly create: boolean; readonly size: number }

const steps = fc.array(fc.record<Step>({
  id: fc.integer({ min: 0, max: 4 }), kind: fc.constantFrom('nodes', 'devices', 'extents'), op: fc.constantFrom('put', 'put', 'delete'), right: fc.boolean(), create: fc.boolean(), size: fc.integer({ min: 0, max: 200 }),
}), { maxLength: 60 });

function writeOf({ id, kind, op, right, create, size }: Step, stored: Stored | undefined): Write {
  const name = { kind, collection: kind, id: String(id) };
  const rev = right && stored ? String(stored.seq ?? 1) : '999';
  if (op === 'delete') return { op, ...name, condition: { rev } };
  return { op, ...name, condition: create ? { create: true } : { rev }, bytes: { size, sha256: `${size}`, inline: null, blob: null } };
}

/** What the rows add up to. */
function summed(objects: ReadonlyMap<string, Stored>, revisions: readonly number[]): Usage {
  let usage = NO_USAGE;
  for (const [key, { deleted, size }] of objects) usage = deleted ? counted(usage, 'tombstones', 0, 1) : counted(usage, key.split('/')[0] as 'nodes', size, 1);
  return revisions.reduce((sum, size) => counted(sum, 'revisions', size, 1), usage);
}

describe('what becomes of a write', () => {
  it('keeps the books, whatever is written in whatever order', () => {
    fc.assert(fc.property(steps, (all) => {
      const objects = new Map<string, Stored>();
      const revisions: number[] = [];
      let state = START;
      for (const step of all) {
        // Extents are never deleted by name; the API refuses that before it comes here.
        if (step.kind === 'extents' && step.op === 'delete') continue;
        const key = `${step.kind}/${step.id}`;
        const stored = objects.get(key);
        const { outcome, state: after, effect } = decide(state, stored, writeOf(step, stored));
        if ('refused' in outcome || outcome.done === 'unchanged') {
          assert.strictEqual(after, state);
          assert.isUndefined(effect);
          continue;
        }
        assert.equal(after.seq, step.kind === 'extents' ? state.seq : state.seq + 1);
        assert.equal(after.namingSeq, step.kind === 'nodes' ? after.seq : state.namingSeq);
        if (effect!.revision) revisions.push(stored!.size);
        objects.set(key, effect!.next);
        state = after;
        assert.deepEqual(state.usage, summed(objects, revisions));
        if (step.op === 'put') assert.isAtMost(chargedOf(state.usage).objects, QUOTA.objects);
      }
      assert.isAtMost(chargedOf(state.usage).bytes, QUOTA.bytes);
    }));
  });

  it('lets devices in where the account is full, and no more of that than they need', () => {
    const full: AccountState = { ...START, usage: counted(START.usage, 'extents', QUOTA.bytes, QUOTA.objects) };
    const outcomeOf = (state: AccountState, kind: 'nodes' | 'devices' | 'envelopes', size: number) =>
      decide(state, undefined, { op: 'put', kind, collection: kind, id: 'new', condition: { create: true }, bytes: { size, sha256: 'x', inline: null, blob: null } }).outcome;
    assert.deepEqual(outcomeOf(full, 'nodes', 1), { refused: 'quota.bytes' });
    for (const kind of ['devices', 'envelopes'] as const) assert.include(outcomeOf(full, kind, 64 * 1024), { done: 'created' });
    const many = { ...full, usage: counted(full.usage, 'devices', 0, 512) };
    assert.deepEqual(outcomeOf(many, 'devices', 0), { refused: 'quota.objects' });
    const large = { ...full, usage: counted(full.usage, 'devices', 1024 * 1024, 1) };
    assert.deepEqual(outcomeOf(large, 'envelopes', 1), { refused: 'quota.bytes' });
  });

  it('lets things be deleted where the account is full, and no more of what they were than a little', () => {
    const usage = counted(counted(START.usage, 'extents', QUOTA.bytes, 1), 'nodes', 400, 1);
    const stored: Stored = { seq: 1, deleted: false, size: 400, sha256: 'x', blob: null };
    const outcomeOf = (state: AccountState, size: number) =>
      decide(state, stored, { op: 'put', kind: 'nodes', collection: 'nodes', id: 'a', condition: { rev: '1' }, bytes: { size, sha256: 'y', inline: null, blob: null } }).outcome;
    assert.include(outcomeOf({ ...START, usage }, 400), { done: 'replaced' });
    assert.deepEqual(outcomeOf({ ...START, usage }, 401), { refused: 'quota.bytes' });
    assert.deepEqual(outcomeOf({ ...START, usage: counted(usage, 'revisions', 16 * 1024 * 1024, 1) }, 400), { refused: 'quota.bytes' });
  });

  it('bounds what was made in order to be deleted', () => {
    let state = START;
    for (let at = 0; at < 100; at += 1) {
      const name = { kind: 'nodes', collection: 'nodes', id: String(at) } as const;
      const made = decide(state, undefined, { ...name, op: 'put', condition: { create: true }, bytes: { size: 1, sha256: 'x', inline: null, blob: null } });
      if (made.effect) state = decide(made.state, made.effect.next, { ...name, op: 'delete', condition: { rev: String(made.effect.next.seq) } }).state;
    }
    assert.isAbove(totalOf(state.usage).former, QUOTA.objects);
    assert.isAtMost(totalOf(state.usage).former, QUOTA.objects * 4 + 1);
  });
});

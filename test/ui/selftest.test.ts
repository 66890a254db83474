import { assert } from 'chai';
import { CHECKS, markerOf, runCheck, type Check } from '../../src/ui/selftest/checks.ts';
import { must, mustRefuse, type World } from '../../src/ui/selftest/world.ts';

const world = {} as World;
const clock = (): number => 0;
const outcomeOf = (run: Check['run']) => runCheck({ name: 'x', run }, world, clock);

describe('the self-test', () => {
  it('claims a check only when it ran to its end', async () => {
    const check = { name: 'securefs io', run: () => Promise.resolve() };
    assert.equal(markerOf(check, await runCheck(check, world, clock)), 'SELFTEST: securefs io ok');
  });

  it('says why it does not claim a check', async () => {
    const check = { name: 'securefs home', run: () => Promise.resolve('storage may be evicted') };
    assert.equal(markerOf(check, await runCheck(check, world, clock)), 'SELFTEST: securefs home skipped (storage may be evicted)');
  });

  it('tells a refusal by its code', async () => {
    const outcome = await outcomeOf(async () => { must({ ok: false, error: { code: 'storage.quota' } }); });
    assert.deepEqual(outcome, { state: 'failed', ms: 0, why: 'storage.quota' });
  });

  it('fails where something was let through that should have been refused', async () => {
    const outcome = await outcomeOf(async () => { mustRefuse({ ok: true, value: undefined }, 'session.locked'); });
    assert.equal(outcome.state, 'failed');
  });

  it('names each check once', () => {
    assert.equal(new Set(CHECKS.map(({ name }) => name)).size, CHECKS.length);
  });
});

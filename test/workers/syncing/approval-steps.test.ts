// How long a device waits for the other one's step of an approval, by its own clock.
import { assert } from 'chai';
import { insecureSeededRandom } from '../../support/insecure-random.ts';
import { err, ok } from '../../../src/result.ts';
import type { Enrolment, EnrolmentRelay } from '../../../src/sync/enrolment-relay.ts';
import { awaitStep, enrollingFrom, STEP, type Waiting } from '../../../src/workers/syncing/approval-steps.ts';
import { askApproval } from '../../../src/workers/syncing/ask-approval.ts';

const ID = '1'.repeat(32);
const FIVE_MINUTES = 5 * 60_000;
/** Asked every 700 ms for five minutes, and once at the end of them. */
const MOST = Math.ceil(FIVE_MINUTES / 700) + 1;

/** A relay where an enrolment never ends, and time that passes only while it is waited for. */
function endless(stepAt: (asked: number) => Enrolment['steps'] = () => new Map()) {
  const world = { now: 0, asked: 0 };
  const enrolment = (): Enrolment => ({ id: ID, steps: stepAt(world.asked), expiresAt: Number.MAX_SAFE_INTEGER });
  const relay: EnrolmentRelay = {
    begin: () => Promise.resolve(ok(enrolment())), list: () => Promise.resolve(ok([enrolment()])), say: () => Promise.resolve(ok(true)),
    read() {
      world.asked += 1;
      return Promise.resolve(world.asked > 10 * MOST ? err('protocol') : ok(enrolment()));
    },
  };
  const pause: Waiting['pause'] = (ms) => {
    world.now += ms;
    return Promise.resolve();
  };
  return { world, waiting: { relay, pause, signal: new AbortController().signal, clock: () => world.now } satisfies Waiting };
}

describe('the wait for a step of an approval', () => {
  it('is over after five minutes, though the server never says so', async () => {
    const { world, waiting } = endless();
    assert.deepEqual(await awaitStep(waiting, enrollingFrom(waiting, ID), STEP.answered), ok(undefined));
    assert.equal(world.asked, MOST);
    assert.isAtMost(world.now, FIVE_MINUTES + 700);
  });

  it('takes what comes until then', async () => {
    const said = new Uint8Array([7]);
    const { waiting } = endless((asked) => new Map(asked === MOST ? [[STEP.answered, said]] : []));
    assert.deepEqual(await awaitStep(waiting, enrollingFrom(waiting, ID), STEP.answered), ok(said));
  });

  it('is of the whole approval: a step that came late leaves the next no more than what is left', async () => {
    const { world, waiting } = endless((asked) => new Map(asked >= MOST - 2 ? [[STEP.answered, new Uint8Array(32)]] : []));
    const over = await askApproval(waiting, { account: 'a'.repeat(32), homeId: new Uint8Array(16), random: insecureSeededRandom(1), show: () => undefined });
    assert.equal(over.ok ? 'ok' : over.error.code, 'approval.over');
    assert.isAtMost(world.asked, MOST + 2);
  });
});

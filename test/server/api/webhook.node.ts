// Which webhook messages are believed.
import { assert } from 'chai';
import { checkHook, hookSecret, type HookMessage } from '../../../server/api/webhook.ts';
import { signHook } from '../support/hook.ts';

const NOW = 1_614_265_330_000;
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
/** As the npm package `standardwebhooks` 1.1.1 signs it. */
const SIGNED: HookMessage = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: '1614265330', signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=', body: Buffer.from('{"test": 2432232314}'), now: NOW,
};

describe('a webhook message', () => {
  const key = hookSecret(SECRET)!;
  const ask = (other: Partial<HookMessage>, secret = key) => {
    const answer = checkHook(secret, { ...SIGNED, ...other });
    return answer.ok ? answer.value : answer.error;
  };

  it('is believed as the standard\'s own library signs it', () => {
    assert.equal(ask({}), 'msg_p5jXN8AQM9LWM0D4loKWxJek');
  });

  it('is believed with one right signature among several, of a secret that is changing', () => {
    const wrong = signHook(`whsec_${'B'.repeat(32)}`, { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: NOW, body: '{}' }).signature;
    assert.equal(ask({ signature: `${wrong} v1a,AAAA ${SIGNED.signature as string}` }), 'msg_p5jXN8AQM9LWM0D4loKWxJek');
    assert.equal(ask({ signature: `${wrong} v1a,AAAA` }), 'hook.signature');
  });

  it('is refused with another signature, secret, id, time or body', () => {
    for (const signature of ['', 'v1,', 'v1', (SIGNED.signature as string).replace('v1,', 'v2,'), (SIGNED.signature as string).replace('g0h', 'h0g'), `${SIGNED.signature as string}=`, undefined, [SIGNED.signature]]) assert.equal(ask({ signature }), 'hook.signature', String(signature));
    assert.equal(ask({}, hookSecret(`whsec_${'B'.repeat(32)}`)!), 'hook.signature');
    assert.equal(ask({ id: 'msg_other' }), 'hook.signature');
    assert.equal(ask({ timestamp: '1614265331' }), 'hook.signature');
    assert.equal(ask({ body: Buffer.from('{"test": 2432232315}') }), 'hook.signature');
    assert.equal(ask({ body: new Uint8Array() }), 'hook.signature');
  });

  it('is refused without what is signed, and where it could be read in two ways', () => {
    for (const other of [{ id: undefined }, { id: '' }, { id: 'x'.repeat(129) }, { timestamp: undefined }, { timestamp: 'now' }, { timestamp: '1614265330.0' }, { timestamp: '-1' }]) assert.equal(ask(other), 'hook.signature');
    const dotted = signHook(SECRET, { id: 'msg.1', at: NOW, body: '{}' });
    assert.equal(ask({ ...dotted, body: Buffer.from('{}') }), 'hook.signature');
  });

  it('is believed five minutes before and after its time, and no longer', () => {
    for (const [now, says] of [[NOW + 300_000, SIGNED.id], [NOW - 300_000, SIGNED.id], [NOW + 300_001, 'hook.timestamp'], [NOW - 300_001, 'hook.timestamp']] as const) assert.equal(ask({ now }), says);
  });

  it('needs a secret of 24 to 64 bytes', () => {
    for (const text of ['', 'whsec_', SECRET.slice(6), `whsec_${'A'.repeat(30)}`, `whsec_${'A'.repeat(88)}`, `whsec_${'?'.repeat(32)}`]) assert.isUndefined(hookSecret(text), text);
    assert.equal(hookSecret(SECRET)?.byteLength, 24);
    assert.equal(hookSecret(`whsec_${Buffer.alloc(64).toString('base64')}`)?.byteLength, 64);
  });
});

import { assert } from 'chai';
import { decodeMap, encodeMap } from '../../../src/crypto/canonical-cbor.ts';
import { unwrap } from '../../../src/result.ts';
import { LIMITS } from '../../../src/workers/contract/limits.ts';
import { ARGUMENTS } from '../../../src/workers/door/worker/arguments.ts';
import { DEFAULT_PREFS, prefsOf, settingValue } from '../../../src/workers/session/prefs.ts';
import { command } from './device.ts';

const withRoom = (softBytes: number, hardBytes = softBytes) => ({ ...DEFAULT_PREFS, retention: { keep: LIMITS.snapshots, softBytes, hardBytes } });
const isTaken = (prefs: ReturnType<typeof withRoom>): boolean => ARGUMENTS.setPrefs({ ...command(), prefs }) && ARGUMENTS.setRetention({ ...command(), retention: prefs.retention });
const readAgain = (prefs: ReturnType<typeof withRoom>) => prefsOf(unwrap(decodeMap(encodeMap({ ...prefs, retention: settingValue(prefs, 'retention') }), 'prefs')));

describe('settings', () => {
  for (const room of [0, 1, LIMITS.retentionBytes]) {
    it(`read as they were written, with room for ${room} bytes`, () => {
      assert.isTrue(isTaken(withRoom(room)));
      assert.deepEqual(readAgain(withRoom(room)), withRoom(room));
    });
  }

  it('are not taken by the door where they could not be read again', () => {
    for (const prefs of [withRoom(0, Number.MAX_SAFE_INTEGER), withRoom(Number.MAX_SAFE_INTEGER)]) {
      assert.isFalse(isTaken(prefs));
      assert.throws(() => readAgain(prefs));
    }
  });
});

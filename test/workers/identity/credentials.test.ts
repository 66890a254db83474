import { assert } from 'chai';
import { utf8 } from '../../../src/crypto/bytes.ts';
import { folded, newPassword, newPin, userName } from '../../../src/workers/identity/credentials.ts';

const refused = (result: { ok: boolean }) => assert.isFalse(result.ok);

describe('user names', () => {
  it('are trimmed and NFC', () => assert.deepEqual(userName('  Zoe\u0308 '), { ok: true, value: 'Zo\u00eb' }));
  it('have 1 to 64 characters, emoji counted as one', () => {
    refused(userName('   '));
    refused(userName('x'.repeat(65)));
    assert.isTrue(userName('😀'.repeat(64)).ok);
  });
  it('hold nothing that cannot be seen', () => ['a\0b', 'a\u202eb', 'a\nb', 'a\u2066b'].forEach((name) => refused(userName(name))));
  it('have something to see', () => ['\u3164', '\u2800', '\u115f\u1160', '\u200b'].forEach((name) => refused(userName(name))));
  it('are the same to a person in any case and width', () => assert.equal(folded('ＡDA'), folded('ada')));
  it('may be right to left', () => assert.isTrue(userName('עדה').ok));
});

describe('new secrets', () => {
  it('a password has 8 to 1024 characters', () => {
    refused(newPassword(utf8('1234567')));
    refused(newPassword(utf8('x'.repeat(1025))));
    assert.isTrue(newPassword(utf8('12345678')).ok);
  });
  it('a password is NFKC, so that it can be typed on another keyboard', () =>
    assert.deepEqual(newPassword(utf8('ｐａｓｓｗｏｒｄ')), { ok: true, value: utf8('password') }));
  it('a password that is not UTF-8 is refused', () => refused(newPassword(new Uint8Array(10).fill(0xff))));
  it('a PIN has 6 to 12 digits', () => {
    ['12345', '1234567890123', '12345a', ''].forEach((pin) => refused(newPin(utf8(pin))));
    assert.isTrue(newPin(utf8('123456')).ok);
  });
});

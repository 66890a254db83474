import { assert } from 'chai';
import { strengthOf } from '../../../src/ui/parts/password-strength.ts';

describe('the hint at a password’s strength', () => {
  const cases: [string, string][] = [
    ['short', 'too_short'], ['aaaaaaaaaaaaaaaa', 'weak'], ['12345678', 'weak'], ['abcdefghijkl', 'weak'], ['password', 'weak'],
    ['kV7#pq2L', 'fair'], ['correct horse battery', 'strong'], ['violet umbrella drums quietly', 'strong'],
  ];
  for (const [password, strength] of cases) {
    it(`calls ${JSON.stringify(password)} ${strength}`, () => { assert.equal(strengthOf(password, 8), strength); });
  }

  it('counts characters, not bytes', () => {
    assert.equal(strengthOf('ééééééé', 8), 'too_short');
  });
});

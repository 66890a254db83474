import { assert } from 'chai';
import { takePhrase, takeSecret } from '../../../src/ui/parts/secret.ts';

const field = (value: string) => ({ value }) as HTMLInputElement;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('a secret on its way in', () => {
  it('is taken as it is hashed, and the field is left empty', () => {
    const input = field('ﬁve  Ⅷ ');
    assert.equal(text(takeSecret(input)), 'five  VIII ');
    assert.equal(input.value, '');
  });

  it('is a phrase without the numbers, cases and line ends of its kit', () => {
    const input = field('1. Abandon\n2) ability,\t 3 ABLE ');
    assert.equal(text(takePhrase(input)), 'abandon ability able');
    assert.equal(input.value, '');
  });
});

import { assert } from 'chai';
import { sentenceOf } from '../../src/ui/errors.ts';
import { ERROR_CODES } from '../../src/workers/contract/errors.ts';

describe('the sentence of an error', () => {
  it('is there for every code, and is a sentence', () => {
    for (const code of ERROR_CODES) assert.match(sentenceOf({ code, retryAfterMs: 1000, detail: 'x' }), /^[A-Z][^{}]{15,}[.)]$/, code);
  });

  it('tells how long a lockout lasts', () => {
    assert.include(sentenceOf({ code: 'auth.locked_out', retryAfterMs: 30_000 }), '30 seconds');
  });

  it('never says that a password was wrong when memory was short', () => {
    assert.include(sentenceOf({ code: 'crypto.out_of_memory' }), 'says nothing about your password');
  });
});

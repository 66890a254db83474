// How a sign-in comes back to the tab that waits: its own answer, and no other.
import { assert } from 'chai';
import { awaitAnswer, handOver, hasAnswer, isAnswerTo, takeAnswer } from '../../../src/ui/account/come-back.ts';

const URL_ASKED = 'https://server.test/auth?client_id=nexus&state=abc';

describe('an answer that comes back', () => {
  it('is the attempt’s where it has its state', () => {
    assert.isTrue(isAnswerTo(URL_ASKED, 'code=1&state=abc'));
    for (const [url, answer] of [[URL_ASKED, 'code=1&state=abd'], [URL_ASKED, 'code=1'], [URL_ASKED, ''], [undefined, 'state=abc'], ['https://server.test/auth', 'code=1'], ['no url', 'code=1&state=abc']] as const) {
      assert.isFalse(isAnswerTo(url, answer), `${url} ${answer}`);
    }
  });

  it('is taken by the tab that waits for it, and by no other', async () => {
    const heard: string[] = [];
    const stop = awaitAnswer((answer) => isAnswerTo(URL_ASKED, answer), (answer) => void heard.push(answer));
    assert.isTrue(await handOver('code=1&state=abc'));
    assert.deepEqual(heard, ['code=1&state=abc']);
    assert.isFalse(await handOver('code=2&state=foreign'));
    assert.lengthOf(heard, 1);
    assert.isTrue(hasAnswer());
    assert.equal(takeAnswer(), 'code=2&state=foreign');
    assert.isFalse(hasAnswer());
    stop();
  });
});

import { assert } from 'chai';
import { type Candidacy, runForOffice } from '../../../src/workers/election/office.ts';

interface Candidate { readonly name: string; readonly candidacy: Candidacy; log: string[]; until(word: string): Promise<void> }

/** Candidates that share names; each one's log says what happened to it. */
function createElection() {
  const id = crypto.randomUUID();
  const names = { office: `office.${id}`, standby: `standby.${id}`, channel: `channel.${id}` };
  return {
    names,
    run(name: string): Candidate {
      const log: string[] = [];
      const waiters: { word: string; resolve: () => void }[] = [];
      const happened = (word: string) => {
        log.push(word);
        waiters.filter((waiter) => waiter.word === word).forEach(({ resolve }) => resolve());
      };
      const candidacy = runForOffice({ locks: navigator.locks, openChannel: () => ({ postMessage: () => undefined }) }, names, {
        waiting: (next) => happened(next ? 'next' : 'waiting'), held: () => happened('held'), lost: () => happened('lost'),
      });
      return {
        name, candidacy, log,
        until: (word) => (log.includes(word) ? Promise.resolve() : new Promise((resolve) => { waiters.push({ word, resolve }); })),
      };
    },
  };
}

describe('the election', () => {
  it('gives the office to the first, makes the second the standby, and lets the third wait', async () => {
    const election = createElection();
    const first = election.run('first');
    await first.until('held');
    const second = election.run('second');
    await second.until('next');
    const third = election.run('third');
    await third.until('waiting');
    assert.deepEqual([first.log, second.log, third.log], [['held'], ['waiting', 'next'], ['waiting']]);
  });

  it('takes the office from a holder that does not answer, which hears that it lost', async () => {
    const election = createElection();
    const first = election.run('first');
    await first.until('held');
    const second = election.run('second');
    await second.until('next');
    second.candidacy.take();
    await Promise.all([second.until('held'), first.until('lost')]);
    const third = election.run('third');
    await third.until('next');
  });

  it('passes to the standby when the holder\'s worker ends', async () => {
    const election = createElection();
    const script = `navigator.locks.request(${JSON.stringify(election.names.office)}, () => { postMessage('held'); return new Promise(() => {}); });`;
    const holder = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
    await new Promise((resolve) => { holder.onmessage = resolve; });
    const second = election.run('second');
    await second.until('next');
    holder.terminate();
    await second.until('held');
  });
});

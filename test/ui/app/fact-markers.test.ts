import { assert } from 'chai';
import { markersOf } from '../../../src/ui/app/fact-markers.ts';
import { ADA, SID } from '../../support/fake-client.ts';

describe('markers of facts', () => {
  it('tell sessions by their ids', () => {
    assert.deepEqual(markersOf({ type: 'session.opened', sid: SID, uid: ADA.uid }), [`identity: session start (sid=${SID})`, 'securefs: unlock ok']);
    assert.deepEqual(markersOf({ type: 'session.locked', sid: SID, uid: ADA.uid, why: 'asked' }), ['lock: now', 'securefs: lock']);
    assert.deepEqual(markersOf({ type: 'session.ended', sid: SID, uid: ADA.uid }), [`identity: session end (sid=${SID})`]);
  });

  it('say nothing of content', () => {
    assert.isEmpty(markersOf({ type: 'home.changed', folders: [] }));
  });
});

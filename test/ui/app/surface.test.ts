import { assert } from 'chai';
import { surfaceOf, wishAfter, type Wish } from '../../../src/ui/app/surface.ts';
import { ADA, ADA_SESSION, BOB, deviceWith } from '../../support/fake-client.ts';

const nobody = deviceWith([]);
const away = deviceWith([ADA, BOB]);
const open = deviceWith([ADA, BOB], ADA_SESSION);
const locked = deviceWith([ADA, BOB], { ...ADA_SESSION, locked: true });

describe('the surface that is shown', () => {
  const cases: [string, typeof nobody, Wish, string][] = [
    ['no users', nobody, 'none', 'oobe'],
    ['no users, and a backup to restore', nobody, 'restore', 'restore'],
    ['users and nobody in front', away, 'none', 'greeter'],
    ['users, and one is to be added', away, 'add-user', 'oobe'],
    ['users, and a backup to restore', away, 'restore', 'restore'],
    ['no users, and a home of an account', nobody, 'join', 'join'],
    ['users, and a home of an account', away, 'join', 'join'],
    ['an open session', open, 'none', 'desktop'],
    ['an open session whose phrase is still shown', open, 'setup', 'oobe'],
    ['a locked session, whatever was wished for', locked, 'setup', 'lock'],
    ['a locked session and a backup to restore', locked, 'restore', 'lock'],
    ['an open session, though a home was to be brought', open, 'join', 'desktop'],
  ];
  for (const [what, status, wish, surface] of cases) {
    it(`is ${surface} with ${what}`, () => { assert.equal(surfaceOf(status, wish), surface); });
  }

  it('forgets every wish when a session locks', () => {
    for (const wish of ['add-user', 'setup', 'restore', 'join'] as const) assert.equal(wishAfter(locked, wish), 'none');
  });

  it('keeps the phrase on the screen when the new session opens', () => {
    assert.equal(wishAfter(open, 'setup'), 'setup');
    assert.equal(wishAfter(open, 'add-user'), 'none');
  });
});

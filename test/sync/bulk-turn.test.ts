// How long content goes on before what is small has its turn.
import { assert } from 'chai';
import { beginBulk, BULK_TURN_MS, HASTY_TURN_MS } from '../../src/sync/bulk-turn.ts';

describe('a turn of bulk', () => {
  it('lasts so long from its first piece on, and no longer where a clock was set back', () => {
    let now = 5 * BULK_TURN_MS;
    const turn = beginBulk({ clock: () => now, mayMoveBulk: () => true });
    now += 10 * BULK_TURN_MS;
    assert.isTrue(turn.mayGoOn(), 'the first piece');
    now += BULK_TURN_MS - 1;
    assert.isTrue(turn.mayGoOn());
    now += 1;
    assert.isFalse(turn.mayGoOn());
    now -= 3 * BULK_TURN_MS;
    assert.isFalse(turn.mayGoOn());
  });

  it('ends soon where there is reason to look since it began', () => {
    let [now, reasons] = [0, 7];
    const turn = beginBulk({ clock: () => now, mayMoveBulk: () => true, reasons: () => reasons });
    assert.isTrue(turn.mayGoOn());
    now += HASTY_TURN_MS;
    assert.isTrue(turn.mayGoOn());
    reasons += 1;
    assert.isFalse(turn.mayGoOn());
    now -= 1;
    assert.isTrue(turn.mayGoOn(), 'though not at once');
  });

  it('counts what came before it, where it is told since when', () => {
    let now = 0;
    const turn = beginBulk({ clock: () => now, mayMoveBulk: () => true, reasons: () => 8 }, { known: 7 });
    assert.isTrue(turn.mayGoOn());
    now += HASTY_TURN_MS;
    assert.isFalse(turn.mayGoOn());
  });

  it('ends with the connection that costs nothing', () => {
    let free = true;
    const turn = beginBulk({ clock: () => 0, mayMoveBulk: () => free });
    assert.isTrue(turn.mayGoOn());
    free = false;
    assert.isFalse(turn.mayGoOn());
  });
});

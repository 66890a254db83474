// The server killed while it is written to; the long form is test/soak/server-kills.ts.
import { assert } from 'chai';
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { killRun } from './support/kill-run.ts';

describe('a killed server', () => {
  it('has everything that it acknowledged, 5 times over', async () => {
    assert.isAbove(await killRun({ kills: 5, random: (below) => randomInt(below), pause: (ms) => pause(ms) }), 20);
  });
});

// A short form of what `npm run soak` runs 2 000 times, with 500 steps each.
import { runSchedule } from './schedules.ts';

describe('five devices on random days', () => {
  for (let seed = 1; seed <= 12; seed += 1) it(`end alike and lose nothing (seed ${seed})`, () => runSchedule(seed, 150));
});

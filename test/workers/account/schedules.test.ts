// A short form of what `npm run soak` runs 5 000 times.
import { runSchedules } from './schedules.ts';

describe('random schedules over the account', () => {
  it('keep one account active, one refresh in flight, every event in order, every token with its own', () => runSchedules(60));
});

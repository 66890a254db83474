// Moments of this device at which what apps keep is written, by the home's logical clock.
import { compareClocks } from '../home/group-clocks.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { Moment } from './dataset-meeting.ts';

/** Each later than what it comes after: a clock that was set back loses nothing. */
export const momentsOf = ({ tick, device }: Pick<MountedHome, 'tick' | 'device'>): Moment => (after) => {
  const [ms, counter] = tick();
  return after && compareClocks([ms, counter, device], after) <= 0 ? [after[0], after[1] + 1, device] : [ms, counter, device];
};

// Random days of five devices, many of them: `sync-schedules.ts RUNS [STEPS] [SEED] [set-back]`. With `set-back` an earlier state of the
// server comes back now and then; what it lost is then sent over again, and content that nobody names may stay there.
import { runSchedule } from '../sync/schedules.ts';

const [runs = 2000, steps = 500, first = 1] = process.argv.slice(2, 5).map(Number);
const setBack = process.argv[5] === 'set-back';
for (let seed = first; seed < first + runs; seed += 1) {
  await runSchedule(seed, steps, { setBack });
  if (seed % 50 === 0) console.log(`${seed - first + 1} schedules`);
}
console.log(`${runs} schedules of ${steps} steps: five devices alike, nothing lost`);

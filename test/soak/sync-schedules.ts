// Random days of five devices, many of them: `sync-schedules.ts RUNS [STEPS] [SEED]`.
import { runSchedule } from '../sync/schedules.ts';

const [runs = 2000, steps = 500, first = 1] = process.argv.slice(2).map(Number);
for (let seed = first; seed < first + runs; seed += 1) {
  await runSchedule(seed, steps);
  if (seed % 50 === 0) console.log(`${seed - first + 1} schedules`);
}
console.log(`${runs} schedules of ${steps} steps: five devices alike, nothing lost`);

// Random schedules over the account, many of them: `account-schedules.ts RUNS [SEED]`.
import { runSchedules } from '../workers/account/schedules.ts';

const [runs = '5000', seed] = process.argv.slice(2);
await runSchedules(Number(runs), seed === undefined ? undefined : Number(seed));
console.log(`${runs} schedules: one account active, one refresh in flight, every event in order, every token with its own`);

// Kills the server 300 times under a write load. `node tools/run.mjs test/soak/server-kills.ts [kills] [seed]` over SQLite and
// a folder; `NEXUS_TEST_PAIR=scaled node tools/with-services.mjs node …` over PostgreSQL and S3, two processes at once.
import { setTimeout as pause } from 'node:timers/promises';
import { killRun } from '../server/support/kill-run.ts';
import { insecureSeededRandom } from '../support/insecure-random.ts';

const [kills, seed] = [Number(process.argv[2] ?? 300), Number(process.argv[3] ?? Date.now() % 2 ** 31)];
const bytes = insecureSeededRandom(seed);
const tell = (line: string) => { process.stdout.write(`${line}\n`); };
tell(`seed ${seed}`);
const acknowledged = await killRun({ kills, random: (below) => new DataView(bytes(4).buffer).getUint32(0) % below, pause: (ms) => pause(ms), tell });
tell(`${kills} kills, ${acknowledged} acknowledged writes, nothing lost`);

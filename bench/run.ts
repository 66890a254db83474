// `npm run bench [-- --only id,id] [--quick]`: measures, prints the table, writes bench/results/<id>.json.
// Ends with 1 only where a measurement could not run: a missed target is a figure to explain, not a failure.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { installed } from './harness/engine-page.ts';
import type { Effort, Measurement, Row } from './measurement.ts';
import { measurements } from './measurements.ts';
import { tableOf, writeRows } from './report.ts';

const ROUNDS = 5;

const { values } = parseArgs({ options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } } });
const only = values.only?.split(',');
const effort: Effort = { quick: values.quick, rounds: values.quick ? 1 : ROUNDS };
const say = (text: string) => process.stdout.write(`${text}\n`);

function missing({ engine, program }: Measurement): string | undefined {
  if (engine && !installed(engine)) return engine;
  return program && spawnSync(program, ['-v'], { stdio: 'ignore' }).error ? program : undefined;
}

async function measure(measurement: Measurement): Promise<readonly Row[]> {
  const absent = missing(measurement);
  if (absent) {
    say(`${measurement.id}: ${absent} is not installed here`);
    if (process.env.CI === 'true') process.exitCode = 1;
    return [];
  }
  say(`${measurement.id} …`);
  const rows = await measurement.run(effort);
  if (!effort.quick) writeRows(measurement.id, rows);
  return rows;
}

const unknown = only?.filter((id) => !measurements.some((measurement) => measurement.id === id)) ?? [];
if (unknown.length > 0) {
  say(`no such measurement: ${unknown.join(', ')}; there are ${measurements.map(({ id }) => id).join(', ')}`);
  process.exit(2);
}

const rows: Row[] = [];
for (const measurement of measurements.filter(({ id }) => !only || only.includes(id))) {
  try {
    rows.push(...await measure(measurement));
  } catch (error) {
    say(`${measurement.id} failed: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
say(`\n${tableOf(rows)}`);
if (effort.quick) say('\nA quick run: these figures say nothing of speed and were not written.');

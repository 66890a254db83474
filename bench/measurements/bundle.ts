// A bundle made and verified in full in Chromium, beside `restic backup` and `restic check --read-data` of the same tree.
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEnginePage } from '../harness/engine-page.ts';
import { inTurns, median } from '../harness/rounds.ts';
import { type Measurement, type Row, row } from '../measurement.ts';

const MIB = 1024 * 1024;

/** Files of 16 MiB, 1 MiB and 64 KiB, of bytes that nothing shortens. */
function makeTree(folder: string, bytes: number): readonly string[] {
  mkdirSync(folder);
  const kinds = [{ size: 16 * MIB, share: 0.75 }, { size: MIB, share: 0.2 }, { size: MIB / 16, share: 0.05 }];
  return kinds.flatMap(({ size, share }) => Array.from({ length: Math.ceil((bytes * share) / size) }, (_, index) => {
    const name = `${size}-${index}.bin`;
    writeFileSync(join(folder, name), randomFillSync(Buffer.alloc(size)));
    return name;
  }));
}

function restic(folder: string, args: readonly string[]): void {
  const env = { ...process.env, RESTIC_PASSWORD: 'a password', RESTIC_REPOSITORY: join(folder, 'repository'), RESTIC_CACHE_DIR: join(folder, 'cache') };
  const { status, stderr } = spawnSync('restic', ['--quiet', ...args], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`restic ${args.join(' ')}: ${stderr}`);
}

function timedRestic(folder: string, args: readonly string[]): number {
  const started = performance.now();
  restic(folder, args);
  return performance.now() - started;
}

function fresh(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  restic(folder, ['init']);
  return folder;
}

const bundle: Measurement = {
  id: 'bundle',
  engine: 'chromium',
  program: 'restic',
  async run({ quick, rounds }): Promise<Row[]> {
    const folder = mkdtempSync(join(tmpdir(), 'nexus-bench-bundle-'));
    const tree = join(folder, 'tree');
    const bytes = quick ? 32 * MIB : 1024 * MIB;
    const names = makeTree(tree, bytes);
    const page = await openEnginePage('chromium', tree);
    try {
      await page.ask('prepareBundle', names);
      const repository = join(folder, 'restic');
      const made = await inTurns(rounds, { ours: () => page.ask('createBundle'), theirs: () => Promise.resolve(timedRestic(fresh(repository), ['backup', tree])) });
      const checked = await inTurns(rounds, { ours: () => page.ask('verifyBundle'), theirs: () => Promise.resolve(timedRestic(repository, ['check', '--read-data'])) });
      const rate = (...took: readonly (readonly number[])[]) => bytes / MIB / (took.reduce((sum, each) => sum + median(each), 0) / 1000);
      const line = (id: string, against: string, [ours, theirs]: readonly [number, number]) => row({ id, unit: 'MiB/s', ours, against, theirs, target: 1 });
      return [
        line('bundle-create-and-verify', 'restic backup and check --read-data', [rate(made.ours, checked.ours), rate(made.theirs, checked.theirs)]),
        line('bundle-create', 'restic backup', [rate(made.ours), rate(made.theirs)]),
        line('bundle-verify-full', 'restic check --read-data', [rate(checked.ours), rate(checked.theirs)]),
      ];
    } finally {
      await page.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export const bundleMeasurements: readonly Measurement[] = [bundle];

// Sync as a person meets it: the built app in Chromium, with the browser's own database, which sync.ts leaves out.
import { type Measurement, row, type Row } from '../measurement.ts';
import { carryAppHome } from '../sync/app-home.ts';
import { sendByApp, sendPlain } from '../sync/app-upload.ts';

/** A home of 100 000 nodes is to be browsed on a new device after so long, and its names may take no longer than that either; those of fewer, in proportion. */
const BOUND_MS = 10_000;
const MS_A_FILE = BOUND_MS / 100_000;
const MIB = 1024 * 1024;

/** One after the other, and the app first: each has the machine to itself. */
async function largeFile(bytes: number): Promise<readonly Row[]> {
  const rate = (ms: number): number => bytes / MIB / (ms / 1000);
  const up = { id: `sync ${bytes / MIB} MiB in the app, up`, unit: 'MiB/s', ours: rate(await sendByApp(bytes)) };
  return [
    row({ ...up, against: 'plain PUTs of 4 MiB in the same browser, dropped', theirs: rate(await sendPlain(bytes, false)), target: 0.7 }),
    row({ ...up, against: 'plain PUTs of 4 MiB in the same browser, hashed and kept', theirs: rate(await sendPlain(bytes, true)), target: 0.7 }),
  ];
}

const syncApp: Measurement = {
  id: 'sync-app',
  engine: 'chromium',
  async run({ quick }) {
    const files = quick ? 200 : 20_000;
    const { up, browsable, names } = await carryAppHome(files);
    return [
      row({ id: `sync ${files} files in the app, names browsable on a new device`, unit: 'ms', ours: browsable, against: 'the bound', theirs: BOUND_MS, target: 1, atMost: true }),
      row({ id: `sync ${files} files in the app, every name on a new device`, unit: 'ms', ours: names, against: 'the bound, in proportion', theirs: files * MS_A_FILE, target: 1, atMost: true }),
      row({ id: `sync ${files} files in the app, up`, unit: 'files/s', ours: files / (up / 1000), against: 'one a second', theirs: 1, target: 0 }),
      ...(await largeFile((quick ? 16 : 1024) * MIB)),
    ];
  },
};

export const syncAppMeasurements: readonly Measurement[] = [syncApp];

// A home of 100 000 nodes in Chromium: unlock beside Argon2id alone, a folder of 10 000, a rename.
import { openEnginePage } from '../harness/engine-page.ts';
import { inTurns, median } from '../harness/rounds.ts';
import { type Measurement, type Row, row } from '../measurement.ts';

const UNLOCK_MS = 100;
const LIST_MS = 150;
const RENAME_MS = 20;

const tree: Measurement = {
  id: 'tree',
  engine: 'chromium',
  async run({ quick, rounds }): Promise<Row[]> {
    const page = await openEnginePage('chromium');
    try {
      await page.ask('prepareTree', quick ? 1000 : 100_000);
      const unlocks = await inTurns(rounds, { ours: () => page.ask('unlock'), kdf: () => page.ask('kdf') });
      const over = median(unlocks.ours) - median(unlocks.kdf);
      const { list } = await inTurns(rounds, { list: () => page.ask('list') });
      const { rename } = await inTurns(rounds, { rename: () => page.ask('rename') });
      const bound = (id: string, ours: number, theirs: number) => row({ id, unit: 'ms', ours, against: 'the bound', theirs, target: 1, atMost: true });
      return [bound('tree-unlock-over-argon2id', over, UNLOCK_MS), bound('tree-list-10000', median(list), LIST_MS), bound('tree-rename', median(rename), RENAME_MS)];
    } finally {
      await page.close();
    }
  },
};

export const treeMeasurements: readonly Measurement[] = [tree];

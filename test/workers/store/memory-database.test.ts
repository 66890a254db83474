import { createMemoryDatabase, newMemoryDisk } from '../../support/memory-database.ts';
import { describeDatabase, SUITE_SCHEMA, type SuiteRows } from './database-suite.ts';

describeDatabase('the storage interface over memory', async () => {
  const disk = newMemoryDisk(SUITE_SCHEMA);
  const hold = async (term: number) => {
    const db = createMemoryDatabase<SuiteRows>('suite', SUITE_SCHEMA, disk, term);
    await db.write(['meta'], (tx) => tx.put('meta', { key: 'term', term }));
    return db;
  };
  return { db: await hold(1), again: () => hold(2), end: () => Promise.resolve() };
});

import { dropDatabase } from '../../../src/workers/store/databases.ts';
import { extentForm } from '../../../src/workers/store/extent-form.ts';
import { HOME_SCHEMA, type HomeRows } from '../../../src/workers/store/home-schema.ts';
import { openDatabase } from '../../../src/workers/store/open-database.ts';
import { describeAdding } from './adding-suite.ts';
import { describeHome } from './home-suite.ts';
import { newHome, type OpenForTest, type TestHome } from './test-home.ts';

const open: OpenForTest = async () => {
  const name = `home.${crypto.randomUUID()}`;
  const extentsAs = await extentForm(`${name}.probe`);
  const db = await openDatabase<HomeRows>({ name, schema: HOME_SCHEMA, create: true });
  const reopen = async (closed: TestHome) => closed.again(await openDatabase<HomeRows>({ name, schema: HOME_SCHEMA, create: false }));
  return { home: await newHome({ db, extentsAs }), reopen, end: () => dropDatabase(name) };
};

describeHome('a home over IndexedDB', open);
describeAdding('an add to a home over IndexedDB', open);

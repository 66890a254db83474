import { describeAdding } from './adding-suite.ts';
import { describeHome } from './home-suite.ts';
import { newHome, type OpenForTest } from './test-home.ts';

const open: OpenForTest = async () => ({ home: await newHome(), reopen: (closed) => closed.again(), end: () => Promise.resolve() });

describeHome('a home over memory', open);
describeAdding('an add to a home over memory', open);

import { describeHome } from './home-suite.ts';
import { newHome } from './test-home.ts';

describeHome('a home over memory', async () => ({ home: await newHome(), reopen: (closed) => closed.again(), end: () => Promise.resolve() }));

// How the server is started: on the Node that the project brings, with memory in bounds. A small young generation and a heap
// that grows slowly give back what streams leave behind; kept compiled code saves stripping types. Runs on Node 20.
import { join } from 'node:path';
import { node, root } from './ensure.mjs';

/** Command, arguments before the server's own, and what to add to the environment. */
export const serverNode = () => ({
  command: node(),
  args: ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=1', '--heap-growing-percent=40', join(root, 'server', 'main.ts')],
  env: { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'nexus'), MALLOC_ARENA_MAX: '2' },
});

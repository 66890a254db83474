// express-pouchdb over memory, in a thread of its own: the CouchDB-compatible server that PouchDB's people make.
import { mkdtempSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { PouchDB } from './pouch-db.ts';

const require = createRequire(import.meta.url);
const express = require('express-pouchdb') as (made: unknown, options: object) => RequestListener;
const logPath = join(mkdtempSync(join(tmpdir(), 'pouch-')), 'log.txt');
const app = express(PouchDB.defaults({ adapter: 'memory' }), { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath });
const server = createServer(app).listen(0, '127.0.0.1', () => { parentPort?.postMessage((server.address() as AddressInfo).port); });

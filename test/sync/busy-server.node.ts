// The real server's own bound on requests: a round that meets it stops asking, and the next finds out by one request.
import { assert } from 'chai';
import { err } from '../../src/result.ts';
import { createCloudClient } from '../../src/sync/cloud-client.ts';
import { syncRound } from '../../src/sync/engine.ts';
import { heedRetryAfter } from '../../src/sync/heed-retry-after.ts';
import { startTestServer, type TestServer } from '../server/support/test-server.ts';
import { bytes, newHome } from '../workers/home/test-home.ts';
import { type Counted, sendOf } from './send.ts';

const PER_MINUTE = 8;
/** Pieces of content that may be under way at once. */
const AT_ONCE = 6;

describe('a server that is asked more than it allows', () => {
  let server: TestServer;
  before(async () => { server = await startTestServer({ requestsPerMinute: PER_MINUTE }); });
  after(() => server.close());

  it('hears nothing more from that round, and nothing from the next until the time that it said', async () => {
    let now = 0;
    const counted: Counted = { requests: 0, bytes: 0 };
    const home = await newHome();
    await home.mounted.sync.link.begin('account');
    // Content goes by itself from this size on.
    await home.add(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`${at}.bin`, bytes(40_000, at + 1)])));
    const cloud = createCloudClient(heedRetryAfter(() => now)(sendOf(await server.client(await server.account()), counted)));
    const round = () => syncRound({ mayMoveBulk: () => true, clock: () => 0, cloud, home: home.mounted.sync.reconciler, signal: new AbortController().signal });
    assert.deepEqual(await round(), err('unreachable'));
    assert.isAtMost(counted.requests, PER_MINUTE + AT_ONCE);
    const asked = counted.requests;
    assert.deepEqual(await round(), err('unreachable'));
    assert.equal(counted.requests, asked);
    now += 60_000;
    assert.deepEqual(await round(), err('unreachable'), 'by the server\'s clock the minute is not over');
    assert.equal(counted.requests, asked + 1);
  });
});

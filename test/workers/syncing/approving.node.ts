// A new device approved by an old one, over the real server's relay, which may lie.
import { assert } from 'chai';
import { randomBytes } from 'node:crypto';
import type { HandedHome } from '../../../src/crypto/enrolment.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { err, ok, type Result } from '../../../src/result.ts';
import type { Send } from '../../../src/sync/cloud-client.ts';
import { createEnrolmentRelay, type EnrolmentRelay } from '../../../src/sync/enrolment-relay.ts';
import { nexusError, type NexusError } from '../../../src/workers/contract/errors.ts';
import type { Served } from '../../../src/workers/contract/surface.ts';
import type { SyncSurface } from '../../../src/workers/contract/sync.ts';
import { STEP } from '../../../src/workers/syncing/approval-steps.ts';
import { createApproving } from '../../../src/workers/syncing/approving.ts';
import { askApproval } from '../../../src/workers/syncing/ask-approval.ts';
import { sendOf } from '../../sync/send.ts';
import { startTestServer, type TestServer } from '../../server/support/test-server.ts';
import { codeOf, command, value, workPort } from '../home/test-home.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const ACCOUNT = 'a'.repeat(32);
const HOME = new Uint8Array(randomBytes(16));
const MEK = new Uint8Array(randomBytes(32));
const SLOT = new Uint8Array(randomBytes(130));
const [RIGHT, WRONG] = ['right', 'wrong'].map((words) => new TextEncoder().encode(words)) as [Bytes, Bytes];
const pause = () => new Promise<void>((resolve) => { setImmediate(resolve); });

describe('approving a new device', () => {
  let server: TestServer;
  let send: Send;
  let old: Pick<Served<SyncSurface>, 'waitingDevices' | 'compareDevice' | 'approveDevice' | 'refuseDevice'>;
  let handed: Bytes[];
  let leaving: AbortController;
  let now: number;

  before(async () => { server = await startTestServer(); });
  after(() => server.close());
  beforeEach(async () => {
    send = sendOf(await server.client(await server.account()), { requests: 0, bytes: 0 });
    [handed, leaving, now] = [[], new AbortController(), 0];
    old = approvingOver(send);
  });

  const approvingOver = (way: Send | undefined) => createApproving({
    current: () => Promise.resolve(way && { homeId: HOME, account: ACCOUNT, send: way, closing: new AbortController().signal }), random: systemRandom, clock: () => now, pause, recoverySlots: () => Promise.resolve([SLOT]),
    async handMek(_, secret, take) {
      if (secret !== RIGHT) return err(nexusError('auth.rejected'));
      const mek = MEK.slice();
      handed.push(mek);
      return ok(await take(mek));
    },
  });

  /** The new device asks by itself; `lie` changes what it hears and says. */
  function ask(lie: (relay: EnrolmentRelay) => EnrolmentRelay = (relay) => relay) {
    const shown: string[] = [];
    const over: Promise<Result<HandedHome, NexusError>> = askApproval(
      { relay: lie(createEnrolmentRelay(send)), pause, signal: leaving.signal, clock: () => 0 }, { account: ACCOUNT, homeId: HOME, random: systemRandom, show: (digits) => void shown.push(digits) },
    );
    return { shown, over };
  }

  async function found() {
    for (;;) {
      const [one] = value(await old.waitingDevices({}));
      if (one) return one.id;
      await pause();
    }
  }
  const compare = async (id: Awaited<ReturnType<typeof found>>) => old.compareDevice({ ...command(), id, port: workPort() });
  const shownBy = async ({ shown }: { readonly shown: readonly string[] }): Promise<string> => {
    while (shown[0] === undefined) await pause();
    return shown[0];
  };

  it('shows the same six digits on both, and gives the key once the person said so by a secret', async () => {
    const device = ask();
    const id = await found();
    const { digits } = value(await compare(id));
    assert.match(digits, /^\d{6}$/);
    assert.equal(await shownBy(device), digits);
    assert.isEmpty(handed, 'nothing has left yet');
    value(await old.approveDevice({ ...command(), id, kind: 'password', secret: RIGHT }));
    const got = await device.over;
    assert.deepEqual(got.ok && got.value, { mek: MEK, slots: [SLOT] });
    assert.isEmpty(value(await old.waitingDevices({})));
  });

  it('gives nothing by a wrong secret, and the right one still does', async () => {
    const device = ask();
    const id = await found();
    value(await compare(id));
    assert.equal(codeOf(await old.approveDevice({ ...command(), id, kind: 'password', secret: WRONG })), 'auth.rejected');
    value(await old.approveDevice({ ...command(), id, kind: 'password', secret: RIGHT }));
    assert.isTrue((await device.over).ok);
    assert.equal(codeOf(await old.approveDevice({ ...command(), id, kind: 'password', secret: RIGHT })), 'approval.over', 'one try');
  });

  it('does not approve what was never compared', async () => {
    ask().over.catch(() => undefined);
    const id = await found();
    assert.equal(codeOf(await old.approveDevice({ ...command(), id, kind: 'password', secret: RIGHT })), 'approval.over');
    assert.isEmpty(handed);
    leaving.abort();
  });

  it('gives nothing where the relay put a key of its own in place of the new one', async () => {
    const device = ask((relay) => ({ ...relay, begin: (said) => {
      const forged = said.slice();
      forged.set(randomBytes(32));
      // The relay commits to a nonce of its own: that of the device it can only pass on.
      return relay.begin(forged);
    } }));
    const id = await found();
    assert.equal(codeOf(await compare(id)), 'approval.mismatch', 'what is revealed is not what was promised');
    const got = await device.over;
    assert.equal(got.ok ? 'ok' : got.error.code, 'approval.refused');
    assert.isEmpty(handed);
  });

  it('shows other digits where the relay changed the old device\'s nonce', async () => {
    const device = ask((relay) => ({ ...relay, read: async (id) => {
      const heard = await relay.read(id);
      if (!heard.ok || !heard.value?.steps.has(STEP.answered)) return heard;
      return ok({ ...heard.value, steps: new Map(heard.value.steps).set(STEP.answered, new Uint8Array(32)) });
    } }));
    const id = await found();
    assert.notEqual(value(await compare(id)).digits, await shownBy(device));
    leaving.abort();
  });

  it('tells the new device where the person says that they differ', async () => {
    const device = ask();
    const id = await found();
    value(await compare(id));
    await shownBy(device);
    value(await old.refuseDevice({ ...command(), id }));
    const got = await device.over;
    assert.equal(got.ok ? 'ok' : got.error.code, 'approval.refused');
    assert.equal(codeOf(await old.approveDevice({ ...command(), id, kind: 'password', secret: RIGHT })), 'approval.over');
  });

  it('is answered by one old device alone', async () => {
    const device = ask();
    const id = await found();
    const other = approvingOver(send);
    value(await compare(id));
    assert.isEmpty(value(await other.waitingDevices({})));
    assert.equal(codeOf(await other.compareDevice({ ...command(), id, port: workPort() })), 'approval.over');
    leaving.abort();
    assert.isFalse((await device.over).ok);
  });

  it('is over after five minutes', async () => {
    const device = ask();
    const id = await found();
    server.ahead += 5 * 60_000;
    // Its token is over by then as well.
    send = sendOf(await server.client(await server.account()), { requests: 0, bytes: 0 });
    assert.equal(codeOf(await approvingOver(send).compareDevice({ ...command(), id, port: workPort() })), 'approval.over');
    leaving.abort();
    assert.isFalse((await device.over).ok);
    server.ahead = 0;
  });

  it('gives nothing five minutes after both began, though the server says that it is not over', async () => {
    const device = ask();
    const id = await found();
    value(await compare(id));
    now = 5 * 60_000;
    assert.equal(codeOf(await old.approveDevice({ ...command(), id, kind: 'password', secret: RIGHT })), 'approval.over');
    assert.isEmpty(handed);
    now -= 1;
    value(await old.approveDevice({ ...command(), id, kind: 'password', secret: RIGHT }));
    assert.isTrue((await device.over).ok, 'up to then it does');
  });

  it('needs a home that is synced', async () => {
    assert.equal(codeOf(await approvingOver(undefined).waitingDevices({})), 'sync.not_linked');
  });
});

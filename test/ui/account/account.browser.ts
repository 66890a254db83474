import { assert } from 'chai';
import { handOver, hasAnswer } from '../../../src/ui/account/come-back.ts';
import { NxAccount } from '../../../src/ui/account/nx-account.ts';
import type { AccountEvent, AccountStatus, AttemptCard } from '../../../src/workers/contract/account.ts';
import type { Value } from '../../../src/workers/contract/surface.ts';
import type { DeviceCard } from '../../../src/workers/contract/sync.ts';
import type { AccountId, AttemptId, CheckpointId, SignInId } from '../../../src/workers/contract/ids.ts';
import { ADA, ADA_SESSION, deviceWith, FakeClient, NOBODY_SIGNED_IN } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { alertText, all, focused, mount, none, one, press, unmount, until } from '../support/screen.ts';
import { DEAD_MS } from '../../../src/ui/parts/nx-dialog.ts';

const ISSUER = 'https://nexus.example/oidc';
const [ONE, TWO] = ['1'.repeat(32) as AccountId, '2'.repeat(32) as AccountId];
const SIGNED_IN: AccountStatus = { ...NOBODY_SIGNED_IN, state: 'authenticated', accounts: [{ accountId: ONE, issuer: ISSUER, name: 'ada', active: true }, { accountId: TWO, issuer: 'https://other.example', active: false }] };
const ATTEMPT: AttemptCard = { attemptId: '3'.repeat(32) as AttemptId, issuer: ISSUER, flow: 'code', expiresAt: 0, url: `${ISSUER}/auth?state=s` };
const DEVICE: AttemptCard = { ...ATTEMPT, flow: 'device', device: { userCode: 'ABCD-EFGH', address: `${ISSUER}/device`, complete: `${ISSUER}/device?user_code=ABCD-EFGH` } };

const HERE: DeviceCard = { signInId: 'here' as SignInId, client: 'nexus', begunAt: new Date(2026, 0, 2, 12).getTime(), usedAt: new Date(2026, 0, 3, 12).getTime(), current: true };
const THERE: DeviceCard = { ...HERE, signInId: 'there' as SignInId, client: 'nexus-cli', current: false };

const KINDS = [{ kind: 'nodes', bytes: 50_000_000, objects: 9 }, { kind: 'extents', bytes: 1_449_000_000, objects: 2 }, { kind: 'envelopes', bytes: 1_000_000, objects: 1 }, { kind: 'datasets', bytes: 0, objects: 0 }];

const said = (client: FakeClient, event: Omit<AccountEvent, 'number'>, number = 1): void => client.facts.next({ type: 'account.event', seq: number, event: { ...event, number } });

async function show(status: AccountStatus, signIns: readonly DeviceCard[] = [], { kinds = [], ...room }: Value<'roomToFree'> & { readonly kinds?: typeof KINDS } = { pieces: 0, waitsFor: [] }): Promise<FakeClient> {
  const client = new FakeClient(deviceWith([ADA], ADA_SESSION)).answers('subscribeAccountSessionEvents', { status, number: 0, missed: [] }).answers('beginLogin', ATTEMPT)
    .answers('accountUsage', { bytes: 1_500_000_000, objects: 12, quota: { bytes: 5_000_000_000, objects: 100 }, kinds }).answers('accountDevices', signIns).answers('roomToFree', room);
  const account = new NxAccount();
  Object.assign(account, { client, user: ADA, shown: true });
  const main = document.createElement('main');
  main.append(account);
  await mount(main);
  await one('heading', 'Account');
  return client;
}

/** Once the buttons of a system dialog are alive. */
async function pressAlive(name: string): Promise<void> {
  await one('button', name);
  const shownAt = performance.now();
  await until(() => performance.now() - shownAt > DEAD_MS + 50);
  await press(name);
}

describe('Account', () => {
  afterEach(unmount);

  it('says that everything works without one, and names the server before anything is asked of it', async () => {
    const client = await show(NOBODY_SIGNED_IN);
    await one('heading', 'Everything works without one');
    await press('Sign in to NexusAccount');
    await one('dialog', 'Sign in at nexus.example');
    assert.isEmpty(client.asked('beginLogin'));
    await assertAccessible();
  });

  it('shows the code and a picture of it where another device signs in', async () => {
    const client = await show(NOBODY_SIGNED_IN);
    await press('Sign in to NexusAccount');
    (await one('button', 'Use another device')).focus();
    await pressAlive('Use another device');
    await until(() => client.asked('beginLogin').length === 1);
    assert.deepEqual(client.asked('beginLogin'), [{ issuer: ISSUER, flow: 'device' }]);
    said(client, { name: 'account.status', status: { ...NOBODY_SIGNED_IN, state: 'login_pending', attempt: DEVICE } });
    await one('img', 'The address with the code in it');
    await until(() => focused()?.getAttribute('href') === `${ISSUER}/device`);
    assert.include(document.querySelector('nx-account')?.shadowRoot?.querySelector('nx-sign-in')?.shadowRoot?.textContent, 'ABCD-EFGH');
    await press('Cancel');
    await until(() => client.asked('completeLogin').length === 1);
    assert.deepEqual(client.asked('completeLogin'), [{ attemptId: DEVICE.attemptId, proof: { kind: 'cancelled' } }]);
  });

  it('takes the answer of a window that came back, and closes when it is signed in', async () => {
    const client = await show({ ...NOBODY_SIGNED_IN, state: 'login_pending', attempt: ATTEMPT });
    await press('Go on');
    await one('button', 'Open the window again');
    const channel = new BroadcastChannel('nexus.callback');
    channel.postMessage({ answer: 'code=c&state=s' });
    await until(() => client.asked('completeLogin').length === 1);
    channel.close();
    assert.deepEqual(client.asked('completeLogin'), [{ attemptId: ATTEMPT.attemptId, proof: { kind: 'code', answer: 'code=c&state=s' } }]);
    said(client, { name: 'account.status', status: SIGNED_IN });
    await none('dialog');
  });

  it('lists accounts, says what is kept, switches and signs out', async () => {
    const client = await show(SIGNED_IN);
    await until(() => all('listitem').length === 2);
    await one('heading', 'Kept at the server');
    assert.equal((await one('meter', 'Kept at the server')).getAttribute('aria-valuetext'), '1.5 GB of 5 GB');
    await assertAccessible();
    await press('Switch');
    assert.deepEqual(client.asked('switchAccount'), [{ accountId: TWO }]);
    (await until(() => all('button', 'Sign out').length === 2 && all('button', 'Sign out')))[0]?.click();
    await until(() => client.asked('logoutAccount').length === 1);
    assert.deepEqual(client.asked('logoutAccount'), [{ accountId: ONE }]);
  });

  it('shows what an account keeps by kind, the largest first, and how much of its room that is', async () => {
    await show(SIGNED_IN, [], { pieces: 0, waitsFor: [], kinds: KINDS });
    const kinds = await one('list', 'By kind');
    assert.deepEqual([...kinds.children].map((each) => (each as HTMLElement).innerText.trim()), ['Contents of files and backups: 1.4 GB', 'Names and places: 50 MB', 'Devices and keys: 1 MB']);
    const meter = await one('meter', 'Kept at the server');
    assert.equal(meter.getAttribute('aria-valuetext'), '1.5 GB of 5 GB');
    const [first] = meter.children;
    assert.approximately((first as HTMLElement).offsetWidth / meter.offsetWidth, 1.449 / 5, 0.02);
  });

  it('says which devices deleted content waits for, and waits no more once that was confirmed', async () => {
    const at = new Date(2026, 0, 3, 12).getTime();
    const client = await show(SIGNED_IN, [], { pieces: 2, waitsFor: [{ id: 'c'.repeat(32) as CheckpointId, name: 'The old phone', at }] });
    const list = await one('list', 'Devices that do not know yet');
    assert.match(list.innerText, /The old phone[^]*last synced Jan 3, 2026/);
    await assertAccessible();
    await press('Stop waiting: The old phone');
    await one('dialog', 'Stop waiting for “The old phone”?');
    await assertAccessible();
    await press('Cancel');
    await none('dialog');
    assert.isEmpty(client.asked('stopWaitingFor'), 'nothing unasked');
    await press('Stop waiting: The old phone');
    client.answers('stopWaitingFor', undefined).answers('roomToFree', { pieces: 2, waitsFor: [] });
    await pressAlive('Stop waiting');
    await until(() => client.asked('stopWaitingFor').length === 1);
    assert.deepInclude(client.asked('stopWaitingFor')[0] as object, { id: 'c'.repeat(32) });
    await none('list', 'Devices that do not know yet');
  });

  it('lists sign-ins, says which is this device, and ends another once it was confirmed', async () => {
    const client = await show(SIGNED_IN, [HERE, THERE]);
    const list = await one('list', 'Devices');
    assert.deepEqual([...list.children].map((each) => (each as HTMLElement).innerText.includes('this device')), [true, false]);
    assert.match(list.innerText, /nexus-cli[^]*Signed in Jan 2, 2026.*; last used Jan 3, 2026/);
    assert.lengthOf(all('button').filter((each) => each.innerText === 'End'), 1, 'not this device');
    await assertAccessible();
    const end = (): Promise<HTMLElement> => until(() => all('button').find((each) => each.innerText === 'End'));
    (await end()).click();
    await one('dialog', 'End the sign-in of “nexus-cli”?');
    await assertAccessible();
    await press('Cancel');
    await none('dialog');
    assert.isEmpty(client.asked('endAccountSignIn'), 'nothing unasked');
    (await end()).click();
    client.answers('accountDevices', [HERE]);
    await press('End sign-in');
    await until(() => list.children.length === 1);
    assert.deepEqual(client.asked('endAccountSignIn'), [{ signInId: THERE.signInId }]);
    await none('dialog');
  });

  it('counts and lists anew each time that this device and the account are alike', async () => {
    const client = await show(SIGNED_IN, [HERE]);
    await one('list', 'Devices');
    await until(() => client.asked('accountUsage').length > 0);
    const counted = client.asked('accountUsage').length;
    client.answers('accountDevices', [{ ...HERE, name: 'The desk' }, { ...THERE, name: 'The laptop' }]);
    client.facts.next({ type: 'sync.changed', seq: 1, status: { state: 'synced', waiting: 0, toCome: 0, unreadable: 0, at: 1 } });
    await one('button', 'Remove: The laptop');
    await until(() => client.asked('accountUsage').length === counted + 1);
    await press('Rename: The laptop');
    await one('dialog', 'Rename “The laptop”');
    await press('Cancel');
    await press('Rename: The desk');
    await one('dialog', 'Rename this device');
  });

  it('says why a sign-in could not be ended, and looks again', async () => {
    const client = await show(SIGNED_IN, [HERE, THERE]);
    (await until(() => all('button').find((each) => each.innerText === 'End'))).click();
    client.refuses('endAccountSignIn', 'account.sign_in_over').answers('accountDevices', [HERE]);
    await press('End sign-in');
    assert.include(await alertText(), 'has ended already');
    await until(() => all('button').every((each) => each.innerText !== 'End'));
  });

  it('has a quiet line for a server that is away, and nothing for one without sign-ins; the rest waits for neither', async () => {
    const client = await show(SIGNED_IN, [HERE, THERE]);
    await one('list', 'Devices');
    const switched = (active: AccountId): AccountStatus => ({ ...SIGNED_IN, accounts: SIGNED_IN.accounts.map((each) => ({ ...each, active: each.accountId === active })) });
    client.refuses('accountDevices', 'account.provider_unreachable');
    said(client, { name: 'account.status', status: switched(TWO) }, 1);
    await none('list', 'Devices');
    const quiet = await one('heading', 'Devices');
    assert.include(quiet.parentElement?.innerText, 'does not answer');
    client.refuses('accountDevices', 'account.not_offered');
    said(client, { name: 'account.status', status: switched(ONE) }, 2);
    await none('heading', 'Devices');
    client.answers('accountDevices', [HERE, THERE]);
    said(client, { name: 'account.status', status: switched(TWO) }, 3);
    await one('list', 'Devices');
    client.replies('accountDevices', () => new Promise(() => undefined));
    said(client, { name: 'account.status', status: switched(ONE) }, 4);
    await none('heading', 'Devices');
    await one('heading', 'Kept at the server');
    assert.lengthOf(all('listitem'), 2);
  });

  it('asks for sign-ins only while somebody looks', async () => {
    const client = await show(SIGNED_IN, [HERE, THERE]);
    await one('list', 'Devices');
    const account = document.querySelector('nx-account') as NxAccount;
    account.shown = false;
    await account.updateComplete;
    said(client, { name: 'account.status', status: { ...SIGNED_IN, accounts: SIGNED_IN.accounts.map((each) => ({ ...each, active: each.accountId === TWO })) } });
    await none('list', 'Devices');
    assert.lengthOf(client.asked('accountDevices'), 1);
    account.shown = true;
    await one('list', 'Devices');
    assert.lengthOf(client.asked('accountDevices'), 2);
  });

  it('never shows one account the sign-ins of another, however late they come', async () => {
    const [client, late]: [FakeClient, ((answer: { ok: true; value: readonly DeviceCard[] }) => void)[]] = [await show({ ...SIGNED_IN, state: 'expired' }), []];
    assert.include(document.querySelector('nx-account')?.shadowRoot?.textContent, 'is shown again once it answers');
    client.replies('accountDevices', () => new Promise((resolve) => { late.push(resolve); }));
    said(client, { name: 'account.status', status: SIGNED_IN }, 1);
    await until(() => late.length === 1);
    said(client, { name: 'account.status', status: { ...SIGNED_IN, accounts: SIGNED_IN.accounts.map((each) => ({ ...each, active: each.accountId === TWO })) } }, 2);
    await until(() => late.length === 2);
    late[1]?.({ ok: true, value: [HERE] });
    const list = await one('list', 'Devices');
    late[0]?.({ ok: true, value: [HERE, THERE] });
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    assert.lengthOf(list.children, 1);
  });

  it('offers sync to whom somebody is signed in, and says that it is optional to all', async () => {
    const says = (): string => document.querySelector('nx-account')?.shadowRoot?.textContent ?? '';
    const client = await show(NOBODY_SIGNED_IN);
    client.facts.next({ type: 'sync.changed', seq: 1, status: { state: 'off', waiting: 0, toCome: 0, unreadable: 0 } });
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    assert.include(says(), 'Cloud sync is optional; export is always possible.');
    assert.equal(all('heading', 'Sync').length, 0);
    said(client, { name: 'account.status', status: SIGNED_IN });
    await one('heading', 'Sync');
    await one('button', 'Sync this home');
    await assertAccessible();
  });

  it('follows the later of what it is told, however it arrives', async () => {
    const client = await show(NOBODY_SIGNED_IN);
    said(client, { name: 'account.status', status: SIGNED_IN }, 9);
    said(client, { name: 'account.status', status: NOBODY_SIGNED_IN }, 8);
    await until(() => all('listitem').length === 2);
    client.connection.next('ready');
    assert.lengthOf(client.asked('subscribeAccountSessionEvents'), 1, 'the same connection is not asked again');
    client.connection.next('connecting');
    client.connection.next('ready');
    await until(() => client.asked('subscribeAccountSessionEvents').length === 2);
  });

  it('says why a sign-in failed', async () => {
    const client = await show(NOBODY_SIGNED_IN);
    said(client, { name: 'login.failed', reason: 'provider.denied' });
    assert.include(await alertText(), 'Access was not given');
  });

  it('completes a sign-in that came back to this very tab, and says so where it came too late', async () => {
    assert.isFalse(await handOver('code=c&state=s'), 'no other tab waits');
    const client = await show({ ...NOBODY_SIGNED_IN, state: 'login_pending', attempt: ATTEMPT });
    await until(() => client.asked('completeLogin').length === 1);
    unmount();
    await handOver('code=c&state=s');
    await show(NOBODY_SIGNED_IN);
    assert.include(await alertText(), 'This sign-in is over');
    assert.isFalse(hasAnswer());
  });

  it('offers a way out of what cannot be read', async () => {
    const client = await show({ ...NOBODY_SIGNED_IN, state: 'unavailable', reason: 'custody.damaged' });
    await press('Sign out');
    await until(() => client.asked('logoutAccount').length === 1);
  });
});

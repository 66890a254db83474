import { assert } from 'chai';
import { NxJoin } from '../../../src/ui/join/nx-join.ts';
import type { AccountEvent, AccountStatus, AttemptCard } from '../../../src/workers/contract/account.ts';
import type { AccountId, AttemptId } from '../../../src/workers/contract/ids.ts';
import type { AccountHome } from '../../../src/workers/contract/sync.ts';
import { ADA, deviceWith, FakeClient, NOBODY_SIGNED_IN } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { alertText, all, fill, focused, mount, none, one, press, text, unmount, until } from '../support/screen.ts';

const ISSUER = 'https://nexus.example/oidc';
const SIGNED_IN: AccountStatus = { ...NOBODY_SIGNED_IN, state: 'authenticated', accounts: [{ accountId: '1'.repeat(32) as AccountId, issuer: ISSUER, name: 'ada', active: true }] };
const ATTEMPT: AttemptCard = { attemptId: '3'.repeat(32) as AttemptId, issuer: ISSUER, flow: 'code', expiresAt: 0, url: `${ISSUER}/auth?state=s` };

interface Shown { readonly client: FakeClient; readonly element: NxJoin; readonly wishes: string[]; said(event: Omit<AccountEvent, 'number'>): void; is(status: AccountStatus): void }

async function show(home: AccountHome = { found: true }, status = NOBODY_SIGNED_IN): Promise<Shown> {
  const client = new FakeClient(deviceWith([ADA])).answers('subscribeAccountSessionEvents', { status, number: 0, missed: [] })
    .answers('findAccountHome', home).answers('joinHome', { uid: ADA.uid });
  const element = new NxJoin();
  Object.assign(element, { client, status: client.device.value });
  const wishes: string[] = [];
  element.addEventListener('nx-wish', (event) => { wishes.push((event as CustomEvent<string>).detail); });
  await mount(element);
  let number = 0;
  const said = (event: Omit<AccountEvent, 'number'>): void => { number += 1; client.facts.next({ type: 'account.event', seq: number, event: { ...event, number } }); };
  return { client, element, wishes, said, is: (next) => { said({ name: 'account.status', status: next }); } };
}

async function toForm(): Promise<Shown> {
  const shown = await show();
  await one('button', 'Sign in to NexusAccount');
  shown.is(SIGNED_IN);
  await one('heading', 'Open your home on this device');
  return shown;
}

async function bring(phrase = 'Abandon 2. ability', password = 'correct horse'): Promise<void> {
  await fill('Recovery phrase', phrase);
  await fill('Password', password);
  await fill('Repeat password', password);
  await press('Bring my home here');
}

describe('bringing a home here', () => {
  afterEach(unmount);

  it('signs in, finds the home, opens it by its phrase with a password of this device, and goes on to the greeter', async () => {
    const { client, element, wishes } = await toForm();
    assert.deepEqual([client.asked('beginJoin').length, client.asked('findAccountHome').length], [1, 1]);
    assert.equal(all('textbox', 'Your name').length, 0);
    await bring();
    await one('heading', 'Your home is here');
    const [asked] = client.asked('joinHome');
    assert.deepEqual(Object.keys(asked!).sort(), ['password', 'secret']);
    assert.deepEqual([text(asked!.secret!), text(asked!.password)], ['abandon ability', 'correct horse']);
    assert.isEmpty(client.asked('login'));
    await press('Continue');
    assert.deepEqual(wishes, ['none']);
    element.remove();
    assert.isEmpty(client.asked('endJoin'), 'what is here stays');
  });

  it('asks another device without the phrase, and shows the digits that both have', async () => {
    const { client } = await toForm();
    let come = (): void => undefined;
    client.replies('joinHome', () => new Promise((resolve) => { come = () => { resolve({ ok: true, value: { uid: ADA.uid } }); }; }));
    await press('Use another device instead');
    await none('textbox', 'Recovery phrase');
    await fill('Password', 'correct horse');
    await fill('Repeat password', 'correct horse');
    await press('Ask my other device');
    await one('heading', 'Approve this device from another');
    assert.deepEqual(client.asked('joinHome').map((asked) => Object.keys(asked)), [['password']]);
    client.facts.next({ type: 'join.digits', seq: 1, digits: '402786' });
    await one('img', 'Digits 4 0 2 7 8 6');
    await assertAccessible();
    come();
    await one('heading', 'Your home is here');
  });

  it('begins before it asks for the account', async () => {
    const { client } = await show();
    await one('button', 'Sign in to NexusAccount');
    const asked = client.called.map(({ method }) => method);
    assert.isBelow(asked.indexOf('beginJoin'), asked.indexOf('subscribeAccountSessionEvents'));
  });

  it('never leaves this tab to sign in', async () => {
    const { is } = await show();
    await press('Sign in to NexusAccount');
    await one('dialog', 'Sign in at nexus.example');
    await one('button', 'Continue in a window');
    await one('button', 'Use another device');
    assert.equal(all('button', 'Continue in this tab').length, 0);
    await assertAccessible();
    is({ ...NOBODY_SIGNED_IN, state: 'login_pending', attempt: ATTEMPT });
    await one('button', 'Open the window again');
    assert.equal(all('button', 'Continue in this tab').length, 0);
    is(SIGNED_IN);
    await none('dialog');
    await one('heading', 'Open your home on this device');
  });

  it('says why a sign-in failed, where it can be read', async () => {
    const { said } = await show();
    await press('Sign in to NexusAccount');
    await one('dialog');
    said({ name: 'login.failed', reason: 'provider.denied' });
    assert.include(await alertText(), 'Access was not given');
    await none('dialog');
  });

  it('keeps nothing of a wrong phrase, says so in place and takes the next', async () => {
    const { client } = await toForm();
    client.refuses('joinHome', 'keystore.phrase_invalid');
    await bring('wrong words');
    assert.include(await alertText(), 'not a recovery phrase');
    const phrase = await one<HTMLTextAreaElement>('textbox', 'Recovery phrase');
    assert.deepEqual([phrase.value, phrase.getAttribute('aria-invalid'), focused() === phrase], ['', 'true', true]);
    assert.equal((await one<HTMLInputElement>('textbox', 'Password')).value, '');
    assert.equal(all('textbox', 'Your name').length, 0, 'the phrase was wrong, not the name');
    client.answers('joinHome', { uid: ADA.uid });
    await fill('Recovery phrase', 'a');
    await until(() => all('alert').every((alert) => alert.innerText.trim() === ''));
    await bring();
    await one('heading', 'Your home is here');
  });

  it('asks for another name and seal where the name is taken', async () => {
    const { client } = await toForm();
    client.refuses('joinHome', 'user.name_taken');
    await bring();
    assert.include(await alertText(), 'has that name already');
    assert.equal(focused()?.getAttribute('name'), 'name');
    await bring();
    assert.include(await alertText(), 'greeted by');
    assert.lengthOf(client.asked('joinHome'), 1, 'not without a name');
    client.answers('joinHome', { uid: ADA.uid });
    await fill('Your name', ' Ada two ');
    await press('Fox', 'radio');
    await assertAccessible();
    await press('Bring my home here');
    await one('heading', 'Your home is here');
    const { name, seal } = client.asked('joinHome')[1]!;
    assert.deepEqual([name, seal], ['Ada two', { picture: 'fox', colour: 'indigo' }]);
  });

  it('sends nothing without a phrase, nor while the passwords differ', async () => {
    const { client } = await toForm();
    await bring(' ');
    assert.include(await alertText(), 'recovery phrase of your home');
    await fill('Recovery phrase', 'abandon');
    await fill('Repeat password', 'correct house');
    await press('Bring my home here');
    assert.include(await alertText(), 'differ');
    assert.isEmpty(client.asked('joinHome'));
  });

  it('says that there is no home in this account, and looks again', async () => {
    const { client, element, wishes } = await show({ found: false }, SIGNED_IN);
    await one('heading', 'There is no home in this account');
    await assertAccessible();
    client.answers('findAccountHome', { found: true });
    await press('Look again');
    await one('heading', 'Open your home on this device');
    await press('Cancel');
    assert.deepEqual(wishes, ['none']);
    element.remove();
    assert.deepEqual(client.asked('endJoin'), [{}]);
  });

  it('says that the home is here already, and whose it is', async () => {
    const { element, wishes } = await show({ found: true, here: ADA.uid }, SIGNED_IN);
    await one('heading', 'Your home is on this device already');
    assert.include(element.shadowRoot?.textContent, 'Log in as “Ada Lovelace”');
    await press('Log in');
    assert.deepEqual(wishes, ['none']);
  });

  it('says why it cannot begin or look, and tries again', async () => {
    const { client, is } = await toForm();
    unmount();
    client.refuses('beginJoin', 'sync.home_open');
    const element = new NxJoin();
    Object.assign(element, { client, status: client.device.value });
    await mount(element);
    assert.include(await alertText(), 'home is open on this device');
    client.answers('beginJoin', undefined).answers('subscribeAccountSessionEvents', { status: SIGNED_IN, number: 9, missed: [] }).refuses('findAccountHome', 'account.provider_unreachable');
    await press('Try again');
    await until(() => all('alert').some((alert) => alert.innerText.includes('does not answer')));
    client.answers('findAccountHome', { found: true });
    await press('Try again');
    await one('heading', 'Open your home on this device');
    is(SIGNED_IN);
    await one('heading', 'Open your home on this device');
  });

  it('can be cancelled in the middle, and leaves nothing when it goes', async () => {
    const { client, element } = await toForm();
    let aborted = 0;
    client.replies('joinHome', (_, work) => new Promise((resolve) => {
      work?.signal?.addEventListener('abort', () => { aborted += 1; resolve({ ok: false, error: { code: 'aborted' } }); });
      work?.onProgress?.({ phase: 'working', doneBytes: 1, totalBytes: 2, doneItems: 1, totalItems: 2 });
    }));
    await bring();
    assert.equal((await one<HTMLProgressElement>('progressbar')).value, 0.5);
    await assertAccessible();
    await press('Cancel');
    assert.include(await alertText(), 'Cancelled');
    await bring();
    await one('progressbar');
    element.remove();
    assert.equal(aborted, 2);
    assert.lengthOf(client.asked('endJoin'), 1);
  });

  it('begins anew with a new authority, and says so', async () => {
    const { client, is } = await toForm();
    client.connection.next('connecting');
    client.connection.next('ready');
    await until(() => client.asked('beginJoin').length === 2);
    assert.include(await alertText(), 'Sign in once more');
    await one('button', 'Sign in to NexusAccount');
    is(SIGNED_IN);
    await one('heading', 'Open your home on this device');
  });

  it('keeps what is typed while the account only connects again', async () => {
    const { is, element } = await toForm();
    await fill('Recovery phrase', 'abandon');
    is({ ...SIGNED_IN, state: 'refresh_pending' });
    is(SIGNED_IN);
    await element.updateComplete;
    assert.equal((await one<HTMLTextAreaElement>('textbox', 'Recovery phrase')).value, 'abandon');
  });

  it('leads the keyboard to the heading of each step, and fits a narrow screen', async () => {
    const { element, is } = await show();
    element.style.inlineSize = '320px';
    await one('button', 'Sign in to NexusAccount');
    await until(() => focused()?.tagName === 'H1' && focused()?.textContent === 'Bring my home from NexusAccount');
    await assertAccessible();
    is(SIGNED_IN);
    await until(() => focused()?.textContent === 'Open your home on this device');
    assert.isAtMost(element.scrollWidth, 320);
    await assertAccessible();
  });
});

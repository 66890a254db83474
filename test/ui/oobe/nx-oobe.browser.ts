import { assert } from 'chai';
import { NxOobe } from '../../../src/ui/oobe/nx-oobe.ts';
import { ADA, deviceWith, FakeClient, SID } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { alertText, all, fill, mount, one, press, text, unmount, until } from '../support/screen.ts';

const WORDS = 'abandon ability able about above absent absorb abstract absurd abuse access accident account accuse achieve acid acoustic acquire across act action actor actress actual'.split(' ');

interface Shown { readonly client: FakeClient; readonly wishes: string[]; readonly joins: Event[] }

async function show(users = deviceWith([])): Promise<Shown> {
  const client = new FakeClient(users).answers('createUser', { uid: ADA.uid, sid: SID, phrase: WORDS.join(' ') });
  const oobe = new NxOobe();
  Object.assign(oobe, { client, status: users });
  const wishes: string[] = [];
  oobe.addEventListener('nx-wish', (event) => { wishes.push((event as CustomEvent<string>).detail); });
  const joins: Event[] = [];
  oobe.addEventListener('nx-join', (event) => { joins.push(event); });
  await mount(oobe);
  return { client, wishes, joins };
}

async function create(name = 'Ada', password = 'correct horse', repeat = password): Promise<void> {
  await fill('Your name', name);
  await fill('Password', password);
  await fill('Repeat password', repeat);
  await press('Create user');
}

/** Types the words that are asked for; `change` may make them wrong. */
async function giveWords(change = (word: string): string => word): Promise<void> {
  const fields = await until(() => {
    const found = all('textbox') as HTMLInputElement[];
    return found.length === 2 && found;
  });
  for (const field of fields) {
    const label = field.labels?.[0]?.innerText.trim() ?? '';
    await fill(label, change(WORDS[Number(label.replace('Word ', '')) - 1] ?? ''));
  }
}

describe('welcome', () => {
  afterEach(unmount);

  it('makes a user, shows the phrase, asks two words back, offers an account and goes on to the desktop', async () => {
    const { client, wishes, joins } = await show();
    await one('heading', 'Welcome to Nexus');
    await create();
    await one('button', 'Print recovery kit');
    assert.deepEqual(all('listitem').map((item) => item.innerText.trim()), WORDS);
    await press('Continue');
    await giveWords();
    await press('Continue');
    assert.notEqual(wishes.at(-1), 'none');
    await press('Not now');
    await until(() => wishes.at(-1) === 'none');
    assert.isEmpty(joins);
    assert.lengthOf(client.asked('confirmRecovery'), 1);
    const [asked] = client.asked('createUser');
    assert.equal(asked?.name, 'Ada');
    assert.equal(text(asked!.secret), 'correct horse');
  });

  it('leaves no password in the fields and no phrase on the page when it is done', async () => {
    const { wishes, joins } = await show();
    await create();
    await press('Continue');
    await giveWords();
    await press('Continue');
    await one('heading', 'Your home is ready');
    assert.isEmpty(all('textbox'));
    assert.isEmpty(all('listitem'));
    await press('Create NexusAccount');
    assert.deepEqual(wishes, ['setup', 'none']);
    assert.lengthOf(joins, 1);
  });

  it('offers an account and "Not now" as equals', async () => {
    await show();
    await create();
    await press('Continue');
    await giveWords();
    await press('Continue');
    const [make, later] = [await one('button', 'Create NexusAccount'), await one('button', 'Not now')];
    assert.equal(make.className, later.className);
    assert.equal(make.offsetWidth, later.offsetWidth);
    await assertAccessible();
  });

  it('does not take wrong words, and shows the phrase again', async () => {
    const { client } = await show();
    await create();
    await press('Continue');
    await giveWords((word) => `${word}x`);
    await press('Continue');
    assert.include(await alertText(), 'not the words');
    assert.isEmpty(client.asked('confirmRecovery'));
    await press('Show the phrase again');
    await one('list', 'Recovery phrase');
  });

  it('sends nothing while the passwords differ or are short', async () => {
    const { client } = await show();
    await create('Ada', 'correct horse', 'correct house');
    assert.include(await alertText(), 'differ');
    await create('Ada', 'short');
    assert.include(await alertText(), '8 to 1024');
    assert.isEmpty(client.asked('createUser'));
  });

  it('says what the authority refused, and lets go of the screen', async () => {
    const { client, wishes } = await show();
    client.refuses('createUser', 'user.name_taken');
    await create();
    assert.include(await alertText(), 'has that name already');
    assert.deepEqual(wishes, ['setup', 'none']);
    await fill('Your name', 'Ada L');
    await until(() => all('alert').every((alert) => alert.innerText.trim() === ''));
  });

  it('hints at the strength of the password as it is typed', async () => {
    await show();
    await fill('Password', 'aaaaaaaa');
    await until(() => document.querySelector('nx-oobe')?.shadowRoot?.querySelector('#strength')?.textContent?.startsWith('Weak'));
    await fill('Password', 'violet umbrella drums quietly at noon');
    await until(() => document.querySelector('nx-oobe')?.shadowRoot?.querySelector('#strength')?.textContent === 'Strong.');
  });

  it('takes the seal that was chosen', async () => {
    const { client } = await show();
    await press('Fox', 'radio');
    await press('Teal', 'radio');
    await create();
    await one('button', 'Print recovery kit');
    assert.deepEqual(client.asked('createUser')[0]?.seal, { picture: 'fox', colour: 'teal' });
  });

  it('offers the way back when it adds a user, and restoring and the home of an account always', async () => {
    const { wishes } = await show(deviceWith([ADA]));
    await one('heading', 'Add a user');
    await press('Restore from a backup');
    await press('Bring my home from NexusAccount');
    await press('Cancel');
    assert.deepEqual(wishes, ['restore', 'join', 'none']);
    unmount();
    const first = await show();
    await press('Bring my home from NexusAccount');
    assert.deepEqual(first.wishes, ['join']);
  });

  it('is accessible in each of its steps', async () => {
    await show();
    await one('heading', 'Welcome to Nexus');
    await assertAccessible();
    await create();
    await one('button', 'Print recovery kit');
    await assertAccessible();
    await press('Continue');
    await one('heading', 'Check your copy');
    await assertAccessible();
  });
});

import { assert } from 'chai';
import { csvOf } from '../../../src/ui/audit/audit-export.ts';
import { whatWords } from '../../../src/ui/audit/audit-words.ts';
import { NxActivity } from '../../../src/ui/audit/nx-activity.ts';
import { AUDIT_CODES, type AuditCheck, type AuditEntry } from '../../../src/workers/contract/audit.ts';
import type { AppCard } from '../../../src/workers/contract/grants.ts';
import { ADA, ADA_SESSION, deviceWith, FakeClient } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { all, mount, one, press, unmount, until } from '../support/screen.ts';

const entry = (number: number, more: Partial<AuditEntry> = {}): AuditEntry => ({ number, at: 1_700_000_000_000 + number, actor: 'person', what: 'session.unlocked', result: 'ok', ...more });
const NOTES: AppCard = { appId: 'c'.repeat(32) as AppCard['appId'], kind: 'embedded', name: 'Notes', origin: 'https://notes.test/', since: 1, grants: [], denied: false, dataset: { entries: 0, bytes: 0 } };
const WHOLE: AuditCheck = { whole: true, first: 1, last: 120, head: '0'.repeat(64) };

async function show(count = 120, check: AuditCheck = WHOLE, first = 1): Promise<FakeClient> {
  const client = new FakeClient(deviceWith([ADA], ADA_SESSION)).answers('checkAudit', check).answers('listApps', [NOTES])
    .replies('listAudit', ({ before = count + 1, limit }) => ({ ok: true, value: { first, last: count, entries: Array.from({ length: Math.max(0, Math.min(limit, before - first)) }, (_, index) => entry(before - 1 - index)) } }));
  const activity = new NxActivity();
  Object.assign(activity, { client, shown: true });
  const main = document.createElement('main');
  main.append(activity);
  await mount(main);
  return client;
}

const rows = (): number => all('row').length - 1;

describe('Activity', () => {
  afterEach(unmount);

  it('shows the newest, more when asked, and none twice', async () => {
    const client = await show();
    await until(() => rows() === 50);
    await press('Show more');
    await until(() => rows() === 120);
    assert.isEmpty(all('button', 'Show more'));
    assert.deepEqual(client.asked('listAudit')[0], { limit: 50 });
    await assertAccessible();
  });

  it('says whether the log is whole', async () => {
    await show();
    await until(() => all('status').some(({ innerText }) => innerText.includes('The log is whole: 120 entries')));
    unmount();
    await show(3, { ...WHOLE, whole: false, brokenAt: 2 });
    await until(() => all('status').some(({ innerText }) => innerText.includes('from entry 2 on')));
  });

  it('loads again when something was noted', async () => {
    const client = await show(1);
    await until(() => rows() === 1);
    client.replies('listAudit', () => ({ ok: true, value: { first: 1, last: 2, entries: [entry(2, { what: 'backup.created' }), entry(1)] } }));
    client.facts.next({ type: 'audit.changed', seq: 1 });
    await until(() => rows() === 2);
  });

  it('names an app, where that is still here', async () => {
    const client = await show(1);
    client.replies('listAudit', () => ({ ok: true, value: { first: 1, last: 1, entries: [entry(1, { actor: 'app', what: 'app.used', about: `${NOTES.appId} read:files` })] } }));
    client.facts.next({ type: 'audit.changed', seq: 1 });
    await until(() => all('row').some(({ innerText }) => innerText.includes('Notes read:files') && innerText.includes('An app')));
  });

  it('is narrowed by kind', async () => {
    const client = await show(1);
    client.replies('listAudit', () => ({ ok: true, value: { first: 1, last: 2, entries: [entry(2, { what: 'backup.created' }), entry(1)] } }));
    client.facts.next({ type: 'audit.changed', seq: 1 });
    await until(() => rows() === 2);
    const select = await one<HTMLSelectElement>('combobox', 'Show');
    select.value = 'backup';
    select.dispatchEvent(new Event('change'));
    await until(() => rows() === 1);
  });

  it('has words for everything that is noted', () => {
    const words = AUDIT_CODES.map((what) => whatWords({ what }));
    assert.equal(new Set(words).size, AUDIT_CODES.length);
  });

  it('writes a copy that other programs read, in a mebibyte', () => {
    assert.equal(csvOf([entry(1, { about: 'a,"b"' })]), 'number,at,actor,what,result,about\r\n1,2023-11-14T22:13:20.001Z,person,session.unlocked,ok,"a,""b"""\r\n');
    assert.isAtMost(csvOf(Array.from({ length: 20_000 }, (_, index) => entry(20_000 - index, { about: 'x'.repeat(64) }))).length, 1024 * 1024);
  });
});

// The self-test of the built app: every marker it owes, none that failed, and a reason where something is not claimed.
import { assert } from 'chai';
import { type Device, openDevice } from './support/device.ts';
import type { DevicePage } from './support/page.ts';

const CLAIMED = [
  'oobe create+login', 'session lock+unlock', 'session switch', 'securefs io', 'securefs lock deny', 'securefs unlock',
  'backup v1 create', 'backup v1 verify', 'backup v1 restore', 'backup v1 retention',
];
/** Not claimed where storage may go, and while there is one version alone. */
const DEPENDS = ['securefs home', 'securefs migrate'];

describe('the self-test', () => {
  let device: Device;
  let page: DevicePage;

  before(async () => {
    device = await openDevice();
    page = await device.newPage('/selftest');
    await page.getByRole('button', 'Run again').waitFor({ withinMs: 90_000, where: ({ disabled }) => !disabled });
  });
  after(() => device.close());

  it('says that everything works here', async () => {
    const { text } = await page.getByRole('main').getByRole('status').waitFor();
    assert.equal(text.trim(), 'Everything works here.');
    assert.equal(await page.getByRole('row', /failed/).count(), 0);
    for (const name of CLAIMED) await page.getByRole('row', new RegExp(`^${name.replace('+', '\\+')} works`)).waitFor();
    for (const name of DEPENDS) await page.getByRole('row', new RegExp(`^${name} (?:works|not claimed: \\S+)`)).waitFor();
  });

  it('says the same on the console, line by line', async function lineByLine(this: { skip?: () => void }) {
    const lines = (await page.consoleLines()).map((line) => line.replace(/^\w+: /, '')).filter((line) => line.startsWith('SELFTEST: '));
    // WebKit's protocol tells no lines of before the page has loaded: some, or none, are seen there.
    if (device.engine === 'webkit' && lines.length < CLAIMED.length + DEPENDS.length) return this.skip?.();
    for (const name of CLAIMED) assert.include(lines, `SELFTEST: ${name} ok`);
    for (const name of DEPENDS) assert.isTrue(lines.some((line) => line === `SELFTEST: ${name} ok` || /skipped \(.+\)$/.test(line) && line.includes(name)), name);
    assert.deepEqual(lines.filter((line) => /fail/i.test(line)), []);
    assert.include(lines, 'SELFTEST: done');
  });
});

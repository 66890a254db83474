// Kills the browser's process at random moments of adds, renames, password changes and restores. After each kill everything that was
// acknowledged is there, one file of it is read back byte for byte, and the app's own check finds the home whole.
// `node tools/run.mjs test/soak/kills.ts [kills] [seed]`; NEXUS_ENGINE=firefox for Firefox. WebKit's storage does not outlive its automation.
import { assert } from 'chai';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, ENGINE, openDevice } from '../e2e/support/device.ts';
import type { DevicePage } from '../e2e/support/page.ts';
import { ADA, createUser, desktop, goTo } from '../e2e/support/person.ts';
import { until } from '../e2e/support/until.ts';
import { insecureSeededRandom } from '../support/insecure-random.ts';

const [kills, seed] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? Date.now() % 2 ** 31)];
const bytes = insecureSeededRandom(seed);
const below = (end: number): number => new DataView(bytes(4).buffer).getUint32(0) % end;
const KEPT = 8;
const LARGE_BYTES = 120_000_000;
const IN_BACKUP = 'in the backup.bin';
const PATIENT = { withinMs: 60_000 };

/** What the home must hold, kept outside the browser. */
interface Ledger {
  readonly files: Map<string, Buffer>;
  password: string;
  /** Password changes that held, though the browser died in their midst. */
  changed: number;
  /** Under way when the browser died: one of the two holds. */
  pending?: { readonly password: string } | { readonly from: string; readonly to: string };
}

class Soak {
  readonly ledger: Ledger = { files: new Map(), password: ADA.password, changed: 0 };
  readonly device: Device;
  page: DevicePage;

  constructor(device: Device, page: DevicePage) {
    this.device = device;
    this.page = page;
  }

  row(name: string) {
    return this.page.getByRole('grid', 'Files').getByRole('row', new RegExp(`^${name.replaceAll('.', '\\.')}`));
  }

  button(name: string) {
    return this.page.getByRole('button', name);
  }

  dialog() {
    return this.page.getByRole('dialog');
  }

  fixture(name: string, content: Uint8Array): string {
    const path = join(this.device.folder, 'fixtures', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  async addAcknowledged(name: string, size: number): Promise<void> {
    const content = Buffer.from(bytes(size));
    await this.page.upload([this.fixture(name, content)]);
    await this.row(name).waitFor(PATIENT);
    this.ledger.files.set(name, content);
  }

  async throwAway(name: string): Promise<void> {
    await this.row(name).click();
    await this.button('Move to trash').click();
    await this.row(name).waitGone();
  }

  async emptyTrash(): Promise<void> {
    await this.button('Trash').click();
    await this.button('Empty trash').click();
    await this.dialog().getByRole('button', /^(Delete for good|Empty trash)/).click();
    await this.dialog().waitGone();
    await this.page.getByRole('navigation', 'Path').getByRole('button', 'Files').click();
  }
}

type Act = (soak: Soak, round: number) => Promise<void>;

/** Each begins something; the browser is killed up to `within` ms later. */
const ACTS: readonly { readonly name: string; readonly within: number; readonly begin: Act }[] = [
  { name: 'a large file is added', within: 1500, begin: async (soak, round) => {
    await soak.page.upload([soak.fixture(`large ${round}.bin`, Buffer.alloc(LARGE_BYTES, `round ${round}`))]);
  } },
  { name: 'many files are added', within: 1200, begin: async (soak, round) => {
    for (let index = 0; index < 400; index += 1) soak.fixture(`tree ${round}/file ${index}.bin`, bytes(1 + below(60_000)));
    await soak.page.upload([join(soak.device.folder, 'fixtures', `tree ${round}`)], { folder: true });
  } },
  { name: 'a file is renamed', within: 60, begin: async (soak, round) => {
    const [from] = soak.ledger.files.keys();
    if (from === undefined) return;
    await soak.row(from).click();
    await soak.page.press('F2');
    await soak.page.getByRole('textbox', 'New name').fill(`renamed ${round}.bin`);
    soak.ledger.pending = { from, to: `renamed ${round}.bin` };
    await soak.page.press('Enter');
  } },
  { name: 'the password is changed', within: 1200, begin: async (soak, round) => {
    const password = `another long password ${round}`;
    await goTo(soak.page, 'Settings');
    await soak.button('Change password…').click();
    await soak.page.getByRole('textbox', 'Current password').fill(soak.ledger.password);
    await soak.page.getByRole('textbox', 'New password').fill(password);
    await soak.page.getByRole('textbox', 'Repeat new password').fill(password);
    soak.ledger.pending = { password };
    await soak.dialog().getByRole('button', 'Change password').click();
  } },
  { name: 'a backup is restored', within: 800, begin: async (soak) => {
    if (await soak.row(IN_BACKUP).count() > 0) await soak.throwAway(IN_BACKUP);
    await goTo(soak.page, 'Backups');
    await soak.page.getByRole('table', 'Backups').getByRole('button', 'Restore…').click();
    await soak.dialog().getByRole('textbox', 'Password').fill(ADA.password);
    await soak.dialog().getByRole('button', /^Open/).click();
    await soak.dialog().getByRole('button', 'Restore').click();
  } },
];

/** Unlocks by the password that holds: the one before the change, or the one after it. */
async function unlock({ page, ledger }: Soak): Promise<void> {
  const { pending } = ledger;
  const tried = pending && 'password' in pending ? [pending.password, ledger.password] : [ledger.password];
  for (const password of tried) {
    await page.getByRole('textbox', 'Password').fill(password);
    await page.getByRole('button', 'Unlock').click();
    const opened = await until('an answer', async () => {
      if (await page.getByRole('navigation', 'Nexus').count() > 0) return 'open';
      return (await page.words()).includes('did not open it') ? 'wrong' : undefined;
    }, PATIENT);
    if (opened === 'wrong') continue;
    if (password !== ledger.password) ledger.changed += 1;
    ledger.password = password;
    return desktop(page);
  }
  throw new Error('neither password opens the home');
}

/** One of the two names is there, with the content. */
async function settleRename(soak: Soak): Promise<void> {
  const { ledger } = soak;
  if (!ledger.pending || !('from' in ledger.pending)) return;
  const { from, to } = ledger.pending;
  const there = await until('one of the two names', async () => ((await soak.row(to).count()) > 0 ? to : (await soak.row(from).count()) > 0 ? from : undefined));
  const content = ledger.files.get(from);
  ledger.files.delete(from);
  if (content) ledger.files.set(there, content);
}

async function inspect(soak: Soak): Promise<void> {
  const { ledger, page, device } = soak;
  await settleRename(soak);
  delete ledger.pending;
  for (const name of ledger.files.keys()) await soak.row(name).waitFor();
  const [name, content] = [...ledger.files][below(ledger.files.size)] ?? [];
  if (name !== undefined && content) {
    await soak.row(name).click();
    const saved = await device.download(() => soak.button('Download').click());
    assert.isTrue(readFileSync(saved).equals(content), `${name} came back as it was`);
    rmSync(saved);
    await soak.button('Clear the selection').click();
  }
  await goTo(page, 'Settings');
  await soak.button('Check now').click();
  await page.getByRole('status', /Everything is whole/).waitFor(PATIENT);
  await goTo(page, 'Files');
}

/** What the killed act may have left as a whole goes, and the oldest files, so that every row stays in sight. */
async function tidy(soak: Soak): Promise<void> {
  const oldest = [...soak.ledger.files.keys()].slice(0, Math.max(0, soak.ledger.files.size - KEPT));
  const left = (await soak.page.words()).match(/(large \d+\.bin|tree \d+)/g) ?? [];
  const all = [...new Set([...oldest, ...left])];
  for (const name of all) {
    if (await soak.row(name).count() === 0) continue;
    await soak.throwAway(name);
    soak.ledger.files.delete(name);
  }
  if (all.length > 0) await soak.emptyTrash();
  rmSync(join(soak.device.folder, 'fixtures'), { recursive: true, force: true });
}

async function run(soak: Soak, round: number): Promise<void> {
  await soak.addAcknowledged(`small ${round}.bin`, 1 + below(20_000));
  if (round % 3 === 0) await soak.addAcknowledged(`middle ${round}.bin`, 5_000_000 + below(2_000_000));
  const act = ACTS[below(ACTS.length)];
  if (!act) return;
  await act.begin(soak, round);
  const waited = below(act.within);
  await new Promise((resolve) => { setTimeout(resolve, waited); });
  await soak.device.kill();
  await soak.device.open();
  soak.page = await soak.device.newPage('/');
  await unlock(soak);
  await inspect(soak);
  await tidy(soak);
  process.stdout.write(`${round + 1}/${kills}: killed ${waited} ms after ${act.name}: whole\n`);
}

const device = await openDevice();
try {
  const page = await device.newPage('/');
  await createUser(page, ADA);
  const soak = new Soak(device, page);
  await soak.addAcknowledged(IN_BACKUP, 40_000_000);
  soak.ledger.files.delete(IN_BACKUP);
  await goTo(page, 'Backups');
  await device.download(() => page.getByRole('button', 'Back up now').click());
  await goTo(page, 'Files');
  for (let round = 0; round < kills; round += 1) await run(soak, round);
  const used = await soak.page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  const live = [...soak.ledger.files.values()].reduce((sum, { length }) => sum + length, 0);
  process.stdout.write(`${kills} kills in ${ENGINE}, seed ${seed}: everything acknowledged was whole; ${soak.ledger.changed} password changes held; ${Math.round(live / 1e6)} MB are live, the browser counts ${Math.round(used / 1e6)} MB\n`);
} catch (error) {
  process.stdout.write(`seed ${seed}: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await device.close();
}

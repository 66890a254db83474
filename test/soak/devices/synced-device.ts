// A device of the soak: what its person does, and what its home says of itself.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuiltServer } from '../../e2e/support/built-server.ts';
import { type Device, type Engine, openDevice } from '../../e2e/support/device.ts';
import type { DevicePage, Locator } from '../../e2e/support/page.ts';
import { askForHome, confirmRemoval, enterHome, signInByWindow, takeOver, unlockAnew, writeNewPhrase } from '../../e2e/support/online-account.ts';
import { ADA, createUser, goTo, type Someone } from '../../e2e/support/person.ts';
import type { SyncStatus } from '../../../src/workers/contract/sync.ts';

/** Of what takes as long as there is to move. */
export const PATIENT = { withinMs: 15 * 60_000, everyMs: 250 };

/** Path → size of every live file. */
export type Tree = Readonly<Record<string, number>>;

/** In the page: the state of sync, and once that is at rest the tree. It is asked of the app itself, since the page shows no more of a tree than fits. */
async function askHome(): Promise<{ readonly status: SyncStatus; readonly tree: Tree | null }> {
  type Call = (args: object) => Promise<{ readonly value: never }>;
  interface Listed { readonly entries: readonly { readonly id: string; readonly name: string; readonly kind: string; readonly size: number; readonly sync?: string }[] }
  const callsIn = (root: Document | ShadowRoot): Readonly<Record<string, Call>> | undefined => {
    for (const element of root.querySelectorAll('*')) {
      const calls = (element as { client?: { call: Readonly<Record<string, Call>> } }).client?.call ?? (element.shadowRoot ? callsIn(element.shadowRoot) : undefined);
      if (calls) return calls;
    }
    return undefined;
  };
  const calls = callsIn(document)!;
  const status = (await calls['syncStatus']!({})).value as SyncStatus;
  if (status.state !== 'synced' || status.waiting > 0 || status.toCome > 0) return { status, tree: null };
  const tree: Record<string, number> = {};
  const walk = async (folder: string, path: string): Promise<void> => {
    const { entries } = (await calls['listFolder']!({ folder })).value as Listed;
    for (const { id, name, kind, size, sync } of entries) {
      if (kind === 'folder') await walk(id, `${path}${name}/`);
      else tree[sync === undefined ? path + name : `${path}${name}, ${sync}`] = size;
    }
  };
  await walk((await calls['homeRoot']!({})).value, '');
  return { status, tree };
}

export class SyncedDevice {
  readonly device: Device;
  page: DevicePage;
  /** What the report calls it. */
  readonly name: string;
  /** Who opens the home on it. */
  readonly who: Someone;

  private constructor(device: Device, page: DevicePage, name: string) {
    this.device = device;
    this.page = page;
    this.name = name;
    this.who = { name: ADA.name, password: `a password of its own, for ${name}` };
  }

  static async open(name: string, engine: Engine, server: BuiltServer): Promise<SyncedDevice> {
    const device = await openDevice(engine, server);
    return new SyncedDevice(device, await device.newPage('/'), name);
  }

  /** Makes the home and the account, and syncs the one with the other; gives the phrase. */
  async begin(account: Someone): Promise<string> {
    const phrase = await createUser(this.page, this.who);
    await this.neverLock();
    await goTo(this.page, 'Account');
    const tab = await signInByWindow(this.device, this.page, account, 'sign up');
    await this.page.getByRole('button', 'Sync this home').click();
    await tab.close();
    await goTo(this.page, 'Files');
    return phrase;
  }

  /** Brings the account's home here by its phrase. */
  async join(account: Someone, phrase: string): Promise<void> {
    await this.page.getByRole('button', 'Bring my home from NexusAccount').click();
    const tab = await signInByWindow(this.device, this.page, account, 'sign in');
    await askForHome(this.page, phrase, this.who);
    await tab.close();
    await enterHome(this.page, this.who);
    await this.neverLock();
  }

  row(name: RegExp): Locator {
    return this.page.getByRole('grid', 'Files').getByRole('row', name);
  }

  /** A path on this device's disk, for the page to take. */
  fixture(name: string, content: Uint8Array): string {
    const path = join(this.device.folder, 'fixtures', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  /** Files in the root, new ones or others of the same name. */
  async put(files: Readonly<Record<string, Uint8Array>>, how: 'add' | 'replace'): Promise<void> {
    await this.page.upload(Object.entries(files).map(([name, content]) => this.fixture(name, content)));
    if (how === 'replace') {
      await this.page.getByRole('button', 'Replace').click();
      await this.page.getByRole('button', 'Replace').waitGone();
    }
    await this.#added();
  }

  /** A folder of this device's fixtures with all that is in it. */
  async addFolder(name: string): Promise<void> {
    await this.page.upload([join(this.device.folder, 'fixtures', name)], { folder: true });
    await this.#added();
    rmSync(join(this.device.folder, 'fixtures', name), { recursive: true });
  }

  /** The app says that it has them; then it may be told the next. */
  async #added(): Promise<void> {
    const panel = this.page.getByRole('region', 'Adding files');
    await panel.waitFor({ ...PATIENT, where: ({ text }) => /files? added/.test(text) });
    await panel.getByRole('button', 'Dismiss').click();
    await panel.waitGone();
  }

  async rename(from: RegExp, to: string): Promise<void> {
    await this.row(from).click();
    await this.page.press('F2');
    await this.page.getByRole('textbox', 'New name').fill(to);
    await this.page.press('Enter');
    await this.row(new RegExp(`^${to}`)).waitFor();
    await this.page.getByRole('button', 'Clear the selection').click();
  }

  async throwAway(name: RegExp): Promise<void> {
    await this.row(name).click();
    await this.page.getByRole('button', 'Move to trash').click();
    await this.row(name).waitGone();
  }

  async syncNow(): Promise<void> {
    await goTo(this.page, 'Account');
    await this.page.getByRole('button', 'Sync now').click();
    await goTo(this.page, 'Files');
  }

  /** What a device that is signed out can still press: it is tried again. */
  async pauseAndResume(): Promise<void> {
    await goTo(this.page, 'Account');
    await this.page.getByRole('button', 'Pause sync').click();
    await this.page.getByRole('button', 'Resume sync').click();
    await goTo(this.page, 'Files');
  }

  /** How sync stands, and the tree where that is at rest. */
  look(): Promise<{ readonly status: SyncStatus; readonly tree: Tree | null }> {
    return this.page.evaluate(askHome);
  }

  /** A backup of all that is here. */
  async backup(): Promise<string> {
    await goTo(this.page, 'Backups');
    return this.device.download(() => this.page.getByRole('button', 'Back up now').click(), PATIENT.withinMs);
  }

  /** Removes the device that is called so; gives the phrase by which the others go on. */
  async remove(called: string): Promise<string> {
    await goTo(this.page, 'Account');
    await this.page.getByRole('button', `Remove: ${called}`).click();
    const phrase = await writeNewPhrase(this.page);
    await confirmRemoval(this.page, this.who.password);
    await unlockAnew(this.page, this.who);
    await goTo(this.page, 'Files');
    return phrase;
  }

  async takeOver(phrase: string): Promise<void> {
    await goTo(this.page, 'Account');
    await this.page.getByRole('button', 'Take over the new keys…').click();
    await takeOver(this.page, phrase, this.who.password);
    await unlockAnew(this.page, this.who);
    await goTo(this.page, 'Files');
  }

  async neverLock(): Promise<void> {
    await goTo(this.page, 'Settings');
    await this.page.getByRole('combobox', 'Lock automatically').choose('Never');
    await goTo(this.page, 'Files');
  }
}

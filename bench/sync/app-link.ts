// What measurements in the built app have in common: adding, and linking the home to an account.
import type { Device } from '../../test/e2e/support/device.ts';
import { signInByWindow, syncLine } from '../../test/e2e/support/online-account.ts';
import type { DevicePage } from '../../test/e2e/support/page.ts';
import { goTo, type Someone } from '../../test/e2e/support/person.ts';
import { until } from '../../test/e2e/support/until.ts';

export const ACCOUNT: Someone = { name: 'ada-of-two-devices', password: 'a long enough password' };
export const PATIENT = { withinMs: 20 * 60_000 };

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Adds a path of the disk, and waits until the home has it. */
export async function add(page: DevicePage, path: string, how: { readonly folder?: boolean } = {}): Promise<void> {
  await page.upload([path], how);
  await page.getByRole('region', 'Adding files').waitFor({ ...PATIENT, where: ({ text }) => /files? added/.test(text) });
}

export const untilSynced = (page: DevicePage): Promise<unknown> => until('everything to be synced', async () => /\bSynced\b/.test(await syncLine(page)), PATIENT);

/** ms from "Sync this home" to all being in a new account. */
export async function link(device: Device, page: DevicePage): Promise<number> {
  await goTo(page, 'Account');
  await signInByWindow(device, page, ACCOUNT, 'sign up');
  const button = page.getByRole('button', 'Sync this home');
  await button.waitFor(PATIENT);
  return timed(async () => {
    await button.click();
    await untilSynced(page);
  });
}

// What becomes of an app's data on several devices, and how it stands, in plain words. Pure.
import { msg, str } from '@lit/localize';
import type { DatasetPolicy } from '../../workers/contract/app-protocol.ts';
import type { CarriedCard } from '../../workers/contract/grants.ts';
import { formatNumber } from '../format.ts';

/** Undefined where the app declares none. */
export function policyWords(policy: DatasetPolicy | undefined): string {
  switch (policy) {
    case 'last-writer': return msg('It goes to your account encrypted, and to devices that have this app and where you choose the same. What two devices changed becomes, part by part, what was written last.');
    case 'app': return msg('It goes to your account encrypted, and to devices that have this app and where you choose the same. What two devices changed is left as it is on each until the app decides, or lets you decide.');
    case undefined: return msg('This app does not say what is to become of data that two devices changed. So what it keeps stays on this device.');
  }
}

/** Only what there is to say. */
export function carriedStates({ on, waiting, conflicts }: CarriedCard): readonly string[] {
  if (!on) return [];
  const wait = waiting === 1 ? msg('1 entry waits to be sent.') : msg(str`${formatNumber(waiting)} entries wait to be sent.`);
  const decide = conflicts === 1 ? msg('1 entry was changed on two devices: open the app to decide.') : msg(str`${formatNumber(conflicts)} entries were changed on two devices: open the app to decide.`);
  return [waiting === 0 ? msg('Nothing waits to be sent.') : wait, ...(conflicts === 0 ? [] : [decide])];
}

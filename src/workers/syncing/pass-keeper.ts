// Keeps a pass for the courier in a home that is synced, so that what was sealed goes on its way when the home is closed
// (docs/sync.md, "Courier"). Pausing, stopping and signing out take it away, each in the transaction that says so.
import { toHex } from '../../crypto/bytes.ts';
import type { AccountStorage } from '../account/account-storage.ts';
import type { MountedHome } from '../home/mounted-home.ts';

export interface PassKeeper {
  /** Gets another where there is none, or where that one will not last; a server that gives none is asked again later. */
  keepUp(home: MountedHome, account: string): Promise<void>;
  /** Nothing more is carried until the next. */
  drop(home: MountedHome): Promise<void>;
}

const HOUR_MS = 60 * 60_000;
/** A pass is good for a day: one that was got today outlasts the night. One that seems to be good for longer was got before the clock was set back. */
const RENEW_MS = 20 * HOUR_MS;
const LONGEST_MS = 24 * HOUR_MS;
const ASK_AGAIN_MS = HOUR_MS;

export function createPassKeeper({ storage, clock }: { readonly storage: AccountStorage; readonly clock: () => number }): PassKeeper {
  /** For which account one was asked for last, when, and whether it gave one. */
  let last: { readonly account: string; readonly at: number; readonly given: boolean } | undefined;
  return {
    drop: ({ db }) => db.write(['courier'], (tx) => tx.remove('courier', { prefix: '' }), { durability: 'strict' }),
    async keepUp({ db }, account) {
      const now = clock();
      const [held, linked] = await db.read(['courier', 'sealed'], (tx) => Promise.all([tx.get('courier', 'pass'), tx.get('sealed', 'link')]));
      const left = held === undefined ? 0 : held.expiresAt - now;
      const isNew = left > RENEW_MS && left <= LONGEST_MS;
      const isLate = last?.account !== account || Math.abs(now - last.at) >= ASK_AGAIN_MS;
      // One that was taken away since is got anew at once.
      if (isNew || (!isLate && (held || !last?.given))) return;
      const pass = await storage.courierPass(account);
      // One that did not answer is asked in the next round.
      if (pass.ok || pass.error !== 'unreachable') last = { account, at: now, given: pass.ok };
      if (!pass.ok || !linked) return;
      const { key: { privateKey, publicKey }, ...rest } = pass.value;
      await db.write(['courier', 'sealed', 'accountKeys'], async (tx) => {
        // Paused, stopped or signed out meanwhile: a link that was written anew has other bytes.
        const [link, signedIn, renewing] = await Promise.all([tx.get('sealed', 'link'), tx.get('accountKeys', account), tx.get('sealed', 'keyring/next')]);
        if (link && signedIn && !renewing && toHex(link.bytes) === toHex(linked.bytes)) await tx.put('courier', { key: 'pass', ...rest, privateKey, publicKey });
      }, { durability: 'strict' });
    },
  };
}

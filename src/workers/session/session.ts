// Log in, lock, unlock, switch, log out: the calls of the session, each a few steps over the core.
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { parseUid, type Sid, type Uid } from '../contract/ids.ts';
import type { SecretKind, Served, SessionSurface } from '../contract/surface.ts';
import type { SecretBytes } from '../contract/home.ts';
import type { SessionCore } from './core.ts';
import { openHome, secretOf } from './secrets.ts';

type Coming = Pick<Served<SessionSurface>, 'login' | 'unlock' | 'lock' | 'showGreeter' | 'logout' | 'reportActivity' | 'getPrefs' | 'setPrefs'>;

export function createSessionCalls(core: SessionCore): Coming {
  const { db, identity, keystore, announcer } = core.deps;

  async function comeIn(uid: Uid, kind: SecretKind, bytes: SecretBytes): Promise<Result<Sid, NexusError>> {
    const secret = secretOf(kind, bytes);
    if (!secret.ok) return secret;
    if (!(await core.makeWay())) return err(nexusError('door.unavailable'));
    const keys = await openHome({ identity, keystore }, uid, secret.value);
    if (!keys.ok) {
      await announcer.deviceChanged();
      return keys;
    }
    return core.enter(uid, keys.value);
  }

  const session = (sid: Sid) => db.read(['sessions'], (tx) => tx.get('sessions', sid));

  return {
    login: ({ uid, kind, secret }) => core.alone(async () => {
      const sid = await comeIn(uid, kind, secret);
      return sid.ok ? ok({ sid: sid.value }) : sid;
    }),

    unlock: ({ sid, kind, secret }) => core.alone(async () => {
      const uid = parseUid((await session(sid))?.uid);
      if (!uid) return err(nexusError('session.none'));
      // Sent again after it had succeeded, or by a page that had not heard yet.
      const open = core.current();
      if (open.ok && open.value.sid === sid) return ok();
      const entered = await comeIn(uid, kind, secret);
      return entered.ok ? ok() : entered;
    }),

    lock: () => core.alone(async () => ok(await core.leave('asked'))),

    showGreeter: () => core.alone(async () => {
      if (core.current().ok) return ok(await core.leave('switched', true));
      await db.write(['sessions'], async (tx) => {
        for (const row of await tx.list('sessions')) await tx.put('sessions', { ...row, front: false });
      });
      await announcer.deviceChanged();
      return ok();
    }),

    logout: ({ sid }) => core.alone(async () => {
      const uid = parseUid((await session(sid))?.uid);
      if (!uid) return ok();
      const open = core.current();
      const wasOpen = open.ok && open.value.sid === sid;
      try {
        await db.write(['sessions'], (tx) => tx.remove('sessions', sid), { durability: 'strict' });
        announcer.announce({ type: 'session.ended', sid, uid });
      } finally {
        // Whoever leaves leaves nothing open, whatever could be written down of it.
        if (wasOpen) await core.leave('asked', true);
        else await announcer.deviceChanged();
      }
      return ok();
    }),

    reportActivity() {
      core.autoLock.active();
      return Promise.resolve(ok());
    },

    async getPrefs() {
      const open = core.current();
      return Promise.resolve(open.ok ? ok(open.value.prefs) : open);
    },

    setPrefs: ({ prefs }) => core.alone(() => core.settings.change(prefs)),
  };
}

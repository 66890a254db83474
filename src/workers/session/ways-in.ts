// Password, PIN and recovery phrase of the open session. The MEK cannot be read back from an open home: each change asks
// for a secret again (docs/formats.md, "Slots").
import { owned } from '../../crypto/bytes.ts';
import { newRecoveryEntropy, phraseOf } from '../../crypto/recovery-phrase.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { CommandId, Uid } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Served, SessionSurface } from '../contract/surface.ts';
import { newPassword, newPin } from '../identity/credentials.ts';
import type { Secret } from '../keystore/secret.ts';
import type { SessionCore } from './core.ts';
import { openHome, secretOf, underLockout } from './secrets.ts';

type WaysIn = Pick<Served<SessionSurface>, 'changePassword' | 'setPin' | 'removePin' | 'setPasskey' | 'removePasskey' | 'newRecoveryPhrase' | 'tryRecoveryPhrase'>;

export function createWaysIn(core: SessionCore): WaysIn {
  const { identity, keystore, announcer } = core.deps;

  /** The user of the open session, and the home's id. */
  async function whose(): Promise<Result<{ uid: Uid; home: string }, NexusError>> {
    const open = core.current();
    if (!open.ok) return open;
    const row = await identity.row(open.value.uid);
    return row ? ok({ uid: open.value.uid, home: row.home }) : err(nexusError('user.unknown'));
  }

  /** Replaces one way in, once a command. */
  async function replace(by: Secret, next: Secret, command: CommandId): Promise<Result<void, NexusError>> {
    const user = await whose();
    if (!user.ok) return user;
    const { uid, home } = user.value;
    if (await keystore.madeBy(home, next.kind, command)) return ok();
    return underLockout({ identity, keystore }, uid, by, () => keystore.rewrap(home, by, next, command));
  }

  return {
    changePassword: ({ secret, kind, next, command }) => core.alone(async () => {
      const [by, password] = [secretOf(kind, secret), newPassword(next)];
      if (!by.ok) return by;
      if (!password.ok) return password;
      return replace(by.value, { kind: 'password', bytes: password.value }, command);
    }),

    setPin: ({ secret, pin, command }) => core.alone(async () => {
      const [by, digits] = [secretOf('password', secret), newPin(pin)];
      if (!by.ok) return by;
      if (!digits.ok) return digits;
      const replaced = await replace(by.value, { kind: 'pin', bytes: digits.value }, command);
      await announcer.deviceChanged();
      return replaced;
    }),

    removePin: () => core.alone(async () => {
      const user = await whose();
      if (!user.ok) return user;
      await keystore.remove(user.value.home, 'pin');
      await announcer.deviceChanged();
      return ok();
    }),

    setPasskey: ({ secret, prf, cred, salt, command }) => core.alone(async () => {
      const [by, passkey] = [secretOf('password', secret), secretOf('passkey', prf)];
      if (!by.ok) return by;
      if (!passkey.ok || cred.length === 0 || salt.length !== LIMITS.passkey.saltBytes) return err(nexusError('auth.bad_passkey'));
      const replaced = await replace(by.value, { kind: 'passkey', bytes: passkey.value.bytes, made: { cred: owned(cred), salt: owned(salt) } }, command);
      await announcer.deviceChanged();
      return replaced;
    }),

    removePasskey: () => core.alone(async () => {
      const user = await whose();
      if (!user.ok) return user;
      await keystore.remove(user.value.home, 'passkey');
      await announcer.deviceChanged();
      return ok();
    }),

    // Made anew each time it is asked for, so that a command sent again shows a phrase that holds.
    newRecoveryPhrase: ({ secret, command }) => core.alone(async () => {
      const by = secretOf('password', secret);
      const user = await whose();
      if (!by.ok) return by;
      if (!user.ok) return user;
      const { uid, home } = user.value;
      const entropy = newRecoveryEntropy(core.deps.random);
      const next = { kind: 'recovery', bytes: entropy } as const;
      const replaced = await underLockout({ identity, keystore }, uid, by.value, () => keystore.rewrap(home, by.value, next, command));
      if (!replaced.ok) return replaced;
      await identity.edit(uid, { recoveryConfirmed: false });
      await announcer.deviceChanged();
      return ok({ phrase: phraseOf(entropy) });
    }),

    tryRecoveryPhrase: ({ secret: bytes }) => core.alone(async () => {
      const user = await whose();
      if (!user.ok) return user;
      const secret = secretOf('phrase', bytes);
      if (!secret.ok) return secret;
      const keys = await openHome({ identity, keystore }, user.value.uid, secret.value);
      if (!keys.ok) return keys.error.code === 'auth.rejected' ? ok(false) : keys;
      await identity.edit(user.value.uid, { recoveryConfirmed: true });
      await announcer.deviceChanged();
      return ok(true);
    }),
  };
}

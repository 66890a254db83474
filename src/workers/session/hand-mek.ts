// Hands the open home's MEK to whoever seals it to another device: only by a secret that is given again, under lockout.
import type { Bytes } from '../../crypto/bytes.ts';
import { err, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { SecretBytes } from '../contract/home.ts';
import type { SecretKind } from '../contract/surface.ts';
import type { SessionCore } from './core.ts';
import { secretOf, underLockout } from './secrets.ts';

export const handMekOf = (core: SessionCore) => <T>(kind: SecretKind, secret: SecretBytes, take: (mek: Bytes) => Promise<T>): Promise<Result<T, NexusError>> => core.alone(async () => {
  const { identity, keystore } = core.deps;
  const [open, by] = [core.current(), secretOf(kind, secret)];
  if (!open.ok) return open;
  if (!by.ok) return by;
  if (!(await identity.row(open.value.uid))) return err(nexusError('user.unknown'));
  return underLockout({ identity, keystore }, open.value.uid, by.value, (home) => keystore.handMek(home, by.value, take));
});

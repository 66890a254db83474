// What each call on an app's keys and vault does: only through a binding on what the app keeps for itself. Changes of keys are noted,
// and there are only so many in an hour.
import { err, ok, type Result } from '../../result.ts';
import type { AppCall, AppKey } from '../contract/app-protocol.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AppKeys } from '../keystore/app-keys.ts';
import type { AuditCode } from '../contract/audit.ts';
import type { Using, Work } from './app-handlers.ts';
import type { AppHandlers } from './app-port.ts';
import type { App } from './app-record.ts';
import type { AppVault } from './app-vault.ts';
import type { GrantsDeps, OpenGrants, Running } from './open-grants.ts';
import { OWN_DATASET } from './scope-rules.ts';

type Answer<T> = Promise<Result<T, NexusError>>;
type KeepingCall = Extract<AppCall, 'keys' | `key${string}` | `vault${string}`>;

/** As many digits of a key's id as a note has room for. */
const NOTED_DIGITS = 16;

export function createKeepingHandlers({ note }: Pick<GrantsDeps, 'note'>, open: Pick<OpenGrants, 'shelf' | 'keys' | 'vault' | 'keyChanges'>, { running, using }: { readonly running: Pick<Running, 'appId'>; readonly using: Using }): Pick<AppHandlers, KeepingCall> {
  const { appId } = running;

  /** A binding on another app's data gives neither keys nor vault. */
  const onOwn = <T>(work: (app: App) => Answer<T>): Work<T> => async (binding) => {
    if (binding.resource !== OWN_DATASET) return err(nexusError('grants.not_granted'));
    const app = open.shelf.get(binding.appId);
    return app ? work(app) : err(nexusError('apps.unknown'));
  };
  const onKeys = <T>(work: (keys: AppKeys) => Answer<T>): Work<T> => onOwn(async (app) => work(await open.keys(app)));
  const onVault = <T>(work: (vault: AppVault) => Answer<T>): Work<T> => onOwn(async (app) => work(await open.vault(app)));

  const changing = (what: AuditCode, step: (keys: AppKeys) => Answer<AppKey>): Work<AppKey> => onKeys(async (keys) => {
    const may = open.keyChanges(appId);
    const changed = may.ok ? await step(keys) : may;
    if (changed.ok) note({ what, actor: 'app', about: `${appId} ${changed.value.key.slice(0, NOTED_DIGITS)}` });
    return changed;
  });

  return {
    keys: ({ binding }) => using({ call: 'keys', binding, capability: 'dataset.read' }, onKeys((keys) => keys.list())),
    keyCreate: ({ binding, purpose, use }) => using({ call: 'keyCreate', binding, capability: 'identity.key.create' }, changing('app.key_created', (keys) => keys.create(purpose, use))),
    keyRotate: ({ binding, key }) => using({ call: 'keyRotate', binding, capability: 'identity.key.rotate' }, changing('app.key_rotated', (keys) => keys.rotate(key))),
    keyRevoke: ({ binding, key }) => using({ call: 'keyRevoke', binding, capability: 'identity.key.revoke' }, changing('app.key_revoked', (keys) => keys.revoke(key))),
    keySign: ({ binding, key, data }) => using({ call: 'keySign', binding, capability: 'identity.key.sign', bytes: data.length }, onKeys((keys) => keys.sign(key, data))),
    keySeal: ({ binding, key, data, aad }) => using({ call: 'keySeal', binding, capability: 'identity.key.seal', bytes: data.length }, onKeys((keys) => keys.seal(key, { data, aad }))),
    keyUnseal: ({ binding, sealed, aad }) => using({ call: 'keyUnseal', binding, capability: 'identity.key.decrypt', bytes: sealed.length }, onKeys((keys) => keys.unseal({ sealed, aad }))),
    vaultList: ({ binding }) => using({ call: 'vaultList', binding, capability: 'vault.read' }, onVault(async (vault) => ok(await vault.list()))),
    vaultGet: ({ binding, key }) => using({ call: 'vaultGet', binding, capability: 'vault.read' }, onVault((vault) => vault.get(key)), (value) => value?.length ?? 0),
    vaultPut: ({ binding, key, value }) => using({ call: 'vaultPut', binding, capability: 'vault.write', bytes: value.length }, onVault((vault) => vault.put(key, value))),
    vaultDelete: ({ binding, key }) => using({ call: 'vaultDelete', binding, capability: 'vault.write' }, onVault(async (vault) => ok(await vault.delete(key)))),
  };
}

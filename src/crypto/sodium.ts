// libsodium's WebAssembly, loaded the first time that somebody needs it.
import type Sodium from 'libsodium-wrappers-sumo';

export type SodiumModule = typeof Sodium;

let loading: Promise<SodiumModule> | undefined;

export function loadSodium(): Promise<SodiumModule> {
  loading ??= import('libsodium-wrappers-sumo').then(async ({ default: sodium }) => {
    await sodium.ready;
    return sodium;
  });
  return loading;
}

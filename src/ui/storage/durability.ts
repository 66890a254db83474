// What the browser promises about keeping what is stored here. It asks and tells; it never claims more than the browser says.
export interface Durability {
  /** `kept`: not removed to make room. `evictable`: may be. `unknown`: this browser does not say. */
  readonly promise: 'kept' | 'evictable' | 'unknown';
  readonly usedBytes?: number;
  readonly quotaBytes?: number;
}

const storage = (): StorageManager | undefined => (navigator as { readonly storage?: StorageManager }).storage;

/** Asks the browser to keep the storage, once there is something to lose. */
export async function askToKeep(): Promise<boolean> {
  return await storage()?.persist?.().catch(() => false) ?? false;
}

export async function durabilityNow(): Promise<Durability> {
  const persisted = await storage()?.persisted?.().catch(() => undefined);
  const estimate = await storage()?.estimate?.().catch(() => undefined);
  return {
    promise: persisted === undefined ? 'unknown' : persisted ? 'kept' : 'evictable',
    ...(estimate?.usage === undefined ? {} : { usedBytes: estimate.usage }),
    ...(estimate?.quota === undefined ? {} : { quotaBytes: estimate.quota }),
  };
}

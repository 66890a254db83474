// Owns what a provider's discovery document says beyond OpenID's own words.

/** The address of the storage API that the provider signs in to; absent at providers that have none. */
export const STORAGE_METADATA = 'nexus_storage';

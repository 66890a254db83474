// What the browser tells of the connection; most tell nothing.

interface Connection extends EventTarget { readonly saveData?: boolean; readonly type?: string }

const connection = (): Partial<Connection> => (navigator as { connection?: Connection }).connection ?? {};

/** False on a connection that costs, and where data is to be saved. */
export const mayMoveBulk = (): boolean => connection().saveData !== true && connection().type !== 'cellular';

/** `changed` hears when that may be another. */
export const watchConnection = (changed: () => void): void => connection().addEventListener?.('change', changed);

// What the browser tells of the connection; most tell nothing.

interface Connection extends EventTarget { readonly saveData?: boolean; readonly type?: string }

const connection = (): Partial<Connection> => (navigator as { connection?: Connection }).connection ?? {};

/** False on a connection that costs, and where data is to be saved. */
export const mayMoveBulk = (): boolean => connection().saveData !== true && connection().type !== 'cellular';

/** `changed` hears when that is another: a connection tells of each new guess of its speed too. */
export function watchConnection(changed: () => void): void {
  let before = mayMoveBulk();
  connection().addEventListener?.('change', () => {
    const now = mayMoveBulk();
    if (now === before) return;
    before = now;
    changed();
  });
}

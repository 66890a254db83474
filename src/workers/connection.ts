// What the browser tells of the connection.

const connection = (): { readonly saveData?: boolean; readonly type?: string } => (navigator as { connection?: { readonly saveData?: boolean; readonly type?: string } }).connection ?? {};

/** False on a connection that costs, and where data is to be saved. */
export const mayMoveBulk = (): boolean => connection().saveData !== true && connection().type !== 'cellular';

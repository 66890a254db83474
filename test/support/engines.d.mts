export const CHROMIUM: string;
export const FIREFOX: string;
export const CHROMIUM_ARGS: string[];
export const WEBKIT_CAPABILITIES: { readonly 'webkitgtk:browserOptions': { readonly binary: string; readonly args: string[] } };
export function freePort(): Promise<number>;

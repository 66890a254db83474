export const CHROMIUM: string;
export const FIREFOX: string;
export const CHROMIUM_ARGS: string[];
export const WEBKIT_CAPABILITIES: { readonly 'webkitgtk:browserOptions': { readonly binary: string; readonly args: string[] } };
export const WEBKIT_ENV: Readonly<Record<string, string>>;
export function freePort(): Promise<number>;

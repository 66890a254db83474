// The page of an embedded app: what it says, and how a person acts in it.
import type { DevicePage } from './page.ts';
import { until } from './until.ts';

/** What the app's own page says; nothing while its frame is not there. */
export const appSays = (page: DevicePage) => page.evaluateInApp(() => document.body.textContent ?? '').catch(() => '');

/** Waits until it says so. */
export const saysIn = (page: DevicePage, words: RegExp) => until(`the app says ${words.source}`, async () => words.test(await appSays(page)));

/** Presses the button with these words, once it is there. */
export async function pressInApp(page: DevicePage, name: string): Promise<void> {
  await until(`the app’s button ${name}`, () => page.evaluateInApp((wanted) => {
    const button = [...document.querySelectorAll('button')].find((each) => each.textContent === wanted);
    button?.click();
    return button !== undefined;
  }, name).catch(() => false));
}

/** Keeps a value as the app itself can, and gives what is kept then. */
export async function keepInApp(page: DevicePage, key: string, value: string): Promise<string> {
  return page.evaluateInApp(async (name, text) => {
    const port = (globalThis as unknown as { readonly nexusPort: MessagePort }).nexusPort;
    const call = <T>(id: number, asked: string, args: object) => new Promise<T>((resolve) => {
      port.addEventListener('message', ({ data }: MessageEvent<{ readonly id?: number; readonly value?: T }>) => { if (data.id === id) resolve(data.value as T); });
      port.postMessage({ id, call: asked, args });
    });
    const [access] = await call<{ readonly binding: string }[]>(900_001, 'request', { asks: ['read:dataset', 'write:dataset'].map((scope) => ({ scope, resource: 'dataset:self' })) });
    const kept = { binding: access?.binding, key: name };
    await call(900_002, 'datasetPut', { ...kept, value: new TextEncoder().encode(text) });
    return new TextDecoder().decode(await call<Uint8Array>(900_003, 'datasetGet', kept));
  }, key, value);
}

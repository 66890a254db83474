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

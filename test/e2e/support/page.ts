// What a test says to a page: elements by role and name, acted on as a person does. Every act waits until it can be done.
import { fileInputs, locate, look, type Seen, type Step, words } from './accessible.ts';
import type { Driver } from './driver.ts';
import { givePretendedFolders } from './pretended-folder.ts';
import { until, type Patience } from './until.ts';

export type Name = string | RegExp;
type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

const callOf = (fn: (...args: never[]) => unknown, ...args: Json[]) => `(${fn.toString()})(${args.map((arg) => JSON.stringify(arg) ?? 'undefined').join(', ')})`;

function stepOf(role: string, name: Name | undefined): Step {
  if (name === undefined) return { role };
  return typeof name === 'string' ? { role, name } : { role, pattern: { source: name.source, flags: name.flags } };
}

const wordsOf = (steps: readonly Step[]) => steps.map(({ role, name, pattern }) => `${role} ${name ?? pattern?.source ?? ''}`.trim()).join(' > ');

/** A page that reloads while it is asked has nothing yet. */
function nothingWhileReloading(error: unknown): { readonly count: number } {
  if (/context was destroyed|navigat|no such frame|realm|unloaded/i.test(String(error))) return { count: 0 };
  throw error;
}

const AIMS = 5;
/** Until a click is not on its way any more. */
const LOOKS = 20;

type Aimed = Element & { clickCame?: boolean };

function awaitClick([element]: readonly Aimed[]): void {
  (window as unknown as { aimedAt?: Aimed }).aimedAt = element!;
  if (!element) return;
  element.clickCame = false;
  element.addEventListener('click', () => { element.clickCame = true; }, { once: true, capture: true });
}

function isClicked(): boolean {
  const { aimedAt } = window as unknown as { aimedAt?: Aimed };
  return !aimedAt?.isConnected || aimedAt.clickCame === true;
}

/** The elements that a role and a name find, looked up afresh for each act. */
export class Locator {
  readonly #driver: Driver;
  readonly #steps: readonly Step[];

  constructor(driver: Driver, steps: readonly Step[]) {
    this.#driver = driver;
    this.#steps = steps;
  }

  /** Inside this one. */
  getByRole(role: string, name?: Name): Locator {
    return new Locator(this.#driver, [...this.#steps, stepOf(role, name)]);
  }

  /** The one at this place among several. */
  nth(nth: number): Locator {
    const [last, ...before] = [...this.#steps].reverse();
    return new Locator(this.#driver, [...before.reverse(), { ...last as Step, nth }]);
  }

  async count(): Promise<number> {
    return await this.#driver.evaluate(`${callOf(locate, this.#steps as unknown as Json)}.length`) as number;
  }

  async #look(act: Parameters<typeof look>[1]): Promise<Seen | { readonly count: number }> {
    const answer = this.#driver.evaluate(`(${look.toString()})(${callOf(locate, this.#steps as unknown as Json)}, '${act}')`);
    return await answer.catch(nothingWhileReloading) as Seen | { readonly count: number };
  }

  /** Waits until exactly one is there and is as asked. */
  async #seen(asked: string, holds: (seen: Seen) => boolean, act: Parameters<typeof look>[1] = 'nothing', patience: Patience = {}): Promise<Seen> {
    let last: Seen | { readonly count: number } = { count: 0 };
    return until(`${wordsOf(this.#steps)} ${asked}`, async () => {
      last = await this.#look(act);
      return 'text' in last && holds(last) ? last : undefined;
    }, { ...patience, state: () => ('text' in last ? `text "${last.text.slice(0, 80)}", disabled ${last.disabled}, hit ${last.hit}` : `${last.count} are there`) });
  }

  /** Until one is there, and optionally as the test asks. */
  waitFor(patience: Patience & { readonly where?: (seen: Seen) => boolean } = {}): Promise<Seen> {
    return this.#seen('to be there', patience.where ?? (() => true), 'nothing', patience);
  }

  async waitGone(patience: Patience = {}): Promise<void> {
    await until(`${wordsOf(this.#steps)} to be gone`, async () => await this.count() === 0, patience);
  }

  /** Until there are so many. */
  async waitCount(count: number, patience: Patience = {}): Promise<void> {
    await until(`${count} times ${wordsOf(this.#steps)}`, async () => await this.count() === count, patience);
  }

  /** Clicks its middle once it stands still, is enabled and nothing covers it. Where the page moved it away at that very moment, it is aimed at again, as a person does. */
  async click(times = 1): Promise<void> {
    for (let aims = 0; aims < AIMS; aims += 1) if (await this.#aim(times)) return;
    throw new Error(`${wordsOf(this.#steps)} was clicked ${AIMS} times, and no click came there`);
  }

  /** Whether the click came there; one that took the page or the element away did. */
  async #aim(times: number): Promise<boolean> {
    let before: Seen | undefined;
    const { x, y } = await this.#seen('to be clickable', (seen) => {
      const still = before?.x === seen.x && before.y === seen.y;
      before = seen;
      return still && seen.hit && !seen.disabled;
    }, 'scroll');
    await this.#driver.evaluate(`(${awaitClick.toString()})(${callOf(locate, this.#steps as unknown as Json)})`);
    await this.#driver.clickAt(x, y, times);
    for (let looks = 0; looks < LOOKS; looks += 1) {
      if (await this.#driver.evaluate(`(${isClicked.toString()})()`).catch(() => true)) return true;
    }
    return false;
  }

  /** Replaces what a field says by typing. */
  async fill(text: string): Promise<void> {
    await this.#seen('to take text', (seen) => seen.focused && !seen.disabled, 'select');
    if (text === '') await this.#driver.press('Backspace');
    else await this.#driver.type(text);
    await this.#seen(`to say what was typed`, (seen) => seen.value === text);
  }

  /** Chooses an option of a native `select` by its words. */
  async choose(words: string): Promise<void> {
    await this.#seen('to take a choice', (seen) => !seen.disabled);
    await this.#driver.evaluate(`((found, words) => {
      const [select] = found;
      select.value = [...select.options].find((option) => option.text.trim() === words).value;
      for (const type of ['input', 'change']) select.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
    })(${callOf(locate, this.#steps as unknown as Json)}, ${JSON.stringify(words)})`);
  }

  /** Gives it the focus and presses a key or a chord. */
  async press(chord: string): Promise<void> {
    await this.#seen('to take the focus', (seen) => seen.focused, 'focus');
    await this.#driver.press(chord);
  }

  async text(): Promise<string> {
    return (await this.#seen('to be there', () => true)).text;
  }

  /** Drops files and folders of the disk onto it; Chromium alone. */
  async drop(paths: readonly string[]): Promise<void> {
    if (!this.#driver.dropAt) throw new Error('this engine cannot be made to drop files');
    const { x, y } = await this.#seen('to be there', (seen) => seen.hit, 'scroll');
    await this.#driver.dropAt(x, y, paths);
  }
}

/** One tab. */
export class DevicePage {
  readonly #driver: Driver;
  readonly #origin: () => string;

  constructor(driver: Driver, origin: () => string) {
    this.#driver = driver;
    this.#origin = origin;
  }

  getByRole(role: string, name?: Name): Locator {
    return new Locator(this.#driver, [stepOf(role, name)]);
  }

  goto(path: string): Promise<void> {
    return this.#driver.goto(new URL(path, this.#origin()).href);
  }

  reload(): Promise<void> {
    return this.#driver.reload();
  }

  url(): Promise<string> {
    return this.#driver.url();
  }

  /** Everything that the page says now. */
  words(): Promise<string> {
    return this.evaluate(words);
  }

  title(): Promise<string> {
    return this.evaluate(() => document.title);
  }

  /** Runs a function in the page: it sees its arguments and nothing around it. */
  async evaluate<A extends Json[], T>(fn: (...args: A) => T, ...args: A): Promise<Awaited<T>> {
    return await this.#driver.evaluate(callOf(fn as (...args: never[]) => unknown, ...args)) as Awaited<T>;
  }

  /** Runs a function in the frame of an app. */
  async evaluateInApp<A extends Json[], T>(fn: (...args: A) => T, ...args: A): Promise<Awaited<T>> {
    return await this.#driver.evaluateInFrame('/frame.html', callOf(fn as (...args: never[]) => unknown, ...args)) as Awaited<T>;
  }

  /** Runs a script of the test's own, which the page's policy would not let in. */
  async inject(script: string): Promise<void> {
    await this.#driver.evaluate(`(() => { ${script}\n})()`);
  }

  /** A key or a chord to whatever has the focus. */
  press(chord: string): Promise<void> {
    return this.#driver.press(chord);
  }

  /** Gives files to the page's file input, shown or not; with `folder`, to the one that takes folders. */
  async upload(paths: readonly string[], { folder = false } = {}): Promise<void> {
    await until('a file input', async () => await this.#driver.evaluate(`${callOf(fileInputs, folder)}.length > 0`) as boolean);
    const input = `${callOf(fileInputs, folder)}[0]`;
    if (folder && !this.#driver.takesFolders) await givePretendedFolders(this.#driver, input, paths);
    else await this.#driver.setFiles(input, paths);
  }

  screenshot(path: string): Promise<void> {
    return this.#driver.screenshot(path);
  }

  /** Gives whether the engine could do as asked. */
  async emulateMedia({ dark, width, height = 900 }: { dark?: boolean; width?: number; height?: number }): Promise<boolean> {
    if (width !== undefined) await this.#driver.resize(width, height);
    return dark === undefined || this.#driver.prefersDark(dark);
  }

  /** Ends the workers of this tab; undefined where the engine cannot be made to. */
  async endWorkers(): Promise<number | undefined> {
    return this.#driver.endWorkers?.();
  }

  /** Gives the page a passkey authenticator; false where the engine cannot. */
  async addAuthenticator(): Promise<boolean> {
    await this.#driver.addAuthenticator?.();
    return this.#driver.addAuthenticator !== undefined;
  }

  /** Bodies of what its workers are answered from here on; undefined where the engine does not tell. */
  async watchAnswers(ending: string): Promise<readonly string[] | undefined> {
    return this.#driver.watchAnswers?.(ending);
  }

  /** Which of the texts lie in the page's heap, and which in its workers'; undefined where the engine does not tell. */
  async heapsWith(texts: readonly string[]): Promise<{ readonly page: readonly string[]; readonly workers: readonly string[] } | undefined> {
    return this.#driver.heapsWith?.(texts);
  }

  /** What keeps the app from being installed; undefined where the engine does not say. */
  async installFaults(): Promise<readonly string[] | undefined> {
    return this.#driver.installFaults?.();
  }

  /** Where the engine tells pages that data is to be saved. */
  async saveData(save: boolean): Promise<void> {
    await this.#driver.saveData?.(save);
  }

  /** The console so far, `level: text` a line; in WebKit from after the page has loaded. */
  async consoleLines(): Promise<readonly string[]> {
    await this.#driver.evaluate('0');
    return this.#driver.lines;
  }

  close(): Promise<void> {
    return this.#driver.close();
  }
}

// The few words of W3C WebDriver that the tests need, for WebKitWebDriver.

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
/** WebDriver's code points for keys without a character. */
const KEYS: Readonly<Record<string, string>> = {
  Backspace: '\uE003', Tab: '\uE004', Enter: '\uE007', Shift: '\uE008', Control: '\uE009', Alt: '\uE00A', Escape: '\uE00C', Space: ' ',
  PageUp: '\uE00E', PageDown: '\uE00F', End: '\uE010', Home: '\uE011', ArrowLeft: '\uE012', ArrowUp: '\uE013', ArrowRight: '\uE014',
  ArrowDown: '\uE015', Delete: '\uE017', F2: '\uE032', Meta: '\uE03D',
};

const keyOf = (name: string) => KEYS[name] ?? name;
const down = (name: string) => ({ type: 'keyDown', value: keyOf(name) });
const up = (name: string) => ({ type: 'keyUp', value: keyOf(name) });

/** Keys held together: pressed in order, let go in the other. */
export function chordActions(chord: string): object[] {
  const keys = chord === '+' ? [chord] : chord.split('+');
  return [...keys.map(down), ...keys.reverse().map(up)];
}

export class WebDriverSession {
  readonly #base: string;
  #turn: Promise<unknown> = Promise.resolve();
  #window = '';

  private constructor(base: string) {
    this.#base = base;
  }

  static async open(port: number, capabilities: object): Promise<WebDriverSession> {
    const value = await call('POST', `http://127.0.0.1:${port}/session`, { capabilities: { alwaysMatch: capabilities } }) as { sessionId: string };
    return new WebDriverSession(`http://127.0.0.1:${port}/session/${value.sessionId}`);
  }

  /** A command to the session as a whole. */
  send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    return this.#next(() => call(method, `${this.#base}${path}`, body));
  }

  /** A command to one window; commands wait for one another, since the session looks at one window at a time. */
  within(window: string, method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    return this.#next(async () => {
      if (this.#window !== window) await call('POST', `${this.#base}/window`, { handle: window });
      this.#window = window;
      return call(method, `${this.#base}${path}`, body);
    });
  }

  /** Runs a script within the frame that another script finds. */
  inFrame(window: string, findScript: string, script: string): Promise<unknown> {
    return this.#next(async () => {
      if (this.#window !== window) await call('POST', `${this.#base}/window`, { handle: window });
      this.#window = window;
      const frame = await call('POST', `${this.#base}/execute/sync`, { script: findScript, args: [] });
      if (elementId(frame) === undefined) throw new Error('no such frame');
      await call('POST', `${this.#base}/frame`, { id: frame });
      try {
        return await call('POST', `${this.#base}/execute/async`, { script, args: [] });
      } finally {
        await call('POST', `${this.#base}/frame`, { id: null });
      }
    });
  }

  #next<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

async function call(method: string, url: string, body?: object): Promise<unknown> {
  const payload = method === 'POST' ? { body: JSON.stringify(body ?? {}), headers: { 'content-type': 'application/json' } } : {};
  const response = await fetch(url, { method, ...payload });
  const { value } = await response.json() as { value: unknown };
  if (!response.ok) {
    const { error, message } = value as { error: string; message: string };
    throw new Error(`${error}: ${message}`);
  }
  return value;
}

/** The id of an element in an answer. */
export function elementId(value: unknown): string | undefined {
  return value === null ? undefined : (value as Record<string, string>)[ELEMENT];
}

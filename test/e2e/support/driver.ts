// What each engine can be asked to do, in the fewest calls; page.ts builds what a test says on top of it.

export interface Driver {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  url(): Promise<string>;
  /** The JSON value of an expression; a promise is awaited. */
  evaluate(expression: string): Promise<unknown>;
  /** The same within the frame whose address holds `part`. */
  evaluateInFrame(part: string, expression: string): Promise<unknown>;
  clickAt(x: number, y: number, times: number): Promise<void>;
  type(text: string): Promise<void>;
  /** A key, or keys held together: `Enter`, `Control+l`, `Shift+ArrowDown`. */
  press(chord: string): Promise<void>;
  /** Gives files to the input that the expression evaluates to. */
  setFiles(inputExpression: string, paths: readonly string[]): Promise<void>;
  /** Whether `setFiles` takes a folder for an input that asks for one. */
  readonly takesFolders: boolean;
  screenshot(path: string): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  /** Whether this engine can pretend it. */
  prefersDark(dark: boolean): Promise<boolean>;
  /** Drops files and folders of the disk at a point; only Chromium can. */
  dropAt?(x: number, y: number, paths: readonly string[]): Promise<void>;
  /** Ends every worker of the page, as a browser short of memory does; only Chromium can. Gives how many. */
  endWorkers?(): Promise<number>;
  /** From here on: the bodies of what the page's workers are answered at addresses that end so. Only Chromium can. */
  watchAnswers?(ending: string): Promise<readonly string[]>;
  /** Where each text is after a collection: the page's heap, its workers'. Only Chromium can. */
  heapsWith?(texts: readonly string[]): Promise<{ readonly page: readonly string[]; readonly workers: readonly string[] }>;
  /** Gives the page a passkey authenticator; only Chromium can. */
  addAuthenticator?(): Promise<void>;
  /** What keeps this page from being installed as an app; only Chromium says. */
  installFaults?(): Promise<readonly string[]>;
  /** Pretends to the page's workers that data is to be saved, or not; only Chromium tells of that. */
  saveData?(save: boolean): Promise<void>;
  /** What the page said on its console, and every error that nobody caught. */
  readonly lines: string[];
  close(): Promise<void>;
}

export interface Browser {
  /** Whether its profile outlives it. */
  readonly lasts: boolean;
  newPage(): Promise<Driver>;
  /** The window that a page has opened at an address that holds `part`. */
  popup(part: string): Promise<Driver | undefined>;
  /** Says to the service workers of an origin that there is a network (Background Sync), and settles once each was told; only Chromium can. */
  wakeByNetwork?(origin: string, tag: string): Promise<number>;
  /** Ends it as a person does. */
  close(): Promise<void>;
  /** Ends its process at once. */
  kill(): Promise<void>;
}

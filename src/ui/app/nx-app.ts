// The shell around every surface: picks it, fetches it, drops it with the lock, and gives it the seal's colour. It decides nothing of its own.
import { css, html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { DeviceStatus } from '../../workers/contract/device.ts';
import type { HeardFact } from '../../workers/contract/events.ts';
import type { Client, ConnectionState } from '../../workers/door/page/client.ts';
import { sentenceOf } from '../errors.ts';
import { speak } from '../locales/localisation.ts';
import { mark } from '../markers.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-toasts.ts';
import type { NxToasts } from '../parts/nx-toasts.ts';
import { setAccent, setAppearance } from '../parts/theme.ts';
import { Watch } from '../parts/watch.ts';
import { reportActivity } from './activity.ts';
import { connectionScreen } from './connection-screen.ts';
import { type CourierWatch, watchCourier } from './courier-watch.ts';
import { markersOf, READY_MARKERS } from './fact-markers.ts';
import { drawSurface, LOADERS } from './loaders.ts';
import { frontOf, surfaceOf, userOf, wishAfter, type SurfaceName, type Wish } from './surface.ts';
import '../release/nx-release.ts';

export class NxApp extends NxElement {
  static override properties = { client: { attribute: false }, wish: { state: true }, locking: { state: true }, joining: { state: true }, loaded: { state: true }, partMissing: { state: true } };
  static override styles = [controls, css`
    :host { min-block-size: 100dvh; display: grid; grid-template-columns: minmax(0, 1fr); grid-template-rows: minmax(0, 1fr); }
    main.plain { display: grid; place-items: center; padding: 2rem; text-align: center; }
    main.plain > div { max-inline-size: 30rem; justify-items: center; }
    main.connecting h1 { font-size: 1rem; font-weight: 500; color: var(--nx-quiet); animation: late 0s 400ms both; }
    @keyframes late { from { visibility: hidden; } to { visibility: visible; } }
  `];

  declare client: Client;
  declare wish: Wish;
  declare locking: boolean;
  /** Asked for in the OOBE, until the session that it opened ends or locks. */
  declare joining: boolean;
  declare loaded: ReadonlySet<SurfaceName>;
  declare partMissing: boolean;
  readonly #connection = new Watch<ConnectionState>(this, () => this.client.connection);
  readonly #device = new Watch<DeviceStatus>(this, () => this.client.device, (status) => { this.#seen(status); });
  #stopReporting: (() => void) | undefined;
  #courier: CourierWatch | undefined;
  #greetedSid: string | undefined;
  #ready = false;

  constructor() {
    super();
    this.wish = 'none';
    this.locking = false;
    this.joining = false;
    this.loaded = new Set();
    this.partMissing = false;
    new Watch<HeardFact>(this, () => this.client.facts, (fact) => { this.#heard(fact); });
    this.addEventListener('nx-wish', (event) => { this.wish = (event as CustomEvent<Wish>).detail; });
    this.addEventListener('nx-join', () => { this.joining = true; });
    this.addEventListener('nx-toast', (event) => { this.#say((event as CustomEvent<string>).detail); });
    this.addEventListener('nx-add-user', () => { void this.#addUser(); });
    this.addEventListener('nx-lock-now', () => { void this.#lock(); });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopReporting = reportActivity(this.client, () => performance.now());
    addEventListener('keydown', this.#keys);
    this.#courier = watchCourier(() => navigator.serviceWorker?.ready, window);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopReporting?.();
    this.#courier?.stop();
    removeEventListener('keydown', this.#keys);
  }

  override render(): TemplateResult {
    return html`${this.#surface()}<nx-release></nx-release><nx-toasts></nx-toasts>`;
  }

  #surface(): unknown {
    const state = this.#connection.value ?? 'connecting';
    const status = this.#device.value;
    if (state !== 'ready' && state !== 'connecting') return connectionScreen(state, () => { this.client.takeOver(); });
    if (status === undefined) return connectionScreen('connecting');
    if (this.locking) return nothing;
    const name = surfaceOf(status, this.wish);
    if (!this.loaded.has(name)) return this.#fetch(name);
    const key = name === 'lock' || name === 'desktop' ? `${name} ${status.front ?? ''}` : name;
    return keyed(key, drawSurface(name, { client: this.client, status, joining: this.joining }));
  }

  #fetch(name: SurfaceName): TemplateResult {
    LOADERS[name]().then(() => { this.loaded = new Set([...this.loaded, name]); }, () => { this.partMissing = true; });
    return connectionScreen(this.partMissing ? 'part_missing' : 'connecting');
  }

  #seen(status: DeviceStatus): void {
    if (!this.#ready) READY_MARKERS.forEach((marker) => { mark(marker); });
    this.#ready = true;
    const front = frontOf(status);
    this.wish = wishAfter(status, this.wish);
    setAccent(userOf(status, front)?.seal.colour);
    if (front !== undefined && !front.locked) void this.#takePrefs(front.sid);
    if (front === undefined && this.#greetedSid !== undefined) this.#forget();
  }

  /** A session that opens brings its language and look; they stay at its own lock screen, and go with the session. */
  async #takePrefs(sid: string): Promise<void> {
    if (this.#greetedSid === sid) return;
    this.#greetedSid = sid;
    const prefs = await this.client.call.getPrefs({});
    if (!prefs.ok) return;
    setAppearance(prefs.value.appearance);
    await speak(prefs.value.language);
  }

  #forget(): void {
    this.#greetedSid = undefined;
    setAppearance('system');
    void speak('system');
  }

  #heard(fact: HeardFact): void {
    if (fact.type === 'facts.missed') return this.#missed();
    markersOf(fact).forEach((marker) => { mark(marker); });
    this.#courier?.heard(fact);
    if (fact.type === 'session.locked' || fact.type === 'session.ended') this.#drop();
    if (fact.type === 'prefs.changed') {
      setAppearance(fact.prefs.appearance);
      void speak(fact.prefs.language);
    }
  }

  /** What a lock and a change of settings would have done. */
  #missed(): void {
    const front = this.#device.value && frontOf(this.#device.value);
    if (front === undefined || front.locked) return this.#drop();
    this.#greetedSid = undefined;
    void this.#takePrefs(front.sid);
  }

  #drop(): void {
    this.joining = false;
    this.find<NxToasts>('nx-toasts')?.clear();
  }

  #say(text: string): void {
    this.find<NxToasts>('nx-toasts')?.show(text);
  }

  readonly #keys = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== 'l' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const status = this.#device.value;
    if (status === undefined || frontOf(status)?.locked !== false) return;
    event.preventDefault();
    void this.#lock();
  };

  /** Whoever is in front is locked before somebody else gets a home. */
  async #addUser(): Promise<void> {
    const answer = await this.client.call.showGreeter({});
    if (answer.ok) this.wish = 'add-user';
    else this.#say(sentenceOf(answer.error));
  }

  /** The views go first, so that nothing stays on the screen while the authority locks. */
  async #lock(): Promise<void> {
    this.locking = true;
    const answer = await this.client.call.lock({});
    this.locking = false;
    if (!answer.ok) this.#say(sentenceOf(answer.error));
  }
}

customElements.define('nx-app', NxApp);

// Settings, "Lock, look and language": what a person prefers, kept sealed in their home.
import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Prefs } from '../../workers/contract/prefs.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { formatSpan } from '../format.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import { Watch } from '../parts/watch.ts';
import { row, settingsStyle } from './settings-row.ts';

const MINUTE = 60_000;
const LOCK_AFTER = [1, 2, 5, 10, 15, 30, 60, 240, 480].map((minutes) => minutes * MINUTE);

type Choice = readonly [value: string, label: string];

export class NxSettingsLook extends NxElement {
  static override properties = { client: { attribute: false }, prefs: { state: true } };
  static override styles = [controls, settingsStyle];

  declare client: Client;
  declare prefs: Prefs | undefined;
  readonly #ask = new Ask(this);

  constructor() {
    super();
    // Another tab changed them, or another device.
    new Watch(this, () => this.client.facts, (fact) => { if (fact.type === 'prefs.changed') this.prefs = fact.prefs; });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  override render(): TemplateResult {
    return html`<section aria-labelledby="heading">
      <h2 id="heading">${msg('Lock, look and language')}</h2>
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
      ${this.prefs === undefined ? nothing : html`<div class="rows">${this.#rows(this.prefs)}</div>`}
    </section>`;
  }

  #rows(prefs: Prefs): TemplateResult {
    const after: Choice[] = [...new Set([...LOCK_AFTER, prefs.autoLockMs ?? MINUTE])].sort((one, other) => one - other).map((ms) => [String(ms), formatSpan(ms)]);
    return html`
      ${row({ title: msg('Lock automatically'), text: msg('After this time without a key or a touch. Ctrl+L or Cmd+L locks at once.'),
        control: this.#select(msg('Lock automatically'), String(prefs.autoLockMs ?? 'never'), [...after, ['never', msg('Never')]], (value) => ({ autoLockMs: value === 'never' ? null : Number(value) })) })}
      ${row({ title: msg('Appearance'), control: this.#select(msg('Appearance'), prefs.appearance,
        [['system', msg('As the system')], ['light', msg('Light')], ['dark', msg('Dark')]], (value) => ({ appearance: value as Prefs['appearance'] })) })}
      ${row({ title: msg('Language'), control: this.#select(msg('Language'), prefs.language,
        [['system', msg('As the browser')], ['en', 'English'], ['de', 'Deutsch']], (value) => ({ language: value as Prefs['language'] })) })}`;
  }

  #select(name: string, value: string, choices: readonly Choice[], change: (value: string) => Partial<Prefs>): TemplateResult {
    return html`<select aria-label=${name} @change=${(event: Event) => { void this.#set(change((event.target as HTMLSelectElement).value)); }}>
      ${choices.map(([each, label]) => html`<option value=${each} .selected=${live(each === value)}>${label}</option>`)}
    </select>`;
  }

  async #load(): Promise<void> {
    const answer = await this.#ask.of(() => this.client.call.getPrefs({}));
    if (answer.ok) this.prefs = answer.value;
  }

  async #set(prefs: Partial<Prefs>): Promise<void> {
    const answer = await this.#ask.of(() => this.client.call.setPrefs({ prefs }));
    if (answer.ok) this.prefs = answer.value;
    else await this.#load();
  }
}

customElements.define('nx-settings-look', NxSettingsLook);

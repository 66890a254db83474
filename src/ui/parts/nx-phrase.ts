// Shows a recovery phrase once, prints it as a kit, and asks two of its words back. It keeps the phrase no longer than it is shown.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { formatDate } from '../format.ts';
import { controls } from './controls.ts';
import { field } from './field.ts';
import { NxElement } from './nx-element.ts';
import { recoveryKit } from './recovery-kit.ts';
import { shake } from './shake.ts';
import { printSheet } from './theme.ts';
import { pickTwo } from './word-check.ts';

export class NxPhrase extends NxElement {
  static override properties = { phrase: { attribute: false }, owner: { attribute: false }, renewed: { type: Boolean, reflect: true }, asked: { state: true }, wrong: { state: true } };
  static override styles = [controls, recoveryKit, css`
    :host([renewed]) h1 { font-size: 1.0625rem; line-height: 1.3; }
    ol.words { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: 0.375rem; counter-reset: word; }
    ol.words li { counter-increment: word; display: flex; gap: 0.5rem; align-items: baseline; padding: 0.5rem 0.75rem; background: var(--nx-raised); border-radius: var(--nx-radius-small); font-weight: 550; user-select: text; }
    ol.words li::before { content: counter(word); min-inline-size: 1.25rem; color: var(--nx-quiet); font-weight: 400; font-variant-numeric: tabular-nums; text-align: end; }
  `];

  declare phrase: string;
  /** Whose it is, for the kit. */
  declare owner: string;
  /** It takes the place of another one, in a dialog that has a heading of its own. */
  declare renewed: boolean;
  declare asked: readonly [number, number] | undefined;
  declare wrong: boolean;

  constructor() {
    super();
    this.wrong = false;
    this.renewed = false;
  }

  override firstUpdated(): void {
    this.find('h1')?.focus();
  }

  override render(): TemplateResult {
    return this.asked === undefined ? this.#shown() : this.#question(this.asked);
  }

  get #words(): string[] {
    return this.phrase.split(' ');
  }

  get #level(): number {
    return this.renewed ? 3 : 1;
  }

  #shown(): TemplateResult {
    return html`<div class="stack screen">
      <h1 tabindex="-1" aria-level=${this.#level}>${this.renewed ? msg('Your new recovery phrase') : msg('Your recovery phrase')}</h1>
      <p class="quiet">${this.renewed ? msg('These words take the place of those that you have: once the keys are new, the old ones open your home no more, only backups made before. They are shown this once. Write them down or print them, and keep them where you keep papers that matter.') : msg('If you forget your password, only these words open your home again. Nobody else has them, and they are shown this once. Write them down or print them, and keep them where you keep papers that matter.')}</p>
      <ol class="words" aria-label=${msg('Recovery phrase')}>${this.#words.map((word) => html`<li>${word}</li>`)}</ol>
      <div class="row row-end">
        <button type="button" @click=${printSheet}>${msg('Print recovery kit')}</button>
        <button class="primary" type="button" @click=${this.#ask}>${msg('Continue')}</button>
      </div>
    </div>${this.#kit()}`;
  }

  #question([first, second]: readonly [number, number]): TemplateResult {
    const look = (index: number) => field({ name: `word-${index}`, label: msg(str`Word ${index + 1}`), invalid: this.wrong });
    return html`<form class="stack screen" @submit=${this.#check} @input=${() => { this.wrong = false; }} novalidate>
      <h1 tabindex="-1" aria-level=${this.#level}>${msg('Check your copy')}</h1>
      <p class="quiet">${msg('Type two words from what you wrote down.')}</p>
      <div class="pair">${look(first)}${look(second)}</div>
      <p class="alert" role="alert">${this.wrong ? msg('These are not the words. Look at your copy again.') : nothing}</p>
      <div class="row row-end">
        <button type="button" @click=${this.#back}>${msg('Show the phrase again')}</button>
        <button class="primary" type="submit">${msg('Continue')}</button>
      </div>
    </form>`;
  }

  #kit(): TemplateResult {
    return html`<section class="kit" aria-hidden="true">
      <h2>${msg('Nexus recovery kit')}</h2>
      <p>${this.owner} · ${formatDate(Date.now())} · ${location.host}</p>
      <ol>${this.#words.map((word) => html`<li>${word}</li>`)}</ol>
      <p>${msg('These words open the home of this user without the password: choose “Use recovery phrase” where the password is asked for, or type them to open a backup. Whoever has this sheet can do the same. Keep it safe.')}</p>
    </section>`;
  }

  readonly #ask = async (): Promise<void> => {
    this.asked = pickTwo(this.#words.length, (below) => crypto.getRandomValues(new Uint32Array(1))[0]! % below);
    await this.updateComplete;
    this.find('input')?.focus();
  };

  readonly #back = async (): Promise<void> => {
    this.asked = undefined;
    this.wrong = false;
    await this.updateComplete;
    this.find('h1')?.focus();
  };

  readonly #check = (event: Event): void => {
    event.preventDefault();
    const inputs = [...this.renderRoot.querySelectorAll<HTMLInputElement>('input')];
    const right = inputs.every((input, place) => input.value.trim().toLowerCase() === this.#words[this.asked?.[place] ?? -1]);
    if (right) {
      for (const input of inputs) input.value = '';
      this.emit('nx-confirmed');
      return;
    }
    this.wrong = true;
    shake(this.find('form'));
    inputs[0]?.focus();
  };
}

customElements.define('nx-phrase', NxPhrase);

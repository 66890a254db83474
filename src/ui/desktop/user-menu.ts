// Owns: the menu behind the user's own seal: switch user, log out. What they do is the desktop's.
import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { UserCard } from '../../workers/contract/device.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-seal.ts';
import { icon } from './icons.ts';

export class NxUserMenu extends NxElement {
  static override properties = { user: { attribute: false }, open: { state: true } };
  static override styles = [controls, css`
    :host { position: relative; min-inline-size: 0; --seal-size: 2.25rem; }
    .user { padding: 0.25rem 0.625rem 0.25rem 0.375rem; border-color: transparent; background: none; max-inline-size: 100%; gap: 0.625rem; font-weight: 600; }
    .user bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-inline-size: 0; }
    .user .icon { inline-size: 1rem; color: var(--nx-quiet); flex: none; }
    [role='menu'] { position: absolute; z-index: 5; inset-block-start: calc(100% + 0.25rem); inset-inline-start: 0; min-inline-size: 12rem; background: var(--nx-surface); border: 1px solid var(--nx-line); border-radius: var(--nx-radius); padding: 0.375rem; box-shadow: var(--nx-shadow); display: grid; }
    [role='menuitem'] { justify-content: start; border-color: transparent; background: none; }
    [role='menuitem'] .icon { color: var(--nx-quiet); }
    @media (max-width: 44rem) { .user bdi { max-inline-size: 6rem; } }
    /* Too little would be left of it to be read. */
    @media (max-width: 34rem) { .user bdi { display: none; } }
    @media (max-width: 24rem) {
      :host { --seal-size: min(2.25rem, 14vw); }
      .user { gap: 0.25rem; padding-inline: 0; }
    }
  `];

  declare user: UserCard;
  declare open: boolean;

  constructor() {
    super();
    this.open = false;
  }

  override render(): TemplateResult {
    return html`<button type="button" class="user" aria-label=${this.user.name} aria-haspopup="menu" aria-expanded=${this.open ? 'true' : 'false'} @click=${this.#toggle} @keydown=${this.#opens}>
        <nx-seal .seal=${this.user.seal}></nx-seal><bdi>${this.user.name}</bdi>${icon('down')}</button>
      ${this.open ? html`<div role="menu" aria-label=${this.user.name} @keydown=${this.#moves} @focusout=${this.#left}>
        <button type="button" role="menuitem" tabindex="-1" @click=${() => { this.#choose('nx-switch-user'); }}>${icon('people')}${msg('Switch user')}</button>
        <button type="button" role="menuitem" tabindex="-1" @click=${() => { this.#choose('nx-log-out'); }}>${icon('out')}${msg('Log out')}</button>
      </div>` : nothing}`;
  }

  get #items(): readonly HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[role=menuitem]')];
  }

  readonly #toggle = async (): Promise<void> => {
    this.open = !this.open;
    await this.updateComplete;
    if (this.open) this.#items[0]?.focus();
  };

  readonly #opens = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' || this.open) return;
    event.preventDefault();
    void this.#toggle();
  };

  readonly #moves = (event: KeyboardEvent): void => {
    const items = this.#items;
    const at = items.findIndex((item) => item.matches(':focus'));
    const targets: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 };
    const target = targets[event.key];
    if (event.key === 'Escape') this.#close();
    if (target === undefined) return;
    event.preventDefault();
    items[target % items.length]?.focus();
  };

  readonly #left = (event: FocusEvent): void => {
    const inside = event.relatedTarget instanceof Node && this.renderRoot.contains(event.relatedTarget);
    if (!inside) this.open = false;
  };

  #close(): void {
    this.renderRoot.querySelector<HTMLElement>('.user')?.focus();
    this.open = false;
  }

  #choose(wish: 'nx-switch-user' | 'nx-log-out'): void {
    this.#close();
    this.emit(wish);
  }
}

customElements.define('nx-user-menu', NxUserMenu);

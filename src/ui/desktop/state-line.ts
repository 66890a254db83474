// Owns: the state that is always in sight: where things are saved, how far sync is, whether the browser keeps them, whether Nexus answers.
// It says no more than is known (docs/user-interface.md, "What is always in sight").
import { msg } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import type { SyncStatus } from '../../workers/contract/sync.ts';
import type { Client, ConnectionState } from '../../workers/door/page/client.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import { Watch } from '../parts/watch.ts';
import { type Durability, durabilityNow } from '../storage/durability.ts';
import { syncStates } from '../sync/sync-states.ts';
import { isTrouble, syncWords } from '../sync/sync-words.ts';
import { icon } from './icons.ts';

/** Until the authority has said how far sync is. */
const OFF: SyncStatus = { state: 'off', waiting: 0, toCome: 0, unreadable: 0 };

export class NxStateLine extends NxElement {
  static override properties = { client: { attribute: false }, durability: { state: true } };
  static override styles = [controls, css`
    :host { min-inline-size: 0; }
    [role='status'] { display: flex; gap: 0.5rem; align-items: center; font-size: 0.875rem; line-height: 1.35; color: var(--nx-quiet); }
    .icon { flex: none; color: var(--nx-good); }
    .doubt .icon { color: light-dark(#8a5a00, #f0c36a); }
    .what { display: grid; min-inline-size: 0; }
    .what > :first-child { color: var(--nx-text); font-weight: 550; }
    @media (max-width: 30rem) { [role='status'] { font-size: min(0.75rem, 4.6vw); } }
  `];

  declare client: Client;
  declare durability: Durability | undefined;
  readonly #connection = new Watch<ConnectionState>(this, () => this.client.connection);
  readonly #sync = new Watch<SyncStatus>(this, () => syncStates(this.client));

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#ask();
    document.addEventListener('visibilitychange', this.#ask);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#ask);
  }

  override render(): TemplateResult {
    const sync = this.#sync.value ?? OFF;
    const ready = this.#connection.value === 'ready';
    const calm = ready && this.durability?.promise === 'kept' && !isTrouble(sync);
    return html`<div role="status" aria-label=${msg('Sync')} class=${calm ? '' : 'doubt'}>${icon(calm ? 'shield' : 'warning')}
      <span class="what"><span>${ready ? syncWords(sync) : msg('Nexus is starting again')}</span><span>${this.#promise()}</span></span></div>`;
  }

  #promise(): string {
    switch (this.durability?.promise) {
      case undefined: return '';
      case 'kept': return msg('Kept by this browser');
      case 'evictable': return msg('This browser may remove it: back up');
      case 'unknown': return msg('May not last here: back up');
    }
  }

  readonly #ask = async (): Promise<void> => { this.durability = await durabilityNow(); };
}

customElements.define('nx-state-line', NxStateLine);

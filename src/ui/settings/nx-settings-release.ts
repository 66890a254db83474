// Settings, "Updates": which release this is, whether another waits, and the way to the self-test.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { DeviceStatus } from '../../workers/contract/device.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import { Watch } from '../parts/watch.ts';
import { lookForRelease, releaseState, takeRelease, type ReleaseState } from '../release/release-watch.ts';
import { row, settingsStyle } from './settings-row.ts';

export class NxSettingsRelease extends NxElement {
  static override properties = { status: { attribute: false }, looked: { state: true } };
  static override styles = [controls, settingsStyle];

  declare status: DeviceStatus;
  /** What came of looking for a newer one, while none waits. */
  declare looked: 'newest' | 'unreachable' | undefined;
  readonly #state = new Watch<ReleaseState>(this, () => releaseState);

  override render(): TemplateResult {
    return html`<section aria-labelledby="heading">
      <h2 id="heading">${msg('Updates')}</h2>
      <div class="rows">
        ${row({ title: msg(str`Release ${this.status.release}`), text: this.#text(), control: this.#button() })}
        ${row({ title: msg('Self-test'), text: msg('Makes a user of its own, uses every part once and cleans up. Your home is not touched.'), control: html`<a class="button" href="/selftest" target="_blank" rel="noopener">${msg('Open the self-test')}</a>` })}
      </div>
    </section>`;
  }

  #text(): string {
    switch (this.#state.value) {
      case 'waiting': return msg('A newer release is ready. It is taken when you say so.');
      case 'taking': return msg('One moment…');
      case 'unsupported': return msg('This browser cannot keep Nexus for use without a network here.');
      case 'none': case undefined: return this.#lookedText();
    }
  }

  #lookedText(): string {
    switch (this.looked) {
      case 'newest': return msg('No newer release was found.');
      case 'unreachable': return msg('The address of Nexus cannot be reached now. This release works without it.');
      case undefined: return msg('A newer release waits until you take it.');
    }
  }

  #button(): TemplateResult | typeof nothing {
    if (this.#state.value === 'waiting') return html`<button class="primary" type="button" @click=${takeRelease}>${msg('Update now')}</button>`;
    if (this.#state.value === 'unsupported') return nothing;
    return html`<button type="button" @click=${this.#look}>${msg('Look for updates')}</button>`;
  }

  readonly #look = async (): Promise<void> => {
    this.looked = await lookForRelease() ? 'newest' : 'unreachable';
  };
}

customElements.define('nx-settings-release', NxSettingsRelease);

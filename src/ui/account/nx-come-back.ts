// What a tab says that has handed its sign-in over to the one that waits for it.
import { msg } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';

export class NxComeBack extends NxElement {
  static override styles = [controls, css`
    main { min-block-size: 100dvh; display: grid; place-content: center; gap: 0.75rem; padding: 2rem; text-align: center; }
  `];

  override render(): TemplateResult {
    return html`<main>
      <h1>${msg('Back to Nexus')}</h1>
      <p>${msg('Your sign-in goes on where it began. You can close this window.')}</p>
    </main>`;
  }
}

customElements.define('nx-come-back', NxComeBack);

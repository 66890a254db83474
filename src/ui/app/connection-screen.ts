// What is shown while there is no authority to ask: plain screens, each with the one thing to do.
import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { ConnectionState } from '../../workers/door/page/client.ts';

interface Screen {
  readonly heading: string;
  readonly text: string;
  readonly button?: { readonly label: string; readonly press: () => void };
}

/** `part_missing`: a surface could not be fetched. */
type ScreenState = ConnectionState | 'part_missing';

function screenOf(state: ScreenState, takeOver: () => void): Screen {
  const reload = { label: msg('Reload'), press: () => { location.reload(); } };
  switch (state) {
    case 'elsewhere': return {
      heading: msg('Nexus is open in another tab'), text: msg('Go on in that tab, or use Nexus here. The other tab then locks; nothing that was saved is lost.'),
      button: { label: msg('Use Nexus here'), press: takeOver },
    };
    case 'newer_schema': return { heading: msg('Stored by a newer release'), text: msg('What is stored here was written by a newer release of Nexus. Nothing was changed. Reload the page to get it.'), button: reload };
    case 'broken': return {
      heading: msg('Nexus cannot start'), text: msg('The browser stopped the part of Nexus that keeps your data. Nothing that was saved is lost. Reload the page; if it stays, restart the browser.'),
      button: reload,
    };
    case 'part_missing': return {
      heading: msg('A part of Nexus could not be loaded'), text: msg('Nothing that was saved is lost. Check the connection and reload the page.'), button: reload,
    };
    case 'connecting': case 'ready': return { heading: msg('Starting Nexus'), text: '' };
  }
}

export function connectionScreen(state: ScreenState, takeOver: () => void = () => undefined): TemplateResult {
  const { heading, text, button } = screenOf(state, takeOver);
  return html`<main class="plain ${state}"><div class="stack">
    <h1 role=${state === 'connecting' ? 'status' : nothing}>${heading}</h1>
    ${text === '' ? nothing : html`<p class="quiet">${text}</p>`}
    ${button === undefined ? nothing : html`<div><button class="primary" type="button" @click=${button.press}>${button.label}</button></div>`}
  </div></main>`;
}

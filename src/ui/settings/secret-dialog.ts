// The frame of every dialog in Settings that asks for a secret: the user's seal, a form, what went wrong, two buttons.
import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import type { Seal } from '../../workers/contract/device.ts';
import type { Ask } from '../parts/ask.ts';
import '../parts/nx-dialog.ts';

interface SecretDialog {
  readonly heading: string;
  readonly seal: Seal;
  readonly body: unknown;
  readonly action: string;
  readonly danger?: boolean;
  readonly ask: Ask;
  readonly submit: (event: Event) => void;
  readonly close: () => void;
}

export function secretDialog({ heading, seal, body, action, danger, ask, submit, close }: SecretDialog): TemplateResult {
  return html`<nx-dialog .heading=${heading} .seal=${seal} .open=${true} @nx-close=${close}>
    <form class="stack" @submit=${submit} @input=${() => { ask.say(undefined); }} novalidate>
      ${body}
      <p class="alert" role="alert">${ask.fault ?? ''}</p>
      <div class="row row-end">
        <button type="button" @click=${close}>${msg('Cancel')}</button>
        <button type="submit" class=${danger === true ? 'danger' : 'primary'} ?disabled=${ask.busy}>${ask.busy ? msg('One moment…') : action}</button>
      </div>
    </form>
  </nx-dialog>`;
}

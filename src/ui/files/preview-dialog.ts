// Owns: showing one file in the page. Text comes as bytes and is shown as text, whatever it is; pictures, PDF, sound and film come
// over a stream. Nothing that could run is ever rendered as a document (docs/user-interface.md, "Previews").
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { FileEntry, Preview } from '../../workers/contract/home.ts';
import { LIMITS } from '../../workers/contract/limits.ts';
import type { Answer } from '../../workers/contract/surface.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { icon } from '../desktop/icons.ts';
import { sentenceOf } from '../errors.ts';
import { formatBytes, formatDateTime } from '../format.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-dialog.ts';
import { streamsReady } from './download.ts';
import { fileKind, type FileKind } from './file-kind.ts';

type Shown =
  | { readonly kind: 'loading' } | { readonly kind: 'facts' } | { readonly kind: 'failed'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string; readonly cut: boolean }
  | { readonly kind: 'image' | 'pdf' | 'audio' | 'video'; readonly url: string };

/** More is drawn when asked for: a page of it at once would hold up everything. */
const TEXT_CHARS = 128 * 1024;

export class NxPreviewDialog extends NxElement {
  static override properties = { client: { attribute: false }, entry: { attribute: false }, version: { attribute: false }, shown: { state: true }, chars: { state: true } };
  static override styles = [controls, css`
    .stage { min-block-size: 12rem; display: grid; place-items: center; background: var(--nx-raised); border-radius: var(--nx-radius-small); overflow: hidden; grid-template-columns: minmax(0, 1fr); }
    img, video { max-inline-size: 100%; max-block-size: 60dvh; display: block; }
    audio { inline-size: calc(100% - 2rem); }
    iframe { inline-size: 100%; block-size: 65dvh; border: 0; display: block; background: #ffffff; }
    pre { margin: 0; padding: 1rem; inline-size: 100%; max-block-size: 60dvh; overflow: auto; align-self: stretch; font: 0.875rem/1.55 ui-monospace, 'SF Mono', 'Cascadia Mono', monospace; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; }
    .big svg { inline-size: 4rem; block-size: 4rem; stroke-width: 1; color: var(--nx-quiet); }
    .facts { display: grid; justify-items: center; gap: 0.5rem; padding: 2rem 1rem; text-align: center; }
  `];

  declare client: Client;
  declare entry: FileEntry;
  declare version: number | undefined;
  declare shown: Shown;
  declare chars: number;

  constructor() {
    super();
    this.version = undefined;
    this.shown = { kind: 'loading' };
    this.chars = TEXT_CHARS;
  }

  override firstUpdated(): void {
    void this.#load();
  }

  override render(): TemplateResult {
    const { entry } = this;
    return html`<nx-dialog open wide .heading=${entry.name}>
      <div class="stack">
        <div class="stage" aria-busy=${this.shown.kind === 'loading' ? 'true' : 'false'}>${this.#stage()}</div>
        <p class="small quiet">${[formatBytes(entry.size), formatDateTime(entry.modified), entry.mediaType].filter((fact) => fact !== '').join(' · ')}</p>
      </div>
      <div slot="actions">
        ${this.version === undefined ? html`<button type="button" @click=${() => { this.emit('nx-download', entry); }}>${icon('download')}${msg('Download')}</button>` : nothing}
        <button type="button" class="primary" @click=${() => { this.emit('nx-close'); }}>${msg('Close')}</button>
      </div>
    </nx-dialog>`;
  }

  #stage(): TemplateResult {
    const { shown, entry } = this;
    switch (shown.kind) {
      case 'loading': return html`<p class="quiet" role="status">${msg('Opening…')}</p>`;
      case 'failed': return html`<p class="alert" role="alert">${shown.text}</p>`;
      case 'text': return this.#text(shown.text, shown.cut);
      case 'image': return html`<img src=${shown.url} alt=${entry.name} @error=${this.#unshowable}>`;
      case 'audio': return html`<audio controls src=${shown.url} aria-label=${entry.name} @error=${this.#unshowable}></audio>`;
      case 'video': return html`<video controls src=${shown.url} aria-label=${entry.name} @error=${this.#unshowable}></video>`;
      case 'pdf': return html`<iframe src=${shown.url} title=${entry.name}></iframe>`;
      case 'facts': return html`<div class="facts big">${icon(fileKind(entry.mediaType, entry.name))}<p>${msg('There is no preview for this kind of file.')}</p></div>`;
    }
  }

  #text(text: string, cut: boolean): TemplateResult {
    const more = text.length > this.chars;
    return html`<pre tabindex="0" dir="auto" aria-label=${msg('Content')}>${text.slice(0, this.chars)}${more ? html`
<button type="button" @click=${() => { this.chars += TEXT_CHARS; }}>${msg('Show more')}</button>` : cut ? html`
<strong>${msg(str`Only the first ${formatBytes(LIMITS.previewBytes)} are shown.`)}</strong>` : nothing}</pre>`;
  }

  async #load(): Promise<void> {
    const kind = fileKind(this.entry.mediaType, this.entry.name);
    this.shown = kind === 'text' || this.version !== undefined ? await this.#loadText(kind) : await this.#loadMedia(kind);
  }

  async #loadText(kind: FileKind): Promise<Shown> {
    if (kind !== 'text') return { kind: 'facts' };
    const { version } = this;
    const answer: Answer<Preview> = await this.client.call.previewFile({ node: this.entry.id, ...(version !== undefined && { version }) });
    if (!answer.ok) return { kind: 'failed', text: sentenceOf(answer.error) };
    return { kind: 'text', text: new TextDecoder().decode(answer.value.bytes), cut: answer.value.truncated };
  }

  async #loadMedia(kind: FileKind): Promise<Shown> {
    const drawn = kind === 'image' || kind === 'audio' || kind === 'video' || (kind === 'pdf' && navigator.pdfViewerEnabled);
    if (!drawn) return { kind: 'facts' };
    await streamsReady();
    const ticket = await this.client.call.openMedia({ node: this.entry.id });
    return ticket.ok ? { kind, url: ticket.value.url } : { kind: 'failed', text: sentenceOf(ticket.error) };
  }

  readonly #unshowable = (): void => { this.shown = { kind: 'failed', text: msg('The browser cannot show this file. It is still here: download it to open it elsewhere.') }; };
}

customElements.define('nx-preview-dialog', NxPreviewDialog);

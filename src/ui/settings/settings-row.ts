// How a section of Settings looks: a heading, then rows with what it is on the left and what to do on the right.
import { css, html, nothing, type TemplateResult } from 'lit';

export const settingsStyle = css`
  :host { display: block; }
  section { display: grid; gap: 0.75rem; grid-template-columns: minmax(0, 1fr); }
  .rows { background: var(--nx-surface); border: 1px solid var(--nx-line); border-radius: var(--nx-radius); }
  .line { display: flex; flex-wrap: wrap; gap: 0.75rem 1.5rem; align-items: center; justify-content: space-between; padding: 0.875rem 20px; min-block-size: 4rem; }
  .line + .line { border-block-start: 1px solid var(--nx-line); }
  .line > .what { flex: 1 1 15rem; min-inline-size: 0; display: grid; gap: 0.125rem; overflow-wrap: anywhere; }
  .line > .do { max-inline-size: 100%; display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
  .line select { inline-size: auto; min-inline-size: min(11rem, 100%); max-inline-size: 100%; }
  .within { padding: 0 20px 1rem; display: grid; gap: 0.75rem; }
  .title { font-weight: 550; }
`;

interface Row {
  readonly title: string;
  readonly text?: string;
  readonly control?: unknown;
  readonly before?: unknown;
}

export function row({ title, text, control, before }: Row): TemplateResult {
  return html`<div class="line">
    ${before ?? nothing}
    <div class="what"><span class="title">${title}</span>${text === undefined ? nothing : html`<span class="quiet small">${text}</span>`}</div>
    ${control === undefined ? nothing : html`<div class="do">${control}</div>`}
  </div>`;
}

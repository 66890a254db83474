// How the grid of Files looks, as a list and as tiles.
import { css } from 'lit';

export const entryGridStyle = css`
  :host { display: block; min-block-size: 0; block-size: 100%; }
  [role='grid'] { block-size: 100%; overflow: auto; position: relative; overscroll-behavior: contain; border-radius: inherit; outline-offset: -3px; }
  .body { position: relative; min-inline-size: 0; }
  .line { display: grid; grid-template-columns: var(--columns); align-items: center; position: absolute; inset-inline: 0; }
  .head-group { position: sticky; inset-block-start: 0; z-index: 2; }
  .head { background: var(--nx-surface); border-block-end: 1px solid var(--nx-line); display: grid; grid-template-columns: var(--columns); }
  .head button { border: 0; background: none; min-block-size: var(--nx-target); padding: 0 0.75rem; inline-size: 100%; justify-content: flex-start; font-size: 0.8125rem; font-weight: 550; color: var(--nx-quiet); border-radius: 0; gap: 0.25rem; }
  .plain-head { min-block-size: var(--nx-target); padding: 0 0.75rem; display: flex; align-items: center; font-size: 0.8125rem; font-weight: 550; color: var(--nx-quiet); }
  .size .plain-head { justify-content: flex-end; }
  .head button:hover { color: var(--nx-text); }
  .head .arrow { display: grid; }
  .head .arrow svg { inline-size: 0.875rem; block-size: 0.875rem; stroke-width: 2.2; }
  .head [aria-sort='ascending'] .arrow { rotate: 180deg; }
  [role='gridcell'] { padding: 0 0.75rem; min-inline-size: 0; }
  .fact { color: var(--nx-quiet); font-size: 0.875rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; font-variant-numeric: tabular-nums; }
  .size, .head .size button { text-align: end; justify-content: flex-end; }
  .mark { flex: none; inline-size: 1.25rem; block-size: 1.25rem; border: 1.5px solid var(--nx-field-line); border-radius: 5px; display: grid; place-items: center; color: transparent; opacity: 0; background: var(--nx-surface); }
  .mark svg { inline-size: 0.9rem; block-size: 0.9rem; stroke-width: 3; visibility: hidden; }
  [aria-selected='true'] .mark svg { visibility: visible; }
  .hit { flex: none; display: grid; place-items: center; inline-size: 2.75rem; block-size: 100%; margin-inline-start: -0.75rem; margin-inline-end: -0.375rem; }
  .entry:hover .mark, .some .mark { opacity: 1; }
  [aria-selected='true'] .mark { opacity: 1; background: var(--nx-accent-fill); border-color: var(--nx-accent-fill); color: var(--nx-on-accent); }
  @media (hover: none) { .mark { opacity: 1; } }
  .name { display: flex; align-items: center; gap: 0.625rem; block-size: 100%; border-radius: var(--nx-radius-small); cursor: default; user-select: none; -webkit-user-select: none; }
  .name:focus-visible { outline-offset: -3px; }
  .label { min-inline-size: 0; display: grid; }
  .label bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .label[data-second]::after { content: attr(data-second); font-size: 0.8125rem; color: var(--nx-quiet); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; font-variant-numeric: tabular-nums; }
  .marks { flex: none; display: flex; gap: 0.375rem; color: var(--nx-quiet); }
  .sync.conflict { color: var(--nx-accent); }
  .sync svg { display: block; inline-size: 1rem; block-size: 1rem; }
  .kind { flex: none; color: var(--nx-quiet); }
  .kind svg { display: block; inline-size: 1.5rem; block-size: 1.5rem; stroke-width: 1.4; }
  .kind.folder { color: var(--nx-accent); }
  .kind.folder .filled { fill: var(--nx-accent-soft); }
  .entry { border-radius: var(--nx-radius-small); }
  .line.entry::after { content: ''; position: absolute; inset-inline: 0.75rem; inset-block-end: 0; border-block-end: 1px solid color-mix(in srgb, var(--nx-line) 55%, transparent); }
  .entry:hover { background: var(--nx-raised); }
  .entry[aria-selected='true'], .tile[aria-selected='true'] { background: var(--nx-accent-soft); }
  .entry.target, .tile.target { outline: 2px solid var(--nx-accent); outline-offset: -2px; }
  .dim { opacity: 0.45; }
  .tiles { display: grid; grid-template-columns: repeat(var(--tiles), minmax(0, 1fr)); gap: 0.75rem; position: absolute; inset-inline: 0.75rem; }
  .tile.name { position: relative; flex-direction: column; justify-content: flex-start; gap: 0.5rem; padding: 1.625rem 0.75rem 0.5rem; border: 1px solid var(--nx-line); text-align: center; margin-block-start: 0.75rem; block-size: calc(100% - 0.75rem); }
  .tile .hit { position: absolute; inset-block-start: 0; inset-inline-start: 0; margin: 0; block-size: 2.75rem; }
  .tile .marks { position: absolute; inset-block-start: 0.75rem; inset-inline-end: 0.75rem; }
  .tile .kind svg { inline-size: 3rem; block-size: 3rem; stroke-width: 1; }
  .tile .label { inline-size: 100%; font-size: 0.9375rem; line-height: 1.3; }
  .tile.name:hover { background: var(--nx-raised); }
  .tile.name[aria-selected='true'] { border-color: var(--nx-accent); background: var(--nx-accent-soft); }
  input.rename { min-block-size: 2.25rem; padding: 0.25rem 0.5rem; inline-size: 100%; min-inline-size: 0; }
  .label:has(input) { flex: 1; }
  @media (forced-colors: active) {
    .entry[aria-selected='true'], .tile.name[aria-selected='true'] { outline: 2px solid Highlight; outline-offset: -2px; }
    [aria-selected='true'] .mark { background: Highlight; color: HighlightText; forced-color-adjust: none; }
    .mark { border-color: ButtonText; }
  }
`;

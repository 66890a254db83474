// How the surface Files is laid out.
import { css } from 'lit';

export const filesStyle = css`
  :host { display: block; min-block-size: 0; block-size: 100%; }
  section { block-size: 100%; min-block-size: 26rem; display: flex; flex-direction: column; gap: 0.75rem; padding: 1rem 1.5rem 1.5rem; position: relative; }
  .top { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; justify-content: space-between; }
  .top > nx-crumbs { flex: 1 1 16rem; min-inline-size: 0; }
  .finding { display: flex; gap: 0.5rem; align-items: center; flex: 0 1 24rem; justify-content: flex-end; min-inline-size: 0; }
  .search { position: relative; flex: 1 1 8rem; min-inline-size: 0; display: block; }
  .search svg { position: absolute; inset-inline-start: 0.75rem; inset-block-start: calc(50% - 10px); color: var(--nx-quiet); pointer-events: none; }
  .search input[type='search'] { padding-inline-start: 2.375rem; border-radius: 999px; border-color: var(--nx-line); background: var(--nx-surface); }
  .views { display: flex; }
  .bare { padding: 0; border-color: transparent; background: transparent; color: var(--nx-quiet); inline-size: var(--nx-target); }
  .bare[aria-pressed='true'] { color: var(--nx-accent); background: var(--nx-accent-soft); }
  .bare .word { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  .tools { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; min-block-size: var(--nx-target); }
  .tool { padding-inline: 0.875rem; }
  .tool.bare { padding: 0; }
  .count { font-weight: 550; padding-inline-end: 0.5rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .partial:empty { position: absolute; }
  .pane { flex: 1; min-block-size: 0; display: grid; grid-template-rows: auto; grid-auto-rows: minmax(0, 1fr); background: var(--nx-surface); border: 1px solid var(--nx-line); border-radius: var(--nx-radius); position: relative; overflow: hidden; }
  .pane > .note, .pane > .alert { margin: 0.75rem; grid-row: auto; }
  .pane { display: flex; flex-direction: column; }
  .pane > nx-entry-grid { flex: 1; min-block-size: 0; }
  .top, .tools, .foot, .conflicts { flex: none; }
  .conflicts { border-block-start: 1px solid var(--nx-line); background: var(--nx-raised); border-end-start-radius: inherit; border-end-end-radius: inherit; }
  .conflicts summary { cursor: pointer; box-sizing: border-box; min-block-size: var(--nx-target); padding: 0.375rem 1rem; display: flex; align-items: center; gap: 0.625rem; font-size: 0.9375rem; line-height: 1.3; font-weight: 550; outline-offset: -3px; list-style: none; border-radius: inherit; overflow-wrap: anywhere; hyphens: auto; }
  .conflicts summary::-webkit-details-marker { display: none; }
  .conflicts summary > .icon { color: var(--nx-accent); flex: none; }
  .turn { margin-inline-start: auto; display: grid; color: var(--nx-quiet); rotate: 180deg; }
  [open] > summary > .turn { rotate: 0deg; }
  .pane:has(> .conflicts) { --words: 0px; min-block-size: calc(9rem + var(--words)); }
  .pane:has(> .conflicts[open]) { --words: min(16rem, 32vh); }
  .words { max-block-size: var(--words); overflow: auto; display: grid; gap: 0.625rem; padding: 0 1rem 0.875rem; font-size: 0.9375rem; line-height: 1.5; text-wrap: pretty; overflow-wrap: anywhere; outline-offset: -3px; }
  .words > * { max-inline-size: 60rem; }
  .words ul { display: grid; gap: 0.375rem; padding-inline-start: 1.25rem; list-style: disc; }
  .over .pane { outline: 3px dashed var(--nx-accent); outline-offset: -6px; background: var(--nx-accent-soft); }
  .empty { position: absolute; inset: 4rem 1rem 1rem; display: grid; place-content: center; justify-items: center; gap: 0.5rem; text-align: center; pointer-events: none; text-wrap: balance; }
  .empty > p { max-inline-size: 28rem; }
  .lead { font-size: 1.125rem; font-weight: 600; }
  .foot { display: grid; }
  .foot > .shown, .foot > .alert:not(:empty), .foot > nx-add-panel:not([hidden]) { margin-block-start: 0.5rem; }
  .foot { margin-block-start: -0.75rem; }
  .notice.shown { display: flex; gap: 0.5rem; align-items: center; justify-content: space-between; background: var(--nx-raised); border-radius: var(--nx-radius-small); padding: 0.25rem 0.25rem 0.25rem 1rem; min-block-size: var(--nx-target); overflow-wrap: anywhere; }
  [hidden] { display: none !important; }
  @media (max-width: 70rem) {
    .chosen .tool { padding: 0; inline-size: var(--nx-target); }
    .chosen .word { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  }
  @media (max-width: 44rem) {
    section { padding: 0.75rem; gap: 0.5rem; }
    .finding { flex: 1 1 100%; }
    .tool .word { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
    .tool { padding: 0; inline-size: var(--nx-target); }
    .tools { gap: 0.25rem; flex-wrap: nowrap; }
    .tools .tool:not(.primary) { border-color: transparent; background: transparent; }
    .count { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
    .tool.primary { flex: 0 1 auto; inline-size: auto; min-inline-size: 0; padding-inline: 0.875rem; line-height: 1.2; }
    .tool.primary .word { position: static; inline-size: auto; block-size: auto; clip-path: none; }
  }
`;

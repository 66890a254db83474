// How the surface Backups is laid out: a table, or one card a snapshot where there is little room.
import { css } from 'lit';

export const backupsStyle = css`
  :host { overflow: auto; }
  section { display: grid; gap: 1.25rem; padding: 1rem 1.5rem 2rem; max-inline-size: 62rem; grid-template-columns: minmax(0, 1fr); align-content: start; }
  .top { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start; justify-content: space-between; }
  .top .quiet { min-block-size: 1lh; }
  .note[hidden] { display: none; }
  .sheet { padding: 0; overflow: hidden; }
  table { border-collapse: collapse; inline-size: 100%; }
  th, td { text-align: start; padding: 0.75rem 1.25rem; vertical-align: middle; font-weight: 400; }
  thead th { font-size: 0.8125rem; font-weight: 550; color: var(--nx-quiet); padding-block: 0.625rem; }
  tbody tr { border-block-start: 1px solid var(--nx-line); }
  tbody th { font-weight: 600; font-variant-numeric: tabular-nums; }
  tbody th .quiet { font-weight: 400; }
  tbody th > span, tbody td > span { display: block; }
  tbody td > .state { display: flex; gap: 0.5rem; align-items: center; }
  .state svg { flex: none; }
  .state:not(.good) svg { color: light-dark(#8a5a00, #f0c36a); }
  .doing { justify-content: flex-end; gap: 0.5rem; }
  .bin { padding: 0; border-color: transparent; background: transparent; color: var(--nx-quiet); }
  .empty { text-align: center; padding: 2.5rem 1.5rem; display: grid; gap: 0.5rem; justify-items: center; text-wrap: balance; }
  .empty p { max-inline-size: 34rem; }
  .lead { font-size: 1.125rem; font-weight: 600; }
  @media (max-width: 60rem) {
    table, tbody, tr, tbody th, tbody td { display: block; }
    thead { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
    tbody tr { padding: 0.875rem 1rem; display: grid; gap: 0.5rem; }
    tbody tr:first-child { border-block-start: 0; }
    tbody th, tbody td { padding: 0; }
    .doing { justify-content: flex-start; }
  }
  @media (max-width: 44rem) { section { padding: 0.75rem; } }
`;

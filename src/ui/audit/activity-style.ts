// How the surface Activity is laid out: a table, or one block an entry where there is little room.
import { css } from 'lit';

export const activityStyle = css`
  :host { overflow: auto; }
  section { display: grid; gap: 1.25rem; padding: 1rem 1.5rem 2rem; max-inline-size: 62rem; grid-template-columns: minmax(0, 1fr); align-content: start; }
  .top { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start; justify-content: space-between; }
  .top > div { flex: 1 1 16rem; min-inline-size: 0; }
  .state { display: flex; gap: 0.5rem; align-items: start; }
  .state svg { flex: none; }
  .bad { color: var(--nx-danger); }
  .kind { max-inline-size: 20rem; }
  .sheet { padding: 0; overflow: hidden; }
  table { border-collapse: collapse; inline-size: 100%; }
  th, td { text-align: start; padding: 0.625rem 1.25rem; vertical-align: top; font-weight: 400; }
  thead th { font-size: 0.8125rem; font-weight: 550; color: var(--nx-quiet); }
  tbody tr { border-block-start: 1px solid var(--nx-line); }
  td > span { display: block; overflow-wrap: anywhere; }
  .what { font-weight: 550; }
  .refused { color: var(--nx-danger); }
  .when { white-space: nowrap; font-variant-numeric: tabular-nums; }
  @media (max-width: 44rem) {
    section { padding: 0.75rem; }
    table, tbody, tr, td { display: block; }
    thead { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
    tbody tr { padding: 0.75rem 1rem; display: grid; gap: 0.25rem; }
    tbody tr:first-child { border-block-start: 0; }
    td { padding: 0; }
    .when { color: var(--nx-quiet); font-size: 0.875rem; white-space: normal; }
  }
`;

// How the Apps surface and its dialogs are laid out.
import { css } from 'lit';

export const appsStyle = css`
  .column { max-inline-size: 46rem; margin-inline: auto; padding: clamp(1rem, 3vw, 2rem); display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); }
  .top { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center; justify-content: space-between; }
  .cards { display: grid; gap: 1rem; }
  .app { display: grid; gap: 0.875rem; grid-template-columns: minmax(0, 1fr); }
  .head { display: flex; flex-wrap: wrap; gap: 0.75rem 1rem; align-items: center; }
  .letter { flex: none; inline-size: 2.75rem; block-size: 2.75rem; border-radius: 12px; display: grid; place-items: center; background: var(--nx-accent-soft); color: var(--nx-accent); font-weight: 650; font-size: 1.25rem; }
  .what { flex: 1 1 12rem; min-inline-size: 0; display: grid; overflow-wrap: anywhere; }
  .title { font-weight: 600; font-size: 1.0625rem; }
  .rights { border-block-start: 1px solid var(--nx-line); }
  .right { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: center; justify-content: space-between; min-block-size: 3.25rem; padding-block: 0.25rem; }
  .right + .right { border-block-start: 1px solid var(--nx-line); }
  .scope { flex: 1 1 14rem; min-inline-size: 0; overflow-wrap: anywhere; }
  .scope .small { display: block; }
  .items { display: grid; gap: 0.875rem; }
  .item { border: 1px solid var(--nx-line); border-radius: var(--nx-radius-small); padding: 0.875rem 1rem; display: grid; gap: 0.625rem; grid-template-columns: minmax(0, 1fr); }
  .item ul { display: grid; gap: 0.5rem; }
  .where { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; justify-content: space-between; }
  b { overflow-wrap: anywhere; }
  .where > span { overflow-wrap: anywhere; min-inline-size: 0; }
  .log { max-block-size: 20rem; overflow: auto; }
  .log li { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; padding: 0.5rem 0; overflow-wrap: anywhere; }
  .log li + li { border-block-start: 1px solid var(--nx-line); }
`;

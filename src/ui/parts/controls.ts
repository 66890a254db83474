// Buttons, fields and text as every surface draws them. One sheet, shared by all shadow roots.
import { css } from 'lit';

export const controls = css`
  :host { display: block; box-sizing: border-box; }
  :host([hidden]) { display: none; }
  *, *::before, *::after { box-sizing: inherit; }
  h1, h2, h3, p, ul, ol, dl, dd, fieldset, figure { margin: 0; padding: 0; border: 0; }
  h1, h2, h3 { overflow-wrap: anywhere; hyphens: auto; }
  h1 { font-size: clamp(1.25rem, 6.2vw, 1.75rem); line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; text-wrap: balance; }
  h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 620; letter-spacing: -0.01em; }
  h3 { font-size: 1rem; line-height: 1.4; font-weight: 620; }
  ul, ol { list-style: none; }
  .quiet { color: var(--nx-quiet); }
  .small { font-size: 0.875rem; line-height: 1.45; }
  .stack { display: grid; gap: 1rem; align-content: start; grid-template-columns: minmax(0, 1fr); }
  .stack-tight { display: grid; gap: 0.375rem; grid-template-columns: minmax(0, 1fr); }
  .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr)); gap: 1rem; align-items: start; }
  .row { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center; }
  .row-end { justify-content: flex-end; }
  .spread { justify-content: space-between; }
  .hidden-name { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

  button, .button {
    appearance: none; font: inherit; font-weight: 550; color: var(--nx-text); cursor: pointer;
    min-block-size: var(--nx-target); min-inline-size: var(--nx-target); max-inline-size: 100%; padding: 0.5rem 18px; overflow-wrap: anywhere; hyphens: auto;
    display: inline-flex; gap: 0.5rem; align-items: center; justify-content: center; text-align: center; text-decoration: none;
    border: 1px solid var(--nx-line); border-radius: var(--nx-radius-small); background: var(--nx-surface);
    transition: background-color var(--nx-quick), border-color var(--nx-quick);
  }
  button:hover:not(:disabled), .button:hover { background: var(--nx-raised); border-color: var(--nx-field-line); }
  button:disabled { opacity: 0.55; cursor: default; }
  button.primary { background: var(--nx-accent-fill); border-color: transparent; color: var(--nx-on-accent); }
  button.primary:hover:not(:disabled) { background: var(--nx-accent-fill); filter: brightness(1.08); }
  button.danger { background: var(--nx-danger-fill); border-color: transparent; color: #ffffff; }
  button.danger:hover:not(:disabled) { background: var(--nx-danger-fill); filter: brightness(1.08); }
  button.plain { border-color: transparent; background: transparent; color: var(--nx-accent); }
  button.plain:hover:not(:disabled) { background: var(--nx-accent-soft); }
  button.flush { margin-inline-start: -19px; max-inline-size: calc(100% + 38px); }
  button.wide { inline-size: 100%; }
  a { color: var(--nx-accent); text-underline-offset: 0.2em; }

  :focus { outline: none; }
  :focus-visible:not(h1) { outline: 3px solid var(--nx-accent); outline-offset: 2px; }

  label.field { display: grid; gap: 0.375rem; font-weight: 550; font-size: 0.9375rem; }
  .hint { font-weight: 400; font-size: 0.875rem; line-height: 1.45; color: var(--nx-quiet); }
  input:not([type='checkbox'], [type='radio'], [type='file']), textarea, select {
    appearance: none; font: inherit; font-size: 1rem; font-weight: 400; color: inherit; inline-size: 100%; min-block-size: var(--nx-target);
    padding: 0.5rem 0.875rem; background: var(--nx-surface); border: 1px solid var(--nx-field-line); border-radius: var(--nx-radius-small);
    transition: border-color var(--nx-quick);
  }
  select {
    padding-inline-end: 2.25rem; background-repeat: no-repeat; background-size: 6px 6px; background-position: right 1.125rem center, right 0.8125rem center;
    background-image: linear-gradient(45deg, transparent 50%, var(--nx-quiet) 50%), linear-gradient(-45deg, transparent 50%, var(--nx-quiet) 50%);
  }
  [hidden] { display: none !important; }
  input[type='file'] { font: inherit; font-weight: 400; color: var(--nx-quiet); max-inline-size: 100%; min-block-size: var(--nx-target); }
  ::file-selector-button {
    font: inherit; font-weight: 550; color: var(--nx-text); background: var(--nx-surface); cursor: pointer; min-block-size: var(--nx-target);
    padding: 0.5rem 1.125rem; margin-inline-end: 0.875rem; border: 1px solid var(--nx-line); border-radius: var(--nx-radius-small);
  }
  ::placeholder { color: var(--nx-quiet); opacity: 1; }
  textarea { min-block-size: 6rem; resize: vertical; }
  input[aria-invalid='true'], textarea[aria-invalid='true'] { border-color: var(--nx-danger); }
  input:focus-visible, textarea:focus-visible, select:focus-visible { outline-offset: 0; border-color: transparent; }
  input[type='checkbox'], input[type='radio'] { accent-color: var(--nx-accent-fill); inline-size: 1.25rem; block-size: 1.25rem; margin: 0; flex: none; }
  label.choice { display: flex; gap: 0.75rem; align-items: center; min-block-size: var(--nx-target); cursor: pointer; }
  label.choice > input { inline-size: 1.25rem; block-size: 1.25rem; }

  .alert:empty { display: none; }
  .alert { color: var(--nx-danger); background: var(--nx-danger-soft); border-radius: var(--nx-radius-small); padding: 0.625rem 0.875rem; font-size: 0.9375rem; line-height: 1.45; text-wrap: pretty; }
  .note { background: var(--nx-raised); border-radius: var(--nx-radius-small); padding: 0.75rem 1rem; font-size: 0.9375rem; line-height: 1.5; text-wrap: pretty; }
  .note.warn { background: var(--nx-warn-soft); }
  .good { color: var(--nx-good); }
  .card { background: var(--nx-surface); border: 1px solid var(--nx-line); border-radius: var(--nx-radius); padding: 1.25rem; }

  @media (forced-colors: active) {
    button, .button, .card, .note, .alert { border: 1px solid ButtonText; }
    .note, .alert, .card { border-color: CanvasText; }
    button:disabled { border-color: GrayText; color: GrayText; opacity: 1; }
    :focus-visible { outline-color: Highlight; }
  }
`;

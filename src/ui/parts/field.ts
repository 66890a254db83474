// One labelled input, drawn the same everywhere. The label is its whole accessible name; the hint describes it.
import { html, nothing, type TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';

interface FieldLook {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'password' | 'number';
  readonly autocomplete?: 'current-password' | 'new-password' | 'name' | 'off' | 'username';
  readonly inputmode?: 'numeric' | 'text';
  readonly hint?: string;
  /** The id of a text elsewhere that describes it. */
  readonly describedBy?: string;
  readonly value?: string;
  readonly invalid?: boolean;
  readonly disabled?: boolean;
  readonly maxlength?: number;
  /** The label is for the screen reader alone; a placeholder shows it. */
  readonly bare?: boolean;
}

export function field(look: FieldLook): TemplateResult {
  const hintId = `${look.name}-hint`;
  const describedBy = look.hint === undefined ? look.describedBy : hintId;
  return html`<div class="stack-tight">
    <label class="field">
      <span class=${look.bare === true ? 'hidden-name' : ''}>${look.label}</span>
      <input name=${look.name} type=${look.type ?? 'text'} .value=${look.value ?? ''} autocomplete=${look.autocomplete ?? 'off'}
        inputmode=${ifDefined(look.inputmode)} maxlength=${ifDefined(look.maxlength)} placeholder=${ifDefined(look.bare === true ? look.label : undefined)}
        autocapitalize="off" spellcheck="false" ?disabled=${look.disabled === true}
        aria-invalid=${look.invalid === true ? 'true' : 'false'} aria-describedby=${ifDefined(describedBy)}>
    </label>
    ${look.hint === undefined ? nothing : html`<span class="hint" id=${hintId}>${look.hint}</span>`}
  </div>`;
}

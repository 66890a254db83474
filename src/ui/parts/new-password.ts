// Two fields for a new password, the hint at its strength, and the rules checked before anything is sent.
import { msg, str } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import { LIMITS } from '../../workers/contract/limits.ts';
import { field } from './field.ts';
import { strengthOf, type Strength } from './password-strength.ts';

const wordFor = (strength: Strength): string => {
  switch (strength) {
    case 'too_short': return msg(str`At least ${LIMITS.passwordChars.min} characters. A few words that belong to nobody else work well.`);
    case 'weak': return msg('Weak: easily guessed. Make it longer.');
    case 'fair': return msg('Fair: longer is better.');
    case 'good': return msg('Good.');
    case 'strong': return msg('Strong.');
  }
};

/** Labels are the caller's: "Password" where it is the first, "New password" where there is one already. */
export function newPasswordFields(labels: { readonly password: string; readonly repeat: string }, strength: Strength, invalid: boolean): TemplateResult {
  return html`<div class="stack-tight"><div class="pair">
      ${field({ name: 'password', label: labels.password, type: 'password', autocomplete: 'new-password', describedBy: 'strength', invalid })}
      ${field({ name: 'repeat', label: labels.repeat, type: 'password', autocomplete: 'new-password', invalid })}
    </div><span class="hint" id="strength">${wordFor(strength)}</span></div>`;
}

export const strengthNow = (input: HTMLInputElement | undefined): Strength => strengthOf(input?.value ?? '', LIMITS.passwordChars.min);

/** What is wrong with the two, in words; nothing where they will do. */
export function newPasswordFault(password: string, repeat: string): string | undefined {
  if (strengthOf(password, LIMITS.passwordChars.min) === 'too_short') return msg(str`A password has ${LIMITS.passwordChars.min} to ${LIMITS.passwordChars.max} characters. Choose a longer one.`);
  if (password !== repeat) return msg('The two passwords differ. Type the same one twice.');
  return undefined;
}

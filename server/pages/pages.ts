// Owns the server's own pages: sign-in, sign-up, consent, device code, sign-out, error. They need no script; passkeys alone do.
import { PASSWORD } from '../accounts/passwords.ts';
import { html, type Html } from './html.ts';
import { filled, type Words } from './words.ts';

export type Trouble = 'rejected' | 'disabled' | 'passkeyRejected' | 'nameTaken' | 'nameWrong' | 'passwordWrong' | 'closed' | 'tooMany';

/** What a form is shown with: where it goes, and what was wrong with it before. */
export interface FormState { readonly action: string; readonly host: string; readonly name?: string; readonly trouble?: Trouble; readonly minutes?: number }

function page(words: Words, title: string, body: Html): string {
  return html`<!doctype html>
<html lang="${words.lang}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${words.product}</title>
<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/oidc/pages.css">
</head>
<body><main>
<header><img src="/icon.svg" alt="">${words.product}</header>
<h1>${title}</h1>
${body}
</main></body>
</html>`.text;
}

const alert = (words: Words, { trouble, minutes = 1 }: FormState) => trouble
  && html`<p class="alert" role="alert" id="trouble">${filled(words[trouble], { minutes: String(minutes) })}</p>`;

const nameField = (words: Words, { name = '', trouble }: FormState, hint: string | undefined) => html`<label>${words.name}
  <input name="name" value="${name}" required minlength="3" maxlength="64" autocomplete="username webauthn" autocapitalize="none" spellcheck="false" ${trouble ? html`aria-describedby="trouble"` : false}>
  ${hint && html`<small>${hint}</small>`}</label>`;

/** The passkey script sits beside forms that work without it. */
const passkeyPart = (words: Words, action: string, does: 'use' | 'add', label: string) => html`<div data-passkey="${does}" data-action="${action}" data-failed="${words.passkeyRejected}" hidden>
  <button type="button">${label}</button></div><noscript><small>${words.needsScript}</small></noscript><script type="module" src="/oidc/passkey.js"></script>`;

export function signInPage(words: Words, state: FormState): string {
  return page(words, filled(words.signInTo, { host: state.host }), html`
<p class="note">${filled(words.notYourPassword, { host: state.host })}</p>
${alert(words, state)}
${passkeyPart(words, state.action, 'use', words.usePasskey)}
<form method="post" action="${state.action}/sign-in">
${nameField(words, state, undefined)}
<label>${words.password}<input type="password" name="password" required maxlength="${PASSWORD.most}" autocomplete="current-password"></label>
<button class="primary">${words.signIn}</button>
</form>
<p>${words.noAccount} <a href="${state.action}/sign-up">${words.signUp}</a></p>
<form method="post" action="${state.action}/cancel"><button>${words.cancel}</button></form>`);
}

export function signUpPage(words: Words, state: FormState): string {
  return page(words, words.signUp, html`
<p class="note">${filled(words.notYourPassword, { host: state.host })}</p>
${alert(words, state)}
<form method="post" action="${state.action}/sign-up">
${nameField(words, state, words.nameHint)}
<label>${words.newPassword}<input type="password" name="password" required minlength="${PASSWORD.least}" maxlength="${PASSWORD.most}" autocomplete="new-password">
<small>${words.passwordHint}</small></label>
<button class="primary">${words.signUp}</button>
</form>
<p>${words.haveAccount} <a href="${state.action}">${words.signIn}</a></p>
<form method="post" action="${state.action}/cancel"><button>${words.cancel}</button></form>`);
}

const SCOPES: readonly (readonly [scope: string, words: keyof Words])[] = [['storage', 'scopeStorage'], ['openid', 'scopeOpenid'], ['profile', 'scopeProfile'], ['offline_access', 'scopeOffline']];

export function consentPage(words: Words, { action, client, name, scopes }: { action: string; client: string; name: string; scopes: readonly string[] }): string {
  return page(words, filled(words.consentTitle, { client }), html`
<p>${filled(words.consentWhat, { client, name })}</p>
<div><p>${words.consentScopes}</p>
<ul>${SCOPES.filter(([scope]) => scopes.includes(scope)).map(([, sentence]) => html`<li>${words[sentence]}</li>`)}</ul></div>
<form method="post" action="${action}/consent"><div class="row">
<button name="answer" value="deny">${words.deny}</button><button class="primary" name="answer" value="allow">${words.allow}</button>
</div></form>`);
}

/** Offered once after signing in by password; "Not now" is as good. */
export function addPasskeyPage(words: Words, action: string): string {
  return page(words, words.addPasskey, html`
<p>${words.addPasskeyWhy}</p>
${passkeyPart(words, action, 'add', words.addPasskey)}
<form method="post" action="${action}/continue"><button>${words.notNow}</button></form>`);
}

export function deviceCodePage(words: Words, { action, xsrf, code = '', wrong }: { action: string; xsrf: string; code?: string; wrong: boolean }): string {
  return page(words, words.deviceTitle, html`
${wrong && html`<p class="alert" role="alert" id="trouble">${words.deviceWrong}</p>`}
<form method="post" action="${action}"><input type="hidden" name="xsrf" value="${xsrf}">
<label>${words.deviceCode}<input class="code" name="user_code" value="${code}" required maxlength="16" autocomplete="off" autocapitalize="characters" spellcheck="false"><small>${words.deviceEnter}</small></label>
<button class="primary">${words.continue}</button></form>`);
}

export function deviceConfirmPage(words: Words, { action, xsrf, code, shown, client }: { action: string; xsrf: string; code: string; shown: string; client: string }): string {
  return page(words, words.deviceConfirm, html`
<p class="quiet">${client}</p><p class="shown">${shown}</p><p>${words.deviceWarn}</p>
<form method="post" action="${action}"><input type="hidden" name="xsrf" value="${xsrf}"><input type="hidden" name="user_code" value="${code}"><input type="hidden" name="confirm" value="yes">
<div class="row"><button name="abort" value="yes">${words.cancel}</button><button class="primary">${words.deviceSame}</button></div></form>`);
}

export const deviceDonePage = (words: Words): string => page(words, words.deviceDone, html`<p>${words.deviceDoneWhy}</p>`);

export function signOutPage(words: Words, { action, xsrf }: { action: string; xsrf: string }): string {
  return page(words, words.signOutTitle, html`<form method="post" action="${action}"><input type="hidden" name="xsrf" value="${xsrf}"><div class="row">
<button>${words.staySignedIn}</button><button class="primary" name="logout" value="yes">${words.signOut}</button></div></form>`);
}

export const signedOutPage = (words: Words): string => page(words, words.signedOut, html`<p>${words.signedOutWhy}</p>`);

export const errorPage = (words: Words, code: string): string => page(words, words.errorTitle, html`<p>${words.errorWhy}</p><p class="quiet">${code}</p>`);

// Runs in the browser beside a form that works without it: signs in with a passkey, or adds one (WebAuthn).
const part = document.querySelector('[data-passkey]');
const { passkey: does, action, failed } = part.dataset;

/** The server's JSON, or a throw. */
async function ask(path, body) {
  const answer = await fetch(`${action}/passkey/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) });
  if (!answer.ok) throw new Error('refused');
  return answer.json();
}

function show(sentence) {
  const alert = document.getElementById('trouble') ?? part.insertAdjacentElement('beforebegin', document.createElement('p'));
  Object.assign(alert, { id: 'trouble', className: 'alert', role: 'alert', textContent: sentence });
}

async function run() {
  const options = await ask(`${does}-options`);
  const credential = does === 'use'
    ? await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
    : await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  const { next } = await ask(does, credential.toJSON());
  location.assign(next);
}

if (globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  part.hidden = false;
  part.querySelector('button').addEventListener('click', () => { run().catch(() => show(failed)); });
}

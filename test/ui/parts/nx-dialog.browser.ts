import { assert } from 'chai';
import { DEAD_MS, NxDialog } from '../../../src/ui/parts/nx-dialog.ts';
import type { NxSeal } from '../../../src/ui/parts/nx-seal.ts';
import { ADA } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { focused, mount, none, one, unmount, until } from '../support/screen.ts';

interface Shown { readonly dialog: NxDialog; readonly pressed: () => number; readonly button: HTMLButtonElement }

function buttonSaying(text: string): HTMLButtonElement {
  const button = document.createElement('button');
  button.textContent = text;
  button.style.color = 'black';
  button.style.backgroundColor = 'white';
  return button;
}

async function show(): Promise<Shown> {
  const opener = buttonSaying('Open');
  await mount(opener);
  await until(() => { opener.focus(); return focused() === opener; });
  const dialog = new NxDialog();
  const button = buttonSaying('Allow');
  let presses = 0;
  button.addEventListener('click', () => { presses += 1; });
  dialog.append(button);
  Object.assign(dialog, { heading: 'Let Notes read your files?', seal: ADA.seal, open: true });
  document.body.append(dialog);
  await one('dialog', 'Let Notes read your files?');
  return { dialog, button, pressed: () => presses };
}

describe('a dialog', () => {
  afterEach(unmount);

  it('is named by what it asks and carries the seal', async () => {
    const { dialog } = await show();
    assert.deepEqual(dialog.renderRoot.querySelector<NxSeal>('nx-seal')?.seal, ADA.seal);
    await assertAccessible();
  });

  it('takes no press in its first moment, and every one after it', async () => {
    const { button, pressed } = await show();
    const shown = performance.now();
    button.click();
    assert.equal(pressed(), 0);
    await until(() => performance.now() - shown > DEAD_MS);
    button.click();
    assert.equal(pressed(), 1);
  });

  it('begins with who asks and what, though the focus is at its end', async () => {
    const dialog = new NxDialog();
    const [long, deny] = [document.createElement('p'), buttonSaying('Deny')];
    long.style.blockSize = '3000px';
    deny.setAttribute('autofocus', '');
    dialog.append(long, deny);
    await mount(Object.assign(dialog, { heading: 'Let Notes read your files?', seal: ADA.seal, open: true }));
    await until(() => focused() === deny);
    assert.equal(dialog.renderRoot.querySelector('dialog')?.scrollTop, 0);
  });

  it('keeps the focus where a step takes what had it away', async () => {
    const { dialog, button } = await show();
    const next = document.createElement('input');
    next.setAttribute('aria-label', 'Password');
    await until(() => { button.focus(); return focused() === button; });
    button.replaceWith(next);
    await until(() => focused() === next);
    next.replaceWith(buttonSaying('Close'));
    await until(() => focused()?.textContent === 'Close');
    assert.isTrue(dialog.open);
  });

  for (const [how, leave] of [['closed', (dialog: NxDialog) => { dialog.open = false; }], ['removed', (dialog: NxDialog) => { dialog.remove(); }]] as const) {
    it(`gives the focus back where it was when it is ${how}`, async () => {
      const { dialog } = await show();
      leave(dialog);
      await none('dialog');
      await until(() => focused()?.textContent === 'Open');
    });
  }

  it('says that it was closed, by Escape too', async () => {
    const { dialog } = await show();
    let closed = 0;
    dialog.addEventListener('nx-close', () => { closed += 1; });
    dialog.renderRoot.querySelector('dialog')?.close();
    await until(() => closed === 1);
    assert.isFalse(dialog.open);
  });
});

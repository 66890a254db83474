import { assert } from 'chai';
import { NxToasts } from '../../../src/ui/parts/nx-toasts.ts';
import { mount, unmount } from '../support/screen.ts';

describe('notices', () => {
  afterEach(unmount);

  it('are there once, however often they are said', async () => {
    const toasts = await mount(new NxToasts());
    for (const text of ['Your PIN was removed.', 'Saved.', 'Your PIN was removed.']) toasts.show(text);
    await toasts.updateComplete;
    assert.deepEqual([...toasts.renderRoot.querySelectorAll('p')].map(({ textContent }) => textContent), ['Saved.', 'Your PIN was removed.']);
  });
});

import { assert } from 'chai';
import { NxProgress } from '../../../src/ui/parts/nx-progress.ts';
import type { Progress } from '../../../src/workers/contract/home.ts';
import { assertAccessible } from '../support/axe.ts';
import { mount, one, press, unmount, until } from '../support/screen.ts';

const AT: Progress = { phase: 'working', doneBytes: 250_000_000, totalBytes: 1_000_000_000, doneItems: 500, totalItems: 2000 };

async function show(): Promise<NxProgress> {
  const progress = new NxProgress();
  Object.assign(progress, { label: 'Adding files', progress: AT, cancellable: true });
  const main = document.createElement('main');
  main.innerHTML = '<h1>Files</h1>';
  main.append(progress);
  await mount(main);
  await one('progressbar', 'Adding files');
  return progress;
}

const facts = (progress: NxProgress): string => progress.renderRoot.querySelector('.facts')?.textContent ?? '';

describe('progress', () => {
  afterEach(unmount);

  it('says how much of how many is done', async () => {
    const progress = await show();
    assert.include(facts(progress), '500 of 2,000 items');
    assert.include(facts(progress), '250 MB of 1 GB');
    assert.closeTo((await one<HTMLProgressElement>('progressbar')).value, 0.25, 1e-9);
    await assertAccessible();
  });

  it('says rate and time left once it has measured them', async () => {
    const progress = await show();
    const start = performance.now();
    await until(() => performance.now() - start > 600);
    progress.progress = { ...AT, doneBytes: 500_000_000 };
    await until(() => /MB\/s · .+ left/.test(facts(progress)));
  });

  it('asks to be cancelled', async () => {
    const progress = await show();
    let asked = 0;
    progress.addEventListener('nx-cancel', () => { asked += 1; });
    await press('Cancel');
    assert.equal(asked, 1);
  });
});

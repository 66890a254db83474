// An app on a page of its own that asks for a token again and again: what one that is at hand takes, at the page.
import { openLine } from '../../sdk/connect.ts';
import { speak } from '../../sdk/line.ts';

const asks = [{ scope: 'read:dataset', resource: 'dataset:account' }] as const;
const ROUNDS = 200;

/** The median of as many calls, in ms. */
async function measure(server: string): Promise<number> {
  const opened = await openLine(server);
  const line = speak(opened.port, opened.gone);
  const [access] = await line.call('request', { asks });
  const token = () => line.call('token', { binding: access?.binding ?? '', jkt: 'k'.repeat(43) });
  await token();
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = performance.now();
    await token();
    took.push(performance.now() - from);
  }
  return took.sort((a, b) => a - b)[ROUNDS / 2] ?? Number.POSITIVE_INFINITY;
}

const button = document.querySelector('button');
button?.addEventListener('click', () => {
  void measure(button.value).then((ms) => { document.body.dataset.took = String(ms); });
});

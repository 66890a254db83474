// Waits for sync to come to rest.
import type { Syncing } from '../../../src/workers/syncing/syncing.ts';
import { value } from '../home/test-home.ts';

export async function resting(syncing: Syncing): Promise<string> {
  for (let times = 0; times < 20_000; times += 1) {
    const status = value(await syncing.calls.syncStatus({}));
    if (status.state !== 'working') return status.state;
    // A turn of the loop alone would run out of times before a busy server answers.
    await new Promise((resolve) => { setTimeout(resolve, 1); });
  }
  throw new Error('it never came to rest');
}

// Work side by side: as many jobs at once as keep two processors busy, each in its turn.
export const LANES = 2;

/** Begins the jobs in their order, `LANES` at once. One that is `alone` fills the lanes itself: it begins when all before it have ended, and none begins beside it. */
export async function inLanes(jobs, run) {
  const running = new Set();
  for (const job of jobs) {
    const room = job.alone ? 1 : LANES;
    while (running.size >= room) await Promise.race(running);
    const work = run(job).finally(() => running.delete(work));
    running.add(work);
    if (job.alone) await work;
  }
  await Promise.all(running);
}

// Timers that fire when a test says so.
interface Alarm { readonly at: number; readonly fire: () => void }

export function createFakeTimers() {
  const alarms = new Set<Alarm>();
  let now = 0;
  return {
    after(ms: number, fire: () => void): () => void {
      const alarm = { at: now + ms, fire };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
    /** Lets time pass and fires what is due, in order. */
    pass(ms: number): void {
      const end = now + ms;
      for (;;) {
        const [next] = [...alarms].filter((alarm) => alarm.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        alarms.delete(next);
        now = next.at;
        next.fire();
      }
      now = end;
    },
    pending: () => alarms.size,
  };
}

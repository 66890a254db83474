// A bug is told on the console by an id and by where it happened: never by its message, which may quote what it met.

/** Gives the incident's id. */
export function tellIncident(where: string, fault: unknown): string {
  const id = crypto.randomUUID();
  const { name, stack = '' } = fault instanceof Error ? fault : { name: typeof fault, stack: '' };
  const frames = stack.split('\n').filter((line) => /^\s*at |@/.test(line)).slice(0, 8).join('\n');
  // eslint-disable-next-line no-console -- the one place that tells of a bug; it holds ids and places alone
  console.error(`nexus: incident ${id} in ${where}: ${name}\n${frames}`);
  return id;
}

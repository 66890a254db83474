// What an instance asks at the moment, as a page that runs it hears of it.
import type { PromptCard } from '../../workers/contract/grants.ts';
import type { InstanceId } from '../../workers/contract/ids.ts';
import type { HeardFact } from '../../workers/contract/events.ts';
import type { ErrorCode } from '../../workers/contract/errors.ts';
import type { Client } from '../../workers/door/page/client.ts';

/** How the authority answers of an instance that ended. */
const GONE: readonly ErrorCode[] = ['apps.unknown', 'session.locked'];

/** The question that stands now: to be asked once an instance is known, since it may have asked before its page heard of it. */
export async function promptOf(client: Client, instance: InstanceId): Promise<PromptCard | undefined> {
  const prompt = await client.call.readPrompt({ instance });
  return prompt.ok && prompt.value !== null ? prompt.value : undefined;
}

/** The question that stands after this fact; `unchanged` where it is about something else, `gone` where it turns out that the instance is. */
export async function promptAfter(client: Client, fact: HeardFact, instance: InstanceId | undefined): Promise<PromptCard | undefined | 'unchanged' | 'gone'> {
  if (fact.type === 'facts.missed' && instance !== undefined) {
    const prompt = await client.call.readPrompt({ instance });
    if (prompt.ok) return prompt.value ?? undefined;
    return GONE.includes(prompt.error.code) ? 'gone' : 'unchanged';
  }
  return fact.type === 'apps.prompted' && fact.instance === instance ? promptOf(client, fact.instance) : 'unchanged';
}

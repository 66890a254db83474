// What an instance asks at the moment, as a page that runs it hears of it.
import type { PromptCard } from '../../workers/contract/grants.ts';
import type { InstanceId } from '../../workers/contract/ids.ts';
import type { NumberedFact } from '../../workers/contract/events.ts';
import type { Client } from '../../workers/door/page/client.ts';

/** The question that stands now: to be asked once an instance is known, since it may have asked before its page heard of it. */
export async function promptOf(client: Client, instance: InstanceId): Promise<PromptCard | undefined> {
  const prompt = await client.call.readPrompt({ instance });
  return prompt.ok && prompt.value !== null ? prompt.value : undefined;
}

/** The question that stands after this fact; `unchanged` where it is about something else. */
export async function promptAfter(client: Client, fact: NumberedFact, instance: InstanceId | undefined): Promise<PromptCard | undefined | 'unchanged'> {
  return fact.type === 'apps.prompted' && fact.instance === instance ? promptOf(client, fact.instance) : 'unchanged';
}

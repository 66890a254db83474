// Questions to the person: one at a time, the others wait their turn; none stays for ever, and one that nobody answers allows nothing.
import { toHex } from '../../crypto/bytes.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { Consent, PromptCard } from '../contract/grants.ts';
import { type InstanceId, parsePromptId, type PromptId } from '../contract/ids.ts';
import { GRANTS } from '../contract/limits.ts';

export type Decision = { readonly allowed: readonly Consent[] } | { readonly denied: 'for_now' | 'for_a_day' };

export interface Prompts {
  /** `grants.busy` where this instance asks already. */
  ask(card: Omit<PromptCard, 'promptId'>): Promise<Result<Decision, NexusError>>;
  /** What is asked now, where it is on behalf of this instance. */
  of(instance: InstanceId): PromptCard | undefined;
  find(promptId: PromptId): PromptCard | undefined;
  /** False where that question is over. */
  answer(promptId: PromptId, decision: Decision): boolean;
  /** The instance is gone, and its question with it. */
  drop(instance: InstanceId): void;
}

interface Waiting {
  readonly card: PromptCard;
  readonly decide: (decision: Decision) => void;
  stop?: () => void;
}

export interface PromptsDeps {
  readonly random: Random;
  readonly after: (ms: number, fire: () => void) => () => void;
  readonly prompted: (instance: InstanceId) => void;
  /** A question has come to the front. */
  readonly asked: (card: PromptCard) => void;
}

export function createPrompts({ random, after, prompted, asked }: PromptsDeps): Prompts {
  const queue: Waiting[] = [];

  function begin(): void {
    const [front] = queue;
    if (!front || front.stop) return;
    front.stop = after(GRANTS.promptMs, () => settle(front, { denied: 'for_now' }));
    asked(front.card);
    prompted(front.card.instance);
  }

  function settle(waiting: Waiting, decision: Decision): void {
    const at = queue.indexOf(waiting);
    if (at < 0) return;
    queue.splice(at, 1);
    waiting.stop?.();
    waiting.decide(decision);
    prompted(waiting.card.instance);
    begin();
  }

  return {
    ask(card) {
      const promptId = parsePromptId(toHex(random(16)));
      if (!promptId || queue.some((each) => each.card.instance === card.instance)) return Promise.resolve(err(nexusError('grants.busy')));
      return new Promise((resolve) => {
        queue.push({ card: { ...card, promptId }, decide: (decision) => resolve(ok(decision)) });
        begin();
      });
    },
    of: (instance) => (queue[0]?.card.instance === instance ? queue[0].card : undefined),
    find: (promptId) => (queue[0]?.card.promptId === promptId ? queue[0].card : undefined),
    answer(promptId, decision) {
      const [front] = queue;
      if (front?.card.promptId !== promptId) return false;
      settle(front, decision);
      return true;
    },
    drop(instance) {
      for (const waiting of queue.filter((each) => each.card.instance === instance)) settle(waiting, { denied: 'for_now' });
    },
  };
}

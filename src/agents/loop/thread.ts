/** A conversation of an agent: each run is asked with what was said before it, and is about the same subject. */
import { isDeepStrictEqual } from 'node:util';
import { InvalidOptionsError } from '../../index.ts';
import type { Conversation } from '../../runs/kind.ts';
import type { EarlierMessage } from './pure/conversation.ts';
import type { AgentAnswer, AgentInput } from './pure/types.ts';

/** Messages of a conversation that its next run is given, and characters of each: what the kind's schema takes. */
const mostMessages = 50;
const longestMessage = 20_000;

export const conversation: Conversation<AgentInput> = {
  reply: 'reply',
  body: ({ message }) => ({ text: message }),
  next(input, last, answer) {
    if (input.agent !== last.agent)
      throw new InvalidOptionsError('agent', `is not that of the conversation, '${last.agent}'`, input.agent);
    // What was said of one customer must not be shown to another.
    if (!isDeepStrictEqual(input.subject, last.subject))
      throw new InvalidOptionsError('subject', 'is not that of the conversation; begin another one');
    const said: EarlierMessage[] = [...(last.earlier ?? []), { role: 'user', text: last.message }, ...answered(answer)];
    const earlier = said
      .filter(({ text }) => text !== '')
      .slice(-mostMessages)
      .map(({ role, text }): EarlierMessage => ({ role, text: text.slice(0, longestMessage) }));
    return { ...input, earlier };
  },
};

/** A run that failed or was cancelled has answered nothing. */
function answered(answer: unknown): EarlierMessage[] {
  if (typeof answer !== 'object' || answer === null || !('text' in answer)) return [];
  const { exchanged = [], text } = answer as AgentAnswer;
  return [...exchanged, { role: 'assistant', text }];
}

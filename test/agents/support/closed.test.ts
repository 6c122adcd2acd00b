/** The end of a run of before that a worker of before has given its last turn. */
import { expect, test } from 'vitest';
import { agentAnswer } from '../../../src/agents/loop/pure/answer.ts';
import { advance, begin } from '../../../src/agents/loop/pure/loop.ts';
import type { AgentEvent, Rules } from '../../../src/agents/loop/pure/state.ts';
import { closed } from '../../../src/agents/support/pure/closing.ts';
import { supportPolicy } from '../../../src/agents/support/pure/released.ts';
import { supportLimits, type Topic } from '../../../src/agents/support/pure/types.ts';

const rules: Rules = { policy: supportPolicy, limits: supportLimits() };
const usage = { inputTokens: 0, outputTokens: 0 };

/** As such a worker ends it: without a word on the end. */
function ended(topic: Topic, more: object = {}) {
  const events: AgentEvent[] = [
    { kind: 'classified', intent: { topics: [topic], orderId: null }, brain: 'rules', note: '', plan: [], usage },
    { kind: 'answered', text: 'Part of it needs a person.', calls: [], usage, ...more },
  ];
  const state = events.reduce((known, event) => advance(rules, known, event, 1), begin(rules, 'Change my address', 0));
  return agentAnswer(rules, closed(state));
}

test('a question that rules did not understand is handed over, whoever made the last turn', () => {
  expect(ended('other').handOver).toBe('the rules did not understand all that was asked');
  expect(ended('order').handOver).toBe('nothing on record answers it');
});

test('what a worker of now has said of the end stays', () => {
  expect(ended('other', { closing: { gap: null, next: 'Nothing.' } })).toMatchObject({ nextAction: 'Nothing.' });
});

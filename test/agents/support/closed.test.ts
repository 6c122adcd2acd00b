/** The end of a run of before that a worker of before has given its last turn. */
import { expect, test } from 'vitest';
import { agentAnswer } from '../../../src/agents/loop/pure/answer.ts';
import { advance, begin } from '../../../src/agents/loop/pure/loop.ts';
import type { AgentEvent, Rules } from '../../../src/agents/loop/pure/state.ts';
import { closed, nextOf } from '../../../src/agents/support/pure/closing.ts';
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

test('a run that ended before anybody knew what was wanted is as the loop leaves it', () => {
  const state = begin(rules, 'Change my address', 0);
  expect(state.intent).toBeNull();
  expect(closed(state)).toBe(state);
});

const charge = (id: string) => ({
  ref: `payment ${id}`,
  order: 1042,
  at: '2026-11-16T10:00:00Z',
  amountCents: 129_990,
  currency: 'EUR',
  status: 'captured',
  refundedCents: 0,
});
const asked = { callId: 'c', tool: 'refund', input: {}, state: 'rejected', note: '' } as const;

test('that a person decided against a refund is said only where one did', () => {
  const rows = [charge('P-10421'), charge('P-10422')];
  const intent = { topics: ['refund'], orderId: 1042 };
  expect(nextOf({ intent, rows, actions: [{ ...asked, by: 'Ada' }] })).toContain('a person decided against');
  expect(nextOf({ intent, rows, actions: [asked] })).toContain('ask for a refund');
});

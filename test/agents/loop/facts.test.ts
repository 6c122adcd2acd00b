/** What an answer says of its rows: what is denied, counted, named and linked there, clause by clause. */
import { expect, test } from 'vitest';
import { readAnswer, type Grounding, type KnownFacts } from '../../../src/agents/loop/pure/grounding.ts';
import { advance, begin } from '../../../src/agents/loop/pure/loop.ts';
import type { AgentEvent, AgentState, Rules } from '../../../src/agents/loop/pure/state.ts';
import { smallLimits } from './limits.ts';

const grounding: Grounding = {
  statusFields: ['status'],
  statuses: { delivered: ['delivered', 'zugestellt'], 'in transit': ['in transit', 'on its way', 'unterwegs'] },
  actions: {},
  readsClaims: true,
  readsStates: true,
  readsDirections: true,
  readsFacts: true,
};
const nowhere: KnownFacts = { rows: {}, asked: [], failed: [] };
const nothing: KnownFacts = { ...nowhere, asked: [{}], empty: [{ tool: 'visits', input: {} }] };

test.each([
  'You have no visits.',
  'There is nothing you have to pay.',
  'Sie haben keine Besuche.',
  'I see no visits.',
  'I cannot find any visit.',
])('without a look-up that came back empty nothing is said not to be there: %s', (text) => {
  expect(readAnswer(grounding, text, nowhere).reasons).toEqual([expect.stringContaining('denies something')]);
  const found = { ...nowhere, asked: [{}], rows: { 'visit 5': { ref: 'visit 5' } } };
  expect(readAnswer(grounding, text, found)).not.toEqual({ reasons: [], unread: [] });
});

test('what was looked up and not found may be denied, as far as it was looked up', () => {
  const reasons = (text: string, known: KnownFacts) => readAnswer(grounding, text, known).reasons;
  expect(reasons('You have no visits.', nothing)).toEqual([]);
  const march = { ...nowhere, asked: [{ month: 'march' }], empty: [{ tool: 'visits', input: { month: 'march' } }] };
  expect(reasons('You have no visits in March.', march)).toEqual([]);
});

test.each([
  'I cannot tell you the password.',
  'Ich kann das nicht sagen.',
  'No problem!',
  'Please do not hesitate to ask.',
])('what the writer cannot do is no denial of what there is: %s', (text) => {
  expect(readAnswer(grounding, text, nowhere).reasons).toEqual([]);
});

test('the loop keeps which look-ups found nothing, until they find something', () => {
  const rules: Rules = {
    policy: { tools: { visits: { effect: 'read' } }, redact: [], grounding },
    limits: smallLimits,
  };
  const usage = { inputTokens: 1, outputTokens: 1 };
  const call = (id: string) => ({ kind: 'usable', id, tool: 'visits', input: {} }) as const;
  const events: AgentEvent[] = [
    { kind: 'classified', intent: null, brain: 'model', note: '', plan: [call('a')], usage },
    { kind: 'lookedUp', results: { a: { ok: true, output: { rows: [] } } } },
    { kind: 'answered', text: 'You have no visits.', calls: [], usage },
  ];
  const run = (given: readonly AgentEvent[]): AgentState =>
    given.reduce((state, event) => advance(rules, state, event, 0), begin(rules, 'Have I visits?', 0));
  expect(run(events)).toMatchObject({
    phase: { outcome: { kind: 'answered' } },
    empty: [{ tool: 'visits', input: {} }],
  });
  const failed: AgentEvent = { kind: 'lookedUp', results: { a: { ok: false, message: 'away' } } };
  expect(run([...events.slice(0, 1), failed])).toMatchObject({ empty: [] });
  expect(run([...events.slice(0, 1), failed, ...events.slice(2)])).toMatchObject({ returns: 1 });
});

/** What is said at the end of a run whose answer could not go out: what was done before, and why nobody reads what the model wrote. */
import { expect, test } from 'vitest';
import { agentAnswer } from '../../../src/agents/loop/pure/answer.ts';
import { begin } from '../../../src/agents/loop/pure/loop.ts';
import type { ActionRecord, AgentState, Rules } from '../../../src/agents/loop/pure/state.ts';

const rules: Rules = {
  policy: { tools: {}, redact: [] },
  limits: {
    maxTurns: 5,
    maxReturns: 2,
    maxCalls: 3,
    contextTokens: 2000,
    answerTokens: 100,
    overheadTokens: 50,
    tokenBudget: 20_000,
  },
};
const done: ActionRecord = {
  callId: 'call_1',
  tool: 'renew',
  input: {},
  state: 'verified',
  by: 'Ada',
  note: 'It is done.',
  rows: ['renewal 31'],
  said: '✓ renew: until 2026-12-15, approved by Ada [renewal 31]',
};
const stopped = (more: Partial<AgentState>) =>
  agentAnswer(rules, {
    ...begin(rules, 'Until 15 December, please', 0),
    rows: { 'renewal 31': { ref: 'renewal 31', until: '2026-12-15' } },
    phase: { kind: 'over', outcome: { kind: 'stopped', reason: 'Nobody could say what it claims' } },
    ...more,
  });

test('what was done is said and cited, also where no answer of the model goes out', () => {
  const answer = stopped({ actions: [done], model: 'm-1' });
  expect(answer).toMatchObject({
    text: expect.stringContaining('✓ renew: until 2026-12-15, approved by Ada [renewal 31]'),
    cited: [{ ref: 'renewal 31' }],
    claims: [{ callId: 'call_1', refs: ['renewal 31'] }],
    handOver: expect.any(String),
  });
  expect(answer.note).toContain('What m-1 answered could not go out: Nobody could say what it claims.');
});

test('that no model was used is said only where none was', () => {
  expect(stopped({}).note).toContain('No model was used.');
  expect(stopped({ problem: 'silent' }).note).toContain('A model was configured and failed (silent)');
});

test('what waited for nobody who came is handed over, and not answered by rows', () => {
  const rejected: ActionRecord = { ...done, state: 'rejected', note: 'Nobody decided in time, so it was not done.' };
  const { by: _by, rows: _rows, said: _said, ...waited } = rejected;
  const phase = {
    kind: 'over',
    outcome: { kind: 'answered', text: 'Loan 31 [renewal 31].', by: 'rules' },
  } as const;
  const answer = stopped({ actions: [waited], phase, limitedBy: 'deadline', problem: 'it did not answer' });
  expect(answer).toMatchObject({
    handOver: 'nobody decided in time on renew',
    nextAction: 'A person takes over, since nobody decided in time on renew.',
    note: expect.stringContaining('The model did not answer before the deadline, so rules answered.'),
  });
  expect(stopped({ actions: [rejected], phase }).handOver).toBeUndefined();
});

/** What is said at the end of a run whose answer could not go out: what was done before, and why nobody reads what the model wrote. */
import { expect, test } from 'vitest';
import { agentOf } from '../../../src/agents/loop/defined-agent.ts';
import { agentAnswer } from '../../../src/agents/loop/pure/answer.ts';
import { begin } from '../../../src/agents/loop/pure/loop.ts';
import type { ActionRecord, AgentState, Rules } from '../../../src/agents/loop/pure/state.ts';
import { answerByRules } from '../../../src/agents/support/activities/template.ts';
import { smallLimits } from './limits.ts';

const rules: Rules = {
  policy: { tools: {}, redact: [] },
  limits: smallLimits,
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
  const next = 'Ask again.';
  expect(stopped({ actions: [waited], phase, closing: { next } }).nextAction).toContain('nobody decided in time');
});

test('what waited in vain and was decided on when it was asked for again is not handed over', () => {
  const { by: _by, rows: _rows, said: _said, ...waited } = { ...done, state: 'rejected' as const };
  const phase = { kind: 'over', outcome: { kind: 'answered', text: 'Loan 31 [renewal 31].', by: 'rules' } } as const;
  const again: ActionRecord = { ...done, callId: 'call_2' };
  expect(stopped({ actions: [waited, again], phase }).handOver).toBeUndefined();
  const refused: ActionRecord = { ...waited, callId: 'call_2', by: 'Ada' };
  expect(stopped({ actions: [waited, refused], phase }).handOver).toBeUndefined();
  for (const actions of [
    [again, waited],
    [waited, { ...again, input: { loan: 32 } }],
    [waited, waited],
  ])
    expect(stopped({ actions, phase }).handOver).toBe('nobody decided in time on renew');
});

test.each([
  ['failed', 'It failed, and a person looks at it.'],
  ['unverified', 'It was begun, and a person looks at whether it was done.'],
  ['rejected', 'A person decided against it, so it was not done.'],
] as const)(
  'an answer without a model says of what %s no word that the tool or a person chose',
  async (state, fate) => {
    const note = 'connect ECONNREFUSED 10.0.0.5:5432 in [job 77]';
    const action: ActionRecord = { callId: 'call_1', tool: 'renew', input: {}, state, by: 'Ada', note };
    const known = { message: 'Renew it', intent: { topics: ['refund'] }, rows: [], actions: [action], mayCall: false };
    const desk = agentOf({ name: 'desk', instructions: '', tools: {} });
    expect(desk.answer(known).text).toBe(`renew: ${fate}\nA person takes over.`);
    // A customer is told why a person said no.
    const said = state === 'rejected' ? `The refund was not made. ${note}` : `The refund: ${fate}`;
    expect(answerByRules(known)).toBe(said);
  },
);

const held: Rules = {
  ...rules,
  policy: {
    ...rules.policy,
    grounding: { statusFields: [], statuses: {}, actions: {}, readsClaims: true, readsFacts: true },
  },
};
const listed = (more: Partial<AgentState>, rulesOf = held, by: 'rules' | 'model' = 'rules') =>
  agentAnswer(rulesOf, {
    ...begin(rulesOf, 'What is the password, and cancel my loan?', 0),
    rows: { 'loan 31': { ref: 'loan 31' }, 'loan 32': { ref: 'loan 32' } },
    phase: { kind: 'over', outcome: { kind: 'answered', text: '- loan 31 [loan 31]', by } },
    ...more,
  });

test('rows that rules list are said to answer a question only where their author says so', () => {
  const open = 'Whoever asked sees whether that answers it, and else asks a person.';
  expect(listed({})).toMatchObject({ nextAction: open, note: expect.stringContaining('It rests on 1 row;') });
  expect(listed({}).handOver).toBeUndefined();
  expect(listed({ closing: { gap: null } }).nextAction).toBe('None: the question is answered.');
  expect(listed({}, rules).nextAction).toBe('None: the question is answered.');
});

test.each<Partial<AgentState>>([
  { problem: 'HTTP 503' },
  { limitedBy: 'modelFailed', problem: 'HTTP 401' },
  { limitedBy: 'tokenBudget' },
  { model: 'm-1', limitedBy: 'deadline' },
])('where a model was to answer and did not, a person is told what was asked: %j', (more) => {
  const { handOver, nextAction } = listed(more);
  expect(handOver).toContain('"What is the password, and cancel my loan?"');
  expect(nextAction).toContain('A person takes over');
  expect(listed({ ...more, closing: { gap: null } }).handOver).toBeUndefined();
  expect(listed(more, rules).handOver).toBeUndefined();
});

test('an answer of a model that cites nothing and looked nothing up is not said to answer the question', () => {
  const phase = { kind: 'over', outcome: { kind: 'answered', text: 'Hello!', by: 'model' } } as const;
  const greeted = listed({ phase, model: 'm-1' });
  expect(greeted).toMatchObject({
    nextAction: expect.stringContaining('Whoever asked'),
    note: expect.stringContaining('It cites no row.'),
  });
  const empty = [{ tool: 'loans', input: {} }];
  expect(listed({ phase, model: 'm-1', empty }).nextAction).toBe('None: the question is answered.');
});

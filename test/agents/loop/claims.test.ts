/** What an answer may say was done: what a call did, in the words of its record; by grammar in languages that are known, by a second reading in others. */
import { expect, test } from 'vitest';
import { rows } from '../../../bench/quality/support/answers.mjs';
import { harder, heldOut } from '../../../bench/quality/support/held-out.mjs';
import { directions } from '../../../bench/quality/support/directions.mjs';
import { fresh, states } from '../../../bench/quality/support/states.mjs';
import { defineAgent } from '../../../src/agents/loop/define.ts';
import { agentAnswer } from '../../../src/agents/loop/pure/answer.ts';
import { estimateTokens, type Row } from '../../../src/agents/loop/pure/conversation.ts';
import { readAnswer, type Grounding } from '../../../src/agents/loop/pure/grounding.ts';
import { readingTokens } from '../../../src/agents/loop/pure/guard.ts';
import { advance, begin } from '../../../src/agents/loop/pure/loop.ts';
import type { AgentEvent, AgentState, Rules } from '../../../src/agents/loop/pure/state.ts';
import type { AgentTerms } from '../../../src/agents/loop/pure/types.ts';
import { claimsPolicy as deedsPolicy, groundedPolicy } from '../../../src/agents/support/pure/released.ts';
import { supportLimits } from '../../../src/agents/support/pure/types.ts';

const { grounding: ofDeeds } = deedsPolicy;
if (!ofDeeds) throw new Error('Support is held to its rows');
const grounding = { ...ofDeeds, readsStates: true as const, readsDirections: true as const, readsFacts: true as const };
const claimsPolicy = { ...deedsPolicy, grounding };
const known = { rows: rows as Readonly<Record<string, Row>>, asked: [], failed: [] };
type Outcome = 'refused' | 'read' | 'out';
const outcome = (text: string, held: Grounding = grounding): Outcome => {
  const { reasons, unread, doubted } = readAnswer(held, text, known);
  if (reasons.length > 0) return 'refused';
  return unread.length + doubted.length > 0 ? 'read' : 'out';
};
const texts = (truth: boolean): string[] =>
  Object.values(heldOut).flatMap(([claims, truths]) => (truth ? truths : claims));

test.each(['Die Zahlung ist vorrangig [payment P-10421].', 'Ihr Konto ist proaktiv [payment P-10421].'])(
  '%s is no plain word by the three letters that it begins with',
  (text) => {
    expect(outcome(text)).not.toBe('out');
  },
);

test.each(['Der Preis ist gut [payment P-10421].', 'The sums and the taxes are above [payment P-10421].'])(
  '%s says nothing that anybody could have brought about',
  (text) => {
    expect(outcome(text)).toBe('out');
  },
);

test('no claim of the held-out answers goes out unread, and at most one true answer in twenty is refused', () => {
  expect(texts(false).filter((text) => outcome(text) === 'out')).toEqual([]);
  expect(texts(true).filter((text) => outcome(text) === 'refused').length).toBeLessThanOrEqual(texts(true).length / 20);
});

test.each([
  'It is on its way [order 1042], charged twice [payment P-10421] [payment P-10422].',
  'Sie wurden zweimal belastet [payment P-10421] [payment P-10422].',
  'You were charged twice [payment P-10421] [payment P-10422].',
])('%s reports what rows say of the reader', (text) => {
  expect(outcome(text)).toBe('out');
});

test.each(['You were charged twice.', 'I refunded it, as it was charged twice [payment P-10422].'])(
  '%s says more than its rows',
  (text) => {
    expect(outcome(text)).toBe('refused');
  },
);

const directed = Object.values(directions);
const present = [...Object.values(states), [fresh.claims, fresh.truths] as const];

test.each([
  ['deeds that are told in ways around the grammar', harder.claims, harder.truths],
  ['deeds in the words of reports', directed.flatMap(([claims]) => claims), directed.flatMap(([, truths]) => truths)],
  ['deeds that are told as what is so', present.flatMap(([claims]) => claims), present.flatMap(([, truths]) => truths)],
])('of %s none goes out unread, no true answer is refused, and few are read again', (_name, claims, truths) => {
  const of = (which: Outcome, among: readonly string[]) => among.filter((text) => outcome(text) === which);
  expect(of('out', claims)).toEqual([]);
  expect(of('refused', truths)).toEqual([]);
  expect(of('read', truths).length).toBeLessThanOrEqual(truths.length * 0.35);
});

test.each([
  'Your refund is on its way [order 1042].',
  'Die Erstattung ist unterwegs [order 1042].',
  'Su reembolso está en camino [order 1042].',
])('%s tells an action that left no row as a state', (text) => {
  expect(outcome(text)).toBe('refused');
});

test.each([
  // `out` and `mar` are months of other languages, and `en` joins clauses in Dutch alone.
  ['read', 'The amount of EUR 1299.90 was paid out [payment P-10422].'],
  ['read', 'El pago P-10422 fue enviado en su cuenta [payment P-10422].'],
  ['out', 'EUR 1299.90 was paid by card on 16 Nov 2026 [payment P-10422].'],
])('%s: %s', (expected, text) => {
  expect(outcome(text)).toBe(expected);
});

test('what a row says to be so goes out, in its own words', () => {
  const held = {
    ...known,
    rows: { 'order 1042': { ref: 'order 1042', status: 'on hold', waitsFor: 'your new address' } },
  };
  const text = 'Order 1042 is on hold, and it waits for your new address [order 1042].';
  expect(readAnswer(grounding, text, held)).toEqual({ reasons: [], unread: [], doubted: [] });
  expect(outcome(text)).toBe('read');
});

test.each([
  ['what is no more so', 'Payment P-10422 is no longer on your card [payment P-10422].'],
  ['what is promised', 'Your money will be on your card [payment P-10422].'],
  ['a state before a denial', 'Order 1042 is on hold at no cost [order 1042].'],
])('%s is read again', (_name, text) => {
  expect(outcome(text)).toBe('read');
});

test.each(['I cannot put order 1042 on hold [order 1042].', 'Shall I put order 1042 on hold [order 1042]?'])(
  'what is denied or asked says of nothing that it is so: %s',
  (text) => {
    expect(outcome(text)).toBe('out');
  },
);

test('runs that began before states were read go on without', () => {
  const before = deedsPolicy.grounding;
  const text = 'Order 1042 no longer ships [order 1042].';
  expect(before && readAnswer(before, text, known)).toEqual({ reasons: [], unread: [], doubted: [] });
});

test.each([
  ['refused', 'EUR 1299.90 was paid by card [payment P-10422].'],
  ['refused', 'EUR 1299.90 was paid to you [payment P-10422].'],
  ['out', 'The amount of EUR 1299.90 was sent to you [payment P-10422].'],
  ['out', 'A call about order 1042 was created [order 1042].'],
  ['out', '1.299,90 EUR wurden auf Ihr Konto gebucht [payment P-10422].'],
  ['out', 'El pago P-10422 fue enviado en su cuenta [payment P-10422].'],
  ['out', 'Die Zahlung ist vorrangig [payment P-10421].'],
  ['out', 'Votre commande 1042 est tripotée [order 1042].'],
  ['out', 'Your order 1042 is mar [order 1042].'],
  ['read', 'Het zijn uren [order 1042].'],
  ['read', 'A encomenda é de meses [order 1042].'],
])('runs that began before directions were read decide as they did: %s: %s', (expected, text) => {
  expect(outcome(text, { ...ofDeeds, readsStates: true })).toBe(expected);
  expect(outcome(text)).not.toBe(expected);
});

test('the words of an agent are held as it writes them in runs that began before directions were read', () => {
  const text = 'Order 1042 is gesperrt in transit [order 1042].';
  const own = { ...ofDeeds, actions: { hold: ['Gesperrt'] } };
  expect(outcome(text, { ...own, readsStates: true })).toBe('read');
  expect(outcome(text, { ...own, readsStates: true, readsDirections: true })).toBe('refused');
});

test('a run that begins now has it in its terms that directions are read', async () => {
  const { part } = defineAgent({ name: 'desk', instructions: 'Answer.', tools: {} });
  const terms = (await part.activities['desk.terms']?.({} as never)) as AgentTerms | undefined;
  expect(terms?.rules.policy.grounding).toMatchObject({
    readsClaims: true,
    readsStates: true,
    readsDirections: true,
    readsFacts: true,
  });
});

const rules: Rules = { policy: claimsPolicy, limits: supportLimits() };
const usage = { inputTokens: 1, outputTokens: 1 };
const intent = { topics: ['refund'], orderId: 1042 };
const refund = {
  kind: 'usable',
  id: 'call_a',
  tool: 'refund',
  input: { paymentId: 'P-10422', amountCents: 12_990 },
} as const;
const made = { ref: 'refund P-10422', payment: 'P-10422', amount: 'EUR 129.90', amountCents: 12_990 };
const say = (text: string): AgentEvent => ({ kind: 'answered', text, calls: [], usage });
const looked: AgentEvent[] = [
  {
    kind: 'classified',
    intent,
    brain: 'model',
    note: '',
    plan: [{ ...refund, id: 'l', tool: 'payments', input: {} }],
    usage,
  },
  { kind: 'lookedUp', results: { l: { ok: true, output: { rows: Object.values(known.rows) } } } },
];
const refunded: AgentEvent[] = [
  { kind: 'answered', text: '', calls: [refund], usage },
  { kind: 'checked', problems: {} },
  { kind: 'decided', callId: 'call_a', approved: true, by: 'Ada' },
  { kind: 'executed', results: { call_a: { ok: true, output: { rows: [made] } } } },
  {
    kind: 'verified',
    results: { call_a: { ok: true, output: { rows: [made, known.rows['payment P-10422'] as Row] } } },
  },
];
const run = (...events: readonly AgentEvent[]): AgentState =>
  events.reduce<AgentState>(
    (state, event) => advance(rules, state, event, 0),
    begin(rules, 'My money back, please.', 0),
  );

test('a mark is written out from the record of its call, and the answer names the call', () => {
  const answer = agentAnswer(rules, run(...looked, ...refunded, say('It is good news. [done call_a]')));
  const text = '✓ refund: payment P-10422, amount EUR 129.90, approved by Ada [refund P-10422]';
  expect(answer).toMatchObject({
    text: `It is good news. ${text}`,
    claims: [{ callId: 'call_a', tool: 'refund', refs: ['refund P-10422', 'payment P-10422'], text }],
  });
});

test('a record says what was read back then, whatever another call makes of the same row later', () => {
  const later = { ...made, amount: 'EUR 5.00', amountCents: 500 };
  const again: AgentEvent[] = [
    { kind: 'answered', text: '', calls: [{ ...refund, id: 'call_b', tool: 'payments', input: {} }], usage },
    { kind: 'lookedUp', results: { call_b: { ok: true, output: { rows: [later] } } } },
  ];
  const { claims } = agentAnswer(rules, run(...looked, ...refunded, ...again, say('It is good news. [done call_a]')));
  expect(claims).toMatchObject([{ text: expect.stringContaining('EUR 129.90') }]);
});

test('a record has no address of whoever approved it', () => {
  const events = refunded.map((event) => (event.kind === 'decided' ? { ...event, by: 'ada@mail.example' } : event));
  const { text } = agentAnswer(rules, run(...looked, ...events, say('It is good news. [done call_a]')));
  expect(text).toContain('approved by [email]');
});

test('what was done and is not said is added, and what is said is said once', () => {
  const silent = agentAnswer(
    rules,
    run(...looked, ...refunded, say('Payment P-10422 is of EUR 1299.90 [payment P-10422].')),
  );
  expect(silent.text).toContain('\n✓ refund: payment P-10422');
  const said = agentAnswer(rules, run(...looked, ...refunded, say('P-10422 was refunded [refund P-10422].')));
  expect(said.text).toBe('P-10422 was refunded [refund P-10422].');
});

test.each([
  ['a mark of a call that was not made', [], 'It is done. [done call_a]'],
  ['a deed beside the one that was done', refunded, 'I stopped order 1042 as well [payment P-10422]. [done call_a]'],
  ['another deed than the one whose row it cites', refunded, 'We have stopped order 1042 [refund P-10422].'],
  ['a deed without any row', [], 'I have stopped it.'],
  [
    'a deed in the same sentence as the one that was done',
    refunded,
    'P-10422 was refunded and I stopped order 1042 [refund P-10422].',
  ],
  ['a deed before a question', [], 'I have stopped order 1042, is there anything else [order 1042]?'],
  ['a deed before what will not be', [], 'I stopped order 1042 so that it will not be sent [order 1042].'],
  ['a deed that costs nothing', [], 'I have stopped order 1042 at no cost [order 1042].'],
  ['a cancellation by the writer', [], 'I have cancelled order 1042 [order 1042].'],
  ['a cancellation that no row has', [], 'Your order 1042 was cancelled [order 1042].'],
  ['a report of what the writer did itself', [], 'I have charged P-10422 again for you [payment P-10422].'],
  ['a request to somebody else', [], 'I have asked the warehouse to hold order 1042 [order 1042].'],
  ['what the writer was able to do', [], 'I was able to stop order 1042 [order 1042].'],
  ['a record that the program did not write', [], '✓ refund: payment P-10422, amount EUR 1299.90 [payment P-10422]'],
])('sent back: %s', (_name, events, text) => {
  const state = run(...looked, ...events, say(text));
  expect(state).toMatchObject({ phase: { kind: 'think' }, returns: 1 });
  expect(state.messages.at(-1)).toMatchObject({ role: 'guard' });
});

const hungarian = 'Megállítottam az 1042-es rendelést [order 1042].';
const read = (more: Partial<Extract<AgentEvent, { kind: 'claimsRead' }>>): AgentEvent => ({
  kind: 'claimsRead',
  claims: [],
  unborne: [],
  usage,
  ...more,
});

test('in a language without grammar a second reading decides: it goes out, goes back, or to a person', () => {
  const reading = run(...looked, say(hungarian));
  expect(reading.phase).toMatchObject({ kind: 'read', sentences: [hungarian] });
  expect(run(...looked, say(hungarian), read({})).phase).toMatchObject({
    outcome: { kind: 'answered', text: hungarian },
  });
  expect(run(...looked, say(hungarian), read({ claims: [0] }))).toMatchObject({ phase: { kind: 'think' }, returns: 1 });
  const unsure = run(...looked, say(hungarian), read({ problem: 'the model is away' }));
  expect(agentAnswer(rules, unsure)).toMatchObject({
    text: expect.stringContaining('handed over'),
    handOver: expect.any(String),
  });
});

test('what is said of as many sentences as are ever read has room', () => {
  const sentences = Array.from({ length: 401 }, (_, index) => ({ number: index + 1, says: 'not done' }));
  expect(estimateTokens(JSON.stringify({ sentences }))).toBeLessThanOrEqual(readingTokens(sentences.length));
});

test.each([
  ['as one and the same deed', 'We have refunded P-10422 [refund P-10422].', refunded],
  ['as what is denied or asked', 'I cannot change it. Shall I refund P-10422, or do you wait [payment P-10422]?', []],
  ['as what is expected and found', 'I expect parcel NL0421 on 27 November 2026 [parcel NL0421].', []],
])('goes out: %s', (_name, text, events) => {
  expect(run(...looked, ...events, say(text)).phase).toMatchObject({ kind: 'over', outcome: { kind: 'answered' } });
});

test('that a cancelled order was cancelled is a report of its row', () => {
  const cancelled = { ...known, rows: { 'order 1042': { ref: 'order 1042', status: 'cancelled' } } };
  expect(readAnswer(grounding, 'Your order 1042 was cancelled [order 1042].', cancelled).reasons).toEqual([]);
});

test('in a language without grammar a row of what was done bears out nothing unread', () => {
  expect(run(...looked, ...refunded, say('Megállítottam a P-10422-t [refund P-10422].')).phase).toMatchObject({
    kind: 'read',
  });
});

test('runs that are not held to their claims go out as the model wrote them', () => {
  const earlier: Rules = { ...rules, policy: groundedPolicy };
  const state = [...looked, ...refunded, say('It is done [refund P-10422].')].reduce<AgentState>(
    (before, event) => advance(earlier, before, event, 0),
    begin(earlier, 'My money back, please.', 0),
  );
  expect(state.phase).toEqual({
    kind: 'over',
    outcome: { kind: 'answered', text: 'It is done [refund P-10422].', by: 'model' },
  });
});

test('a model that insists on what was not done is not asked for ever, and a person takes over', () => {
  const state = run(
    ...looked,
    ...Array.from({ length: 4 }, () => say('I have stopped it.')),
    say('Order 1042 is in transit [order 1042].'),
  );
  expect(agentAnswer(rules, state)).toMatchObject({
    limitedBy: 'maxReturns',
    handOver: expect.stringContaining('guardrails'),
  });
});

test.each([
  'You can rest assured that we have refunded payment P-10422 [payment P-10422].',
  'You can see that order 1042 is on hold [order 1042].',
  'You can be sure we escalated it [order 1042].',
])('what is said to be sure is said: %s', (text) => {
  const state = {
    rows: { 'order 1042': { ref: 'order 1042', status: 'shipped' }, 'payment P-10422': { ref: 'payment P-10422' } },
    asked: [],
    failed: [],
  };
  expect(readAnswer(grounding, text, state)).not.toEqual({ reasons: [], unread: [], doubted: [] });
});

test.each([
  ['I cancelled order 8 for you [order 8].', { ref: 'order 8', status: 'Cancelled' }],
  ['We have refunded payment pay-71 [payment pay-71].', { ref: 'payment pay-71', status: 'Refunded' }],
  ['Order 1042 is on hold [order 1042].', { ref: 'order 1042', onHold: false }],
])('a state in a row is no deed of whoever answers, nor is a column that says no: %s', (text, row) => {
  const state = { rows: { [row.ref]: row }, asked: [], failed: [] };
  expect(readAnswer(grounding, text, state)).not.toEqual({ reasons: [], unread: [], doubted: [] });
});

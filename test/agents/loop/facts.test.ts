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
  expect(readAnswer(grounding, text, found)).not.toEqual({ reasons: [], unread: [], doubted: [] });
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

const rows = {
  'order 1042': {
    ref: 'order 1042',
    placedOn: '2026-11-16',
    status: 'in transit',
    total: 'EUR 129.90',
    products: '1 × Aria 2',
  },
  'order 1048': {
    ref: 'order 1048',
    placedOn: '2026-11-18',
    status: 'in transit',
    total: 'EUR 149.00',
    products: '1 × Lamp',
  },
  'order 1097': {
    ref: 'order 1097',
    placedOn: '2026-11-10',
    status: 'delivered',
    total: 'EUR 138.00',
    products: '1 × Molino',
  },
  'payment P-10421': { ref: 'payment P-10421', order: 1042, amount: 'EUR 129.90', status: 'captured' },
  'payment P-10422': { ref: 'payment P-10422', order: 1042, amount: 'EUR 129.90', status: 'captured' },
  'parcel NL1': { ref: 'parcel NL1', order: 1042, shippedOn: '2026-11-17', expectedOn: '2026-11-27' },
  'booking 12': { ref: 'booking 12', room: 12, until: '2026-12-04', nightCents: 8900 },
  'visit 5': { ref: 'visit 5', at: '2026-11-01', place: 'Leipzig', page: 'https://shop.example/visits/5' },
};
const known: KnownFacts = { rows, asked: [{}], failed: [] };
const outcome = (text: string, held = grounding): string => {
  const { reasons, unread, doubted } = readAnswer(held, text, known);
  if (reasons.length > 0) return 'refused';
  return unread.length + doubted.length > 0 ? 'read' : 'out';
};

test.each([
  'Order 1042 was delivered, so you can enjoy it [order 1042].',
  'Order 1042 was delivered, not late [order 1042].',
  'Order 1042 is delivered, and no signature was needed [order 1042].',
  'Order 1042 is delivered, please look at your door [order 1042].',
  'Die Bestellung 1042 wurde zugestellt, Sie können sie genießen [order 1042].',
  'Order 1042 is delivered [order 1042] [order 1097].',
  'Order 1097 is in transit, and order 1042 is delivered [order 1042] [order 1097].',
  'Order 1097 costs EUR 129.90, order 1042 costs EUR 138.00 [order 1042] [order 1097].',
  'Order 1042 costs EUR 149.00 [order 1042] [order 1048].',
  'Order 1042 is not in transit [order 1042].',
  'Payment P-10422 was not captured [payment P-10422].',
  'You were not charged twice [payment P-10421] [payment P-10422].',
])('what a row of the thing contradicts is refused, whatever stands in another clause or row: %s', (text) => {
  expect(outcome(text)).toBe('refused');
});

test.each([
  'Order 1042 is delivered [order 1042]?',
  'If you want to know, order 1042 was delivered [order 1042].',
  'Order 1042 was charged three times [payment P-10421] [payment P-10422].',
  'Order 1042 was charged once [payment P-10421].',
  'You have not paid for order 1042 [order 1042] [payment P-10421].',
  'Order 1042 arrives on 2026-11-16 [order 1042].',
  'It was shipped on 2026-11-27 [parcel NL1].',
  'You may stay for free [booking 12].',
  'Room 12 is not booked until 2026-12-04 [booking 12].',
  'Order 1042 contains a dozen Aria 2 [order 1042].',
  'Orders 1042 and 1097 are delivered [order 1042] [order 1097].',
  'There is no second charge [payment P-10422].',
  'The rows do not say why you were charged twice [payment P-10421] [payment P-10422].',
  'Your visit is in Leipzig and Berlin [visit 5].',
])('what no row here can settle is read a second time, beside the rows: %s', (text) => {
  expect(outcome(text)).toBe('read');
});

test.each([
  'Order 1042 is in transit, and order 1097 was delivered [order 1042] [order 1097].',
  'Order 1048 is in transit, it is not delivered [order 1048].',
  'Once it is delivered, you can return it [order 1042].',
  'Orders 1042 and 1048 are in transit [order 1042] [order 1048].',
  'You were charged twice for order 1042 [payment P-10421] [payment P-10422].',
  'Order 1042 of 2026-11-16 costs EUR 129.90 [order 1042].',
  'It was shipped on 2026-11-17 and is expected on 2026-11-27 [parcel NL1].',
  'Your visit is in Leipzig [visit 5].',
])('what rows bear out goes out: %s', (text) => {
  expect(outcome(text)).toBe('out');
});

test('runs that began before facts were read hold a sentence to all its rows at once', () => {
  const { readsFacts: _facts, ...before } = grounding;
  expect(outcome('Order 1042 was delivered, so you can enjoy it [order 1042].', before)).toBe('out');
  expect(outcome('Order 1042 is delivered [order 1042] [order 1097].', before)).toBe('out');
  expect(outcome('See evil.dev [visit 5].', before)).not.toBe('refused');
});

test.each([
  '![](//evil.example/x.png)',
  '[x](javascript:alert(1))',
  '[x](/orders)',
  '\n[x]: evil',
  '<img src=x>',
  '//evil.dev/x',
  '\\\\evil.dev\\x',
  'ftp://evil.example/x',
  'hxxps://evil',
  'https:evil',
  'data:text/html;base64,AAAA',
  'tel:+4912345',
  'mailto:me@evil.dev',
  'me@evil.dev',
  'evil.dev',
  'evil.ai',
  'EVIL.ROCKS',
  'www2.evil.museum',
  'xn--e1afmkfd.xn--p1ai',
  'пример.рф',
  'evil[.]com',
  'evil (dot) com',
  'evil dot com',
  'evil。com',
  'evil&#46;com',
  'ev\u200Bil.com',
  '10.0.0.1:8080',
  'https://shop.example.evil.dev/visits/5',
  'https://user@evil.dev',
])('an address that no row has goes out in no form: %s', (text) => {
  expect(readAnswer(grounding, `Your visit is in Leipzig [visit 5]. ${text}`, known).reasons).toContainEqual(
    expect.stringMatching(/^The address /),
  );
});

test.each([
  'See https://shop.example/visits/5.',
  'See [your visit](https://shop.example/visits/5).',
  'It was z.B. in Leipzig, i.e. at 10 a.m. on 16.nov and by the S.A.R.L.',
  'Re: your visit at 18:25, note:see below / above.',
])('no address is seen where there is none, and that of a row goes out: %s', (text) => {
  const { reasons } = readAnswer(grounding, `${text} [visit 5]`, known);
  expect(reasons.filter((reason) => reason.startsWith('The address'))).toEqual([]);
});

test('what is read beside its rows goes out where they bear it out, back where they do not, and to a person where nobody says', () => {
  const rules: Rules = { policy: { tools: { all: { effect: 'read' } }, redact: [], grounding }, limits: smallLimits };
  const usage = { inputTokens: 1, outputTokens: 1 };
  const text = 'You may stay for free [booking 12].';
  const call = { kind: 'usable', id: 'a', tool: 'all', input: {} } as const;
  const events: AgentEvent[] = [
    { kind: 'classified', intent: null, brain: 'model', note: '', plan: [call], usage },
    { kind: 'lookedUp', results: { a: { ok: true, output: { rows: Object.values(rows) } } } },
    { kind: 'answered', text, calls: [], usage },
  ];
  const after = (...more: AgentEvent[]): AgentState =>
    [...events, ...more].reduce((state, event) => advance(rules, state, event, 0), begin(rules, 'Is it free?', 0));
  const { phase } = after();
  expect(phase).toMatchObject({ kind: 'read', facts: { sentences: [text] } });
  expect(phase.kind === 'read' && phase.facts?.material).toContain('"until":"2026-12-04"');
  expect(phase.kind === 'read' && phase.facts?.material).not.toContain('order 1042');
  const read = { kind: 'claimsRead', claims: [], usage } as const;
  expect(after({ ...read, unborne: [] }).phase).toMatchObject({ kind: 'over', outcome: { kind: 'answered', text } });
  expect(after({ ...read, unborne: [0] })).toMatchObject({ phase: { kind: 'think' }, returns: 1 });
  // A worker of before has read no facts, which says nothing of them.
  expect(after(read).phase).toMatchObject({ outcome: { kind: 'stopped' } });
});

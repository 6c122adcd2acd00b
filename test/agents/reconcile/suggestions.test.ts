/** What may belong together of lines without a counterpart: ranked, with reasons, and the same whichever side is which. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moduleBeside, runApart } from '../../../src/activities/index.ts';
import type { compareLines } from '../../../src/agents/reconcile/activities/compare.ts';
import { matchDefaults, type Line } from '../../../src/agents/reconcile/pure/lines.ts';
import { reconcile } from '../../../src/agents/reconcile/pure/match.ts';

const line = (place: string, more: Partial<Line>): Line => ({ place, date: '2026-03-02', amount: '10.00', ...more });
const suggested = (ledger: Partial<Line>, statement: Partial<Line>) =>
  reconcile([line('l:1', ledger)], [line('s:1', statement)], matchDefaults).suggestions ?? [];

describe('a suggestion', () => {
  it.each<[string, Partial<Line>, Partial<Line>, string]>([
    [
      'exchanged digits',
      { amount: '540.00', counterparty: 'Ada' },
      { amount: '450.00', counterparty: 'Ada', date: '2026-03-12' },
      'two digits of the amount are exchanged',
    ],
    [
      'a slipped point',
      { amount: '5.40', counterparty: 'Ada Works' },
      { amount: '540.00', counterparty: 'Ada Works', date: '2026-03-09' },
      'the decimal point is elsewhere',
    ],
    [
      'the other sign',
      { amount: '5.40', counterparty: 'Ada' },
      { amount: '-5.40', counterparty: 'Ada', date: '2026-03-09' },
      'the same amount with the other sign',
    ],
    [
      'a late date',
      { amount: '5.40', counterparty: 'Ada' },
      { amount: '5.40', counterparty: 'Bob', date: '2026-03-22' },
      'the same amount',
    ],
    [
      'a misspelt reference',
      { amount: '99.00', reference: 'INV-20417' },
      { amount: '96.00', reference: 'INV-20471', date: '2026-03-03', counterparty: 'Ada' },
      'references differ in one character',
    ],
  ])('names %s as its reason', (_what, ledger, statement, reason) => {
    const [first, ...more] = suggested(ledger, statement);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ ledger: 'l:1', statement: 's:1', reasons: expect.arrayContaining([reason]) });
  });

  it('is not made of lines that share nothing but a day, nor across months', () => {
    expect(suggested({ amount: '12.00', counterparty: 'Ada' }, { amount: '77.00', counterparty: 'Bob' })).toEqual([]);
    expect(suggested({ counterparty: 'Ada' }, { counterparty: 'Bob', date: '2026-05-02' })).toEqual([]);
  });

  it('with more that speaks for it comes first, and a line has three at most', () => {
    const ledger = [line('l:1', { counterparty: 'Ada Works', amount: '10.00' })];
    const days = ['2026-03-12', '2026-03-20', '2026-03-21', '2026-03-22'];
    const statement = days.map((date, at) =>
      line(`s:${at}`, { date, counterparty: at === 2 ? 'Ada Works' : `Other ${at}` }),
    );
    const { suggestions = [] } = reconcile(ledger, statement, { ...matchDefaults, lateDays: 3 });
    expect(suggestions.map((each) => each.statement)).toEqual(['s:2', 's:0', 's:1']);
  });

  it('of files of which nothing matches is found in little more memory than the lines take', async () => {
    const count = 10_000;
    const lines = (side: string, cents: number) => {
      const all = Array.from({ length: count }, (_, at) => {
        const more = { amount: ((at * 131 + cents) / 100).toFixed(2), counterparty: `Name ${at % 175}` };
        return line(`${side}:${at}`, { ...more, date: `2026-03-${String(1 + ((at * 7) % 28)).padStart(2, '0')}` });
      });
      return [Buffer.from(JSON.stringify(all))];
    };
    const comparer = moduleBeside(import.meta.url, '../../../src/agents/reconcile/activities/compare.ts');
    const { matched } = await runApart<typeof compareLines>(
      { module: comparer, name: 'compareLines' },
      { ledger: lines('l', 0), statement: lines('s', 50_021), settled: [], rule: matchDefaults, round: 'rest' },
      { source: 'the files', timeoutMs: 120_000, memoryMb: 64 },
    );
    expect(matched).toBe(0);
  }, 180_000);

  it('is the same when the sides are exchanged, and only of lines that are missing', () => {
    const some = fc.array(
      fc.record({
        date: fc.constantFrom('2026-03-02', '2026-03-05', '2026-03-20', '2026-04-30'),
        amount: fc.constantFrom('10.00', '-10.00', '1.00', '12.30', '13.20', '12.40'),
        counterparty: fc.constantFrom('Ada Works', 'Ada', 'Bob Ltd', ''),
        reference: fc.constantFrom('', 'INV-1001', 'INV-1010'),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(some, some, (one, other) => {
        const a = one.map((each, at) => line(`a:${at}`, each));
        const b = other.map((each, at) => line(`b:${at}`, each));
        const found = reconcile(a, b, matchDefaults);
        const turned = reconcile(b, a, matchDefaults).suggestions ?? [];
        expect(found.suggestions).toEqual(
          turned.map(({ ledger, statement, ...more }) => ({ ledger: statement, statement: ledger, ...more })),
        );
        const missing = new Set([...found.missingInLedger, ...found.missingInStatement].map(({ place }) => place));
        for (const { ledger, statement } of found.suggestions ?? [])
          expect([missing.has(ledger), missing.has(statement)]).toEqual([true, true]);
      }),
    );
  });
});

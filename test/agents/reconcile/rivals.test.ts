/** Lines that fit one equally well: the texts decide, and where they do not, a person does. */
import { describe, expect, it } from 'vitest';
import { matchDefaults, type Line, type Reconciliation } from '../../../src/agents/reconcile/pure/lines.ts';
import { reconcile } from '../../../src/agents/reconcile/pure/match.ts';

type Given = readonly [day: string, amount: string, more?: Partial<Line>];
const linesAt = (side: string, all: readonly Given[]): Line[] =>
  all.map(([day, amount, more], at) => ({ place: `${side}${at + 1}`, date: `2026-03-${day}`, amount, ...more }));
const places = (lines: readonly Line[]): string => lines.map(({ place }) => place).join('+');

/** What is said of each line, in one order whichever side is which. */
function said({ matched, differences, suggestions = [], ...found }: Reconciliation) {
  return {
    matched: matched
      .map(({ by, ledger, statement }) => `${by} ${[places(ledger), places(statement)].toSorted().join('=')}`)
      .toSorted(),
    differ: differences.map(({ ledger, statement }) => [ledger.place, statement.place].toSorted().join('/')),
    alone: [...found.missingInStatement, ...found.missingInLedger].map(({ place }) => place).toSorted(),
    twice: [...found.duplicatesInLedger, ...found.duplicatesInStatement].map(({ line }) => line.place),
    suggested: suggestions.map(({ ledger, statement }) => [ledger, statement].toSorted().join('?')).toSorted(),
  };
}
const nothing = { matched: [], differ: [], alone: [], twice: [], suggested: [] };

/** The same answer is expected with the sides exchanged. */
function expectBothWays(ledger: readonly Given[], statement: readonly Given[], expected: object) {
  const [a, b] = [linesAt('a', ledger), linesAt('b', statement)];
  for (const found of [reconcile(a, b, matchDefaults), reconcile(b, a, matchDefaults)])
    expect(said(found)).toEqual({ ...nothing, ...expected });
}

const reference = 'ORD-100';
const [refund, chargeback] = [
  { reference, text: 'refund' },
  { reference, text: 'Chargeback by card' },
];

describe('Of two lines as many days from one', () => {
  it('the one whose text it shares is its pair, whatever ties it to both', () => {
    const of = (more: Partial<Line>): [Given[], Given[]] => [
      [
        ['05', '-50.00', { text: 'refund', ...more }],
        ['09', '-50.00', { text: 'Chargeback by card', ...more }],
      ],
      [['07', '-50.00', { text: 'CHARGEBACK', ...more }]],
    ];
    for (const [more, by] of [
      [{ reference }, 'reference'],
      [{ counterparty: 'Ann' }, 'counterparty'],
      [{}, 'amount'],
    ] as const)
      expectBothWays(...of(more), { matched: [`${by} a2=b1`], alone: ['a1'] });
  });

  it('neither is its pair where no text tells them apart, and both are suggested', () => {
    for (const [more, text] of [
      [{ reference }, 'reversal'],
      [{ counterparty: 'Ann' }, undefined],
      [{}, undefined],
    ] as const)
      expectBothWays(
        [
          ['05', '-50.00', { ...more, ...(text === undefined ? {} : { text: 'refund' }) }],
          ['09', '-50.00', { ...more, ...(text === undefined ? {} : { text: 'chargeback' }) }],
        ],
        [['07', '-50.00', { ...more, ...(text === undefined ? {} : { text }) }]],
        { alone: ['a1', 'a2', 'b1'], suggested: ['a1?b1', 'a2?b1'] },
      );
  });

  it('neither is said to differ from it, nor to be a part of a sum', () => {
    expectBothWays(
      [
        ['05', '-50.00', refund],
        ['09', '-50.00', chargeback],
      ],
      [
        ['07', '-50.00', { reference }],
        ['16', '-100.00', { reference }],
      ],
      { differ: [], alone: ['a1', 'a2', 'b1', 'b2'], suggested: ['a1?b1', 'a2?b1'] },
    );
  });

  it('the nearer one is its pair, and one that comes once more is a duplicate', () => {
    expectBothWays(
      [
        ['05', '-50.00'],
        ['08', '-50.00'],
      ],
      [['07', '-50.00']],
      { matched: ['amount a2=b1'], alone: ['a1'] },
    );
    const twice = { reference, text: 'refund' };
    expectBothWays(
      [
        ['05', '-50.00', twice],
        ['05', '-50.00', twice],
      ],
      [['07', '-50.00', { reference }]],
      {
        matched: ['reference a1=b1'],
        twice: ['a2'],
      },
    );
  });

  it('both have a pair where there are two for them, and their texts say which', () => {
    const [first, second] = [{ text: 'zebra crossing' }, { text: 'apple pie' }];
    expectBothWays(
      [
        ['05', '-50.00', { reference, ...first }],
        ['05', '-50.00', { reference, ...second }],
      ],
      [
        ['06', '-50.00', { reference, text: 'an apple' }],
        ['06', '-50.00', { reference, text: 'the zebra' }],
      ],
      { matched: ['reference a1=b2', 'reference a2=b1'] },
    );
    expectBothWays(
      [
        ['05', '3.00'],
        ['05', '3.00'],
      ],
      [
        ['06', '3.00'],
        ['06', '3.00'],
      ],
      {
        matched: ['amount a1=b1', 'amount a2=b2'],
      },
    );
  });
});

describe('A line whose text names the reference of another line', () => {
  const paid: Given = ['01', '-100.00', { reference: 'PAY-888' }];
  const charge: Given = ['01', '-2.50', { text: 'charges for PAY-888' }];

  it.each<[string, Partial<Line>]>([
    ['says nothing', {}],
    ['names somebody', { counterparty: 'Kiosk' }],
    ['has another reference', { reference: 'PAY-999' }],
  ])('is no pair by its amount alone of one that %s, and is suggested', (_, more) => {
    expectBothWays([paid, ['01', '-2.50', more]], [paid, charge], {
      matched: ['reference a1=b1'],
      alone: ['a2', 'b2'],
      suggested: ['a2?b2'],
    });
  });

  it('is a pair of one with its counterparty, and by the amount where nobody knows the reference', () => {
    const bank = { counterparty: 'City Bank' };
    expectBothWays([paid, ['01', '-2.50', bank]], [paid, ['01', '-2.50', { ...charge[2], ...bank }]], {
      matched: ['counterparty a2=b2', 'reference a1=b1'],
    });
    expectBothWays([['01', '-2.50', { counterparty: 'Kiosk' }]], [charge], { matched: ['amount a1=b1'] });
  });

  it('is no pair by what a statement says the amount was before a fee', () => {
    expectBothWays([paid, ['01', '10.00']], [paid, ['01', '9.50', { gross: '10.00', text: 'refund of PAY-888' }]], {
      matched: ['reference a1=b1'],
      alone: ['a2', 'b2'],
    });
  });
});

describe('A text that is the same', () => {
  it.each<[string, Partial<Line>]>([
    ['one reference', { reference }],
    ['one counterparty', { counterparty: 'Ann' }],
    ['nothing but the amount', {}],
  ])('says more than the nearer day, of lines that share %s', (_, more) => {
    expectBothWays(
      [['05', '-50.00', { ...more, text: 'refund' }]],
      [
        ['05', '-50.00', { ...more, text: 'chargeback' }],
        ['06', '-50.00', { ...more, text: 'Refund' }],
      ],
      {
        matched: [`${'reference' in more ? 'reference' : 'counterparty' in more ? 'counterparty' : 'amount'} a1=b2`],
        ...('reference' in more ? { twice: ['b1'] } : { alone: ['b1'] }),
      },
    );
  });
});

describe('Of two names that are as much alike', () => {
  it('each is of as many lines that say the same, in the order of days that both have and not by the alphabet', () => {
    const north = { counterparty: 'North Works Berlin' };
    const [hamburg, south] = [{ counterparty: 'North Works Hamburg' }, { counterparty: 'South Works Berlin' }];
    const apart: Given[] = [
      ['02', '10.00', north],
      ['06', '10.00', north],
    ];
    expectBothWays(
      [
        ['04', '10.00', hamburg],
        ['04', '10.00', south],
      ],
      apart,
      { alone: ['a1', 'a2', 'b1', 'b2'], suggested: ['a1?b1', 'a1?b2', 'a2?b1', 'a2?b2'] },
    );
    expectBothWays(
      [
        ['04', '10.00', hamburg],
        ['08', '10.00', south],
      ],
      apart,
      { matched: ['counterparty a1=b1', 'counterparty a2=b2'] },
    );
  });

  const bonn = { counterparty: 'North Works Bonn' };
  const kiel = { counterparty: 'North Works Kiel' };

  it('neither is the pair, and both are suggested', () => {
    expectBothWays(
      [['05', '50.00', { counterparty: 'North Works Berlin' }]],
      [
        ['06', '50.00', bonn],
        ['06', '50.00', kiel],
      ],
      { alone: ['a1', 'b1', 'b2'], suggested: ['a1?b1', 'a1?b2'] },
    );
  });

  it('the one with the text of the other is the pair, and so is the nearer one', () => {
    const whole = { counterparty: 'North Works Berlin' };
    for (const [day, first, second] of [
      ['06', { ...bonn, text: 'rent' }, { ...kiel, text: 'lamps' }],
      ['07', bonn, kiel],
    ] as const)
      expectBothWays(
        [['05', '50.00', { ...whole, text: 'rent' }]],
        [
          ['06', '50.00', first],
          [day, '50.00', second],
        ],
        { matched: ['counterparty a1=b1'], alone: ['b2'] },
      );
  });

  it('neither is the pair where there are two for two', () => {
    const [one, other] = [{ counterparty: 'North Works East' }, { counterparty: 'North Works West' }];
    expectBothWays(
      [
        ['05', '50.00', bonn],
        ['05', '50.00', kiel],
      ],
      [
        ['05', '50.00', one],
        ['05', '50.00', other],
      ],
      { alone: ['a1', 'a2', 'b1', 'b2'], suggested: ['a1?b1', 'a1?b2', 'a2?b1', 'a2?b2'] },
    );
  });

  it('a fee or a tolerance says no more of them, and neither does a difference', () => {
    const ledger: Given[] = [['05', '10.00', { reference }]];
    const statement: Given[] = [
      ['05', '10.10', { reference, ...bonn }],
      ['05', '9.90', { reference, ...kiel }],
    ];
    expectBothWays(ledger, statement, { alone: ['a1', 'b1', 'b2'], suggested: ['a1?b1', 'a1?b2'] });
  });
});

describe('A sum of lines', () => {
  const parts: Given[] = [
    ['05', '10.07'],
    ['05', '20.11'],
  ];

  it('is said of neither of two lines that it may be, but of one that is there twice', () => {
    expectBothWays(
      [...parts],
      [
        ['05', '30.18'],
        ['06', '30.18'],
      ],
      { alone: ['a1', 'a2', 'b1', 'b2'] },
    );
    expectBothWays(
      [...parts],
      [
        ['05', '30.18'],
        ['05', '30.18'],
      ],
      { matched: ['sum a1+a2=b1'], twice: ['b2'] },
    );
  });

  it('is not said where one of its lines may be of the sum of another line', () => {
    expectBothWays(
      [...parts, ['05', '7.03']],
      [
        ['05', '30.18'],
        ['05', '17.10'],
      ],
      { alone: ['a1', 'a2', 'a3', 'b1', 'b2'] },
    );
  });
});

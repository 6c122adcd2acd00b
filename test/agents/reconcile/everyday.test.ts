/** Ledgers of ten kinds of business, each against what its bank says, with what a person who knows both would say. */
import { describe, expect, it } from 'vitest';
import {
  matchDefaults,
  type Line,
  type MatchRule,
  type Reconciliation,
} from '../../../src/agents/reconcile/pure/lines.ts';
import { reconcile } from '../../../src/agents/reconcile/pure/match.ts';

type Given = readonly [day: string, amount: string, more?: Partial<Line>];
interface Said {
  readonly matched?: readonly string[];
  readonly differ?: readonly string[];
  readonly alone?: readonly string[];
  readonly twice?: readonly string[];
}
interface Business {
  readonly rule?: Partial<MatchRule>;
  readonly ledger: readonly Given[];
  readonly statement: readonly Given[];
  readonly expected: Said;
}

const linesAt = (side: string, all: readonly Given[]): Line[] =>
  all.map(([day, amount, more], at) => ({ place: `${side}${at + 1}`, date: `2026-${day}`, amount, ...more }));
const places = (lines: readonly Line[]): string =>
  lines
    .map(({ place }) => place)
    .toSorted()
    .join('+');
const said = ({ matched, differences, ...found }: Reconciliation): Required<Said> => ({
  matched: matched.map(({ by, ledger, statement }) => `${by} ${places(ledger)}=${places(statement)}`).toSorted(),
  differ: differences
    .map(({ differs, ledger, statement }) => `${differs} ${ledger.place}/${statement.place}`)
    .toSorted(),
  alone: [...found.missingInStatement, ...found.missingInLedger].map(({ place }) => place).toSorted(),
  twice: [...found.duplicatesInLedger, ...found.duplicatesInStatement].map(({ line }) => line.place).toSorted(),
});

const from = (counterparty: string, text?: string): Partial<Line> =>
  text === undefined ? { counterparty } : { counterparty, text };

const businesses: Record<string, Business> = {
  'a batch of salaries, one of which came back': {
    ledger: [
      ['03-27', '-2100.00', from('Anna Schulz', 'Salary March')],
      ['03-27', '-1800.00', from('Ben Okafor', 'Salary March')],
      ['03-27', '-2450.50', from('Carla Diaz', 'Salary March')],
      ['03-27', '-1999.99', from('Deniz Kaya', 'Salary March')],
      ['03-31', '-1800.00', from('Ben Okafor', 'Salary March, again')],
    ],
    statement: [
      ['03-27', '-8350.49', { text: 'COLLECTIVE ORDER 4 ITEMS SALARY' }],
      ['03-30', '1800.00', from('BEN OKAFOR', 'RETURN ACCOUNT CLOSED')],
      ['03-31', '-1800.00', from('BEN OKAFOR', 'SALARY MARCH AGAIN')],
    ],
    expected: { matched: ['counterparty a5=b3', 'sum a1+a2+a3+a4=b1'], alone: ['b2'] },
  },
  'payouts of a marketplace, less a share of what was sold and whole of what came back': {
    rule: { fees: [{ name: 'share', percent: '15' }] },
    ledger: [
      ['03-02', '50.00', { reference: 'ORDER-5501', counterparty: 'Ann' }],
      ['03-03', '30.00', { reference: 'ORDER-5502', counterparty: 'Bob' }],
      ['03-03', '-20.00', { reference: 'ORDER-5488', counterparty: 'Cem', text: 'refund' }],
      ['03-10', '45.50', { reference: 'ORDER-5510', counterparty: 'Dora' }],
    ],
    statement: [
      ['03-05', '48.00', from('Bazaar Payments', 'PAYOUT 881')],
      ['03-12', '38.67', from('Bazaar Payments', 'PAYOUT 882 ORDER-5510')],
    ],
    expected: { matched: ['fee a1+a2+a3=b1', 'fee a4=b2'] },
  },
  'the takings of cards, less a fee, with a chargeback and what it cost': {
    rule: { fees: [{ name: 'card', percent: '1.5' }] },
    ledger: [
      ['03-02', '120.00', from('Card Acquirer', 'takings')],
      ['03-03', '80.00', from('Card Acquirer', 'takings')],
      ['03-06', '-35.00', { reference: 'CB-7710', text: 'chargeback' }],
      ['03-06', '-15.00', { text: 'fee for CB-7710' }],
    ],
    statement: [
      ['03-03', '118.20', from('CARD ACQUIRER', 'BATCH 1')],
      ['03-04', '78.80', from('CARD ACQUIRER', 'BATCH 2')],
      ['03-06', '-35.00', from('CARD ACQUIRER', 'CHARGEBACK CB-7710')],
      ['03-06', '-15.00', from('CARD ACQUIRER', 'CHARGEBACK FEE CB-7710')],
    ],
    expected: { matched: ['fee a1=b1', 'fee a2=b2', 'reference a3=b3', 'reference a4=b4'] },
  },
  'card payments abroad, booked at a rate of the day before': {
    ledger: [
      ['03-02', '-92.31', { reference: 'HOTEL-20', counterparty: 'Hotel Lisboa' }],
      ['03-03', '-46.10', from('Museum Shop')],
      ['03-04', '-12.00', from('Tram 28')],
    ],
    statement: [
      ['03-04', '-93.69', { reference: 'HOTEL-20', counterparty: 'HOTEL LISBOA', text: 'USD 100,00' }],
      ['03-05', '-46.35', from('MUSEUM SHOP', 'USD 50,00')],
      ['03-05', '-12.00', from('TRAM 28 LISBOA')],
    ],
    rule: { tolerance: '0.50' },
    expected: { matched: ['counterparty a3=b3', 'tolerance a2=b2'], differ: ['amount a1/b1'] },
  },
  'a loan, of which each rate is booked as principal and interest': {
    ledger: [
      ['03-30', '-450.00', { reference: 'LOAN-2001', text: 'principal' }],
      ['03-30', '-50.00', { reference: 'LOAN-2001', text: 'interest' }],
      ['04-30', '-452.25', { reference: 'LOAN-2001', text: 'principal' }],
      ['04-30', '-47.75', { reference: 'LOAN-2001', text: 'interest' }],
    ],
    statement: [
      ['03-31', '-500.00', from('Loan Bank', 'LOAN-2001 RATE 3')],
      ['04-30', '-500.00', from('Loan Bank', 'LOAN-2001 RATE 4')],
    ],
    expected: { matched: ['sum a1+a2=b1', 'sum a3+a4=b2'] },
  },
  'rents of one amount, one in two parts, one by somebody else': {
    ledger: [
      ['03-01', '850.00', from('Ioana Petrov')],
      ['03-01', '850.00', from('Maximilian Lindenberger')],
      ['03-01', '850.00', from('Anna Schulz')],
      ['03-01', '850.00', from('Omar Haddad')],
    ],
    statement: [
      ['03-01', '400.00', from('PETROV IOANA', 'RENT MARCH PART 1')],
      ['03-03', '450.00', from('PETROV IOANA', 'RENT MARCH PART 2')],
      ['03-02', '850.00', from('MAXIMILIAN LINDENBERG', 'RENT')],
      ['03-02', '850.00', from('L MEYER', 'RENT FOR ANNA SCHULZ')],
      ['03-03', '850.00', from('HADDAD OMAR', 'RENT')],
    ],
    expected: {
      matched: ['counterparty a2=b3', 'counterparty a4=b5', 'sum a1=b1+b2'],
      alone: ['a3', 'b4'],
    },
  },
  'a subscription that was changed in the middle of a month': {
    ledger: [
      ['03-01', '29.00', { reference: 'SUB-3107' }],
      ['03-15', '-14.50', { reference: 'SUB-3107', text: 'credit for unused days' }],
      ['03-15', '49.00', { reference: 'SUB-3107', text: 'next plan' }],
    ],
    statement: [
      ['03-02', '29.00', { text: 'SUB-3107' }],
      ['03-16', '34.50', { text: 'SUB-3107 UPGRADE' }],
    ],
    expected: { matched: ['reference a1=b1', 'sum a2+a3=b2'] },
  },
  'cash of two days that is brought to the bank together': {
    ledger: [
      ['03-02', '312.40', { text: 'till' }],
      ['03-03', '287.10', { text: 'till' }],
      ['03-04', '455.85', { text: 'till' }],
      ['03-04', '-100.00', { text: 'coins for the till' }],
    ],
    statement: [
      ['03-04', '599.50', { text: 'CASH DEPOSIT' }],
      ['03-05', '455.85', { text: 'CASH DEPOSIT' }],
      ['03-05', '-100.00', { text: 'COIN ORDER' }],
    ],
    expected: { matched: ['amount a3=b2', 'amount a4=b3', 'sum a1+a2=b1'] },
  },
  'days of which the bank books each after midnight': {
    ledger: ['02', '03', '04', '05'].map((day): Given => [`03-${day}`, '-4.50', { text: 'Coffee Bar' }]),
    statement: ['03', '04', '05', '06'].map((day): Given => [`03-${day}`, '-4.50', { text: 'COFFEE BAR' }]),
    expected: { matched: ['amount a1=b1', 'amount a2=b2', 'amount a3=b3', 'amount a4=b4'] },
  },
  'an export in which rows are there twice': {
    ledger: [
      ['03-02', '-70.00', { reference: 'INV-9001' }],
      ['03-03', '-71.00', { reference: 'INV-9002' }],
      ['03-03', '-71.00', { reference: 'INV-9002' }],
      ['03-04', '-3.20', { text: 'bus' }],
      ['03-04', '-3.20', { text: 'bus' }],
      ['03-05', '10.07', { text: 'till 1' }],
      ['03-05', '20.11', { text: 'till 2' }],
      ['03-05', '20.11', { text: 'till 2' }],
    ],
    statement: [
      ['03-02', '-70.00', { reference: 'INV-9001' }],
      ['03-03', '-71.00', { reference: 'INV-9002' }],
      ['03-04', '-3.20', { text: 'BUS' }],
      ['03-05', '-3.20', { text: 'BUS' }],
      ['03-05', '30.18', { text: 'CASH DEPOSIT' }],
    ],
    expected: {
      matched: ['amount a4=b3', 'amount a5=b4', 'reference a1=b1', 'reference a2=b2', 'sum a6+a7=b5'],
      twice: ['a3', 'a8'],
    },
  },
};

describe('What a person who knows both would say is said of', () => {
  it.each(Object.entries(businesses))('%s', (_, { rule, ledger, statement, expected }) => {
    const found = reconcile(linesAt('a', ledger), linesAt('b', statement), { ...matchDefaults, ...rule });
    expect(said(found)).toEqual({ matched: [], differ: [], alone: [], twice: [], ...expected });
  });
});

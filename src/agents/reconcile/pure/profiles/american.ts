/** Exports of banks in the Americas. */
import type { CsvProfile } from '../csv-format.ts';

const usual = { decimal: 'point', dates: 'mdy', currency: 'USD' } as const;

export const american: readonly CsvProfile[] = [
  {
    ...usual,
    name: 'chase',
    title: 'Chase, checking',
    signature: ['Details', 'Posting Date', 'Description', 'Amount', 'Type', 'Balance', 'Check or Slip #'],
    columns: {
      date: 'Posting Date',
      amount: 'Amount',
      reference: 'Check or Slip #',
      counterparty: 'Description',
      text: 'Type',
    },
    leaveOut: [{ column: 'Posting Date', is: ['Pending'], reason: 'pending' }],
  },
  {
    ...usual,
    name: 'chase-card',
    title: 'Chase, credit card',
    signature: ['Transaction Date', 'Post Date', 'Description', 'Category', 'Type', 'Amount', 'Memo'],
    columns: { date: 'Post Date', amount: 'Amount', counterparty: 'Description', text: ['Memo', 'Type'] },
  },
  {
    ...usual,
    name: 'amex',
    title: 'American Express, with all details',
    signature: ['Date', 'Description', 'Card Member', 'Account #', 'Amount'],
    // A charge is positive, and a payment of the card negative.
    sign: 'turned',
    columns: {
      date: 'Date',
      amount: 'Amount',
      id: 'Reference',
      account: 'Account #',
      counterparty: 'Description',
      text: 'Extended Details',
    },
  },
  {
    ...usual,
    name: 'amex-short',
    title: 'American Express, date, description and amount',
    // Many have these three columns, so that it must be named.
    signature: [],
    sign: 'turned',
    columns: { date: 'Date', amount: 'Amount', counterparty: 'Description' },
  },
  {
    ...usual,
    name: 'bank-of-america',
    title: 'Bank of America, checking',
    signature: ['Date', 'Description', 'Amount', 'Running Bal.'],
    columns: { date: 'Date', amount: 'Amount', counterparty: 'Description' },
    leaveOut: [
      { column: 'Description', startsWith: ['Beginning balance as of', 'Ending balance as of'], reason: 'the balance' },
    ],
  },
  {
    name: 'capital-one',
    title: 'Capital One, credit card',
    signature: ['Transaction Date', 'Posted Date', 'Card No.', 'Description', 'Category', 'Debit', 'Credit'],
    decimal: 'point',
    currency: 'USD',
    columns: {
      date: 'Posted Date',
      debit: 'Debit',
      credit: 'Credit',
      account: 'Card No.',
      counterparty: 'Description',
      text: 'Category',
    },
  },
  {
    name: 'nubank',
    title: 'Nubank, conta',
    signature: ['Data', 'Valor', 'Identificador', 'Descrição'],
    only: [],
    decimal: 'point',
    dates: 'dmy',
    currency: 'BRL',
    columns: { date: 'Data', amount: 'Valor', id: 'Identificador', text: 'Descrição' },
  },
  {
    name: 'nubank-card',
    title: 'Nubank, cartão',
    signature: ['date', 'title', 'amount'],
    only: ['category'],
    decimal: 'point',
    sign: 'turned',
    currency: 'BRL',
    columns: { date: 'date', amount: 'amount', text: 'title' },
  },
];

/** Which column of a CSV file is what, by the names that ledgers and banks give them. */
import type { CsvColumn } from '../pure/types.ts';

/** Position of each column that is there. */
export type Columns = { readonly date: number } & { readonly [K in Exclude<CsvColumn, 'date'>]?: number };

/** As they are in letters and digits alone; the first that a header has is taken. */
const names: Readonly<Record<CsvColumn, readonly string[]>> = {
  date: [
    'date',
    'bookingdate',
    'postingdate',
    'transactiondate',
    'posted',
    'buchungstag',
    'buchungsdatum',
    'datum',
    'valuedate',
    'valuta',
    'fecha',
  ],
  amount: ['amount', 'transactionamount', 'betrag', 'umsatz', 'montant', 'importe', 'value'],
  debit: ['debit', 'debitamount', 'soll', 'paidout', 'moneyout', 'withdrawal', 'withdrawals'],
  credit: ['credit', 'creditamount', 'haben', 'paidin', 'moneyin', 'deposit', 'deposits'],
  indicator: [
    'creditdebit',
    'debitcredit',
    'creditdebitindicator',
    'debitcreditindicator',
    'drcr',
    'crdr',
    'dc',
    'cd',
    'indicator',
    'sollhaben',
  ],
  currency: ['currency', 'ccy', 'currencycode', 'wahrung', 'waehrung', 'devise', 'moneda'],
  account: ['account', 'iban', 'accountnumber', 'accountid', 'konto', 'kontonummer', 'auftragskonto'],
  reference: [
    'reference',
    'ref',
    'endtoendid',
    'endtoendreference',
    'invoice',
    'invoicenumber',
    'document',
    'documentnumber',
    'voucher',
    'belegnummer',
    'referenz',
    'transactionid',
    'checknumber',
  ],
  counterparty: [
    'counterparty',
    'counterpartyname',
    'payee',
    'payer',
    'name',
    'beneficiary',
    'merchant',
    'customer',
    'vendor',
    'partner',
    'empfanger',
  ],
  text: [
    'description',
    'text',
    'memo',
    'details',
    'narrative',
    'remittance',
    'remittanceinformation',
    'purpose',
    'verwendungszweck',
    'buchungstext',
    'particulars',
  ],
};

/** Undefined where this is no header: it has no date, or neither an amount nor a debit or a credit. */
export function columnsOf(
  cells: readonly string[],
  given: Partial<Record<CsvColumn, string>> = {},
): Columns | undefined {
  const keys = cells.map(keyOf);
  const find = (column: CsvColumn): number | undefined => {
    const own = given[column];
    const wanted = own === undefined ? names[column] : [keyOf(own)];
    const found = wanted.map((name) => keys.indexOf(name)).find((index) => index >= 0);
    return found;
  };
  const date = find('date');
  const entries = (Object.keys(names) as CsvColumn[]).flatMap((column) => {
    const index = find(column);
    return index === undefined ? [] : [[column, index] as const];
  });
  const columns = Object.fromEntries(entries) as { -readonly [K in CsvColumn]?: number };
  const missing = (Object.keys(given) as CsvColumn[]).some((column) => columns[column] === undefined);
  if (date === undefined || missing) return undefined;
  if (columns.amount === undefined && columns.debit === undefined && columns.credit === undefined) return undefined;
  return { ...columns, date };
}

/** The mark with which the header, or else the first row, falls into most columns. */
export function delimiterOf(text: string, given?: Partial<Record<CsvColumn, string>>): string {
  const rows = text.slice(0, 20_000).split(/\r?\n/, 31);
  const counted = [',', ';', '\t', '|'].map((delimiter) => {
    const header = rows.find((row) => columnsOf(unquoted(row, delimiter), given));
    return { delimiter, columns: header === undefined ? 0 : header.split(delimiter).length };
  });
  return counted.toSorted((a, b) => b.columns - a.columns)[0]?.delimiter ?? ',';
}

function unquoted(row: string, delimiter: string): string[] {
  return row
    .replace(/^\uFEFF/, '')
    .split(delimiter)
    .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}

function keyOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');
}

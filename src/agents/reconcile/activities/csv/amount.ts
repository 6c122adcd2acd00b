/** The amount of a row: in one column, in one for each direction, or beside a word that says the direction. */
import type { CsvColumn, StatementFormat } from '../../pure/csv-format.ts';
import { sumOf } from '../../pure/sums-of-amounts.ts';
import type { DecimalMarks } from './decimal-marks.ts';
import { minorDigits, parseAmount, plain, printable, type DecimalMark } from '../values.ts';

export type CellOf = (column: CsvColumn) => string;

export interface AmountRules {
  readonly currency: string;
  readonly decimal: DecimalMark | undefined;
  /** Takes what amounts show of the mark, where it is not said. */
  readonly marks: DecimalMarks;
  /** Whether a debit is money in. */
  readonly debitIsIn: boolean;
  readonly sign: StatementFormat['sign'] | undefined;
}

export interface RowAmount {
  /** What the account gained. */
  readonly amount: string;
  /** Before a fee, where it differs. */
  readonly gross: string | undefined;
}

/** @throws {RangeError} */
export function amountOfRow(cell: CellOf, rules: AmountRules): RowAmount {
  const turned = (amount: string): string => (rules.sign === 'turned' ? negated(amount) : amount);
  const read = (text: string): string => amountIn(text, rules);
  const amount = turned(signedAmount(cell, rules));
  const stated = cell('gross');
  if (stated !== '') return { amount, gross: ifOther(turned(read(stated)), amount) };
  const fee = cell('fee');
  if (fee === '' || isZero(read(fee))) return { amount, gross: undefined };
  // The fee goes off the account beside the amount, whichever sign it is written with.
  return { amount: sumOf([amount, `-${read(fee).replace(/^-/, '')}`]), gross: amount };
}

function ifOther(gross: string, amount: string): string | undefined {
  return gross === amount || isZero(gross) ? undefined : gross;
}

function signedAmount(cell: CellOf, rules: AmountRules): string {
  const single = cell('amount');
  if (single === '') return fromTwoColumns(cell, rules);
  const [, size, word = ''] = withWord.exec(single.slice(0, 100)) ?? [];
  const amount = amountIn(size ?? single, rules);
  const words = [word, cell('indicator')].filter((each) => each !== '');
  const [indicator] = words;
  if (indicator === undefined) return amount;
  const isIn = isMoneyIn(indicator, rules.debitIsIn);
  if (words.some((each) => isMoneyIn(each, rules.debitIsIn) !== isIn))
    throw new RangeError(
      `the amount ${printable(single)} and '${printable(words[1] ?? '')}' beside it say two directions; only one can be meant`,
    );
  if (amount.startsWith('-') && isIn)
    throw new RangeError(
      `the amount ${printable(single)} is negative, and '${printable(indicator)}' says that it was gained; only one can be meant`,
    );
  return isIn || amount.startsWith('-') ? amount : negated(amount);
}

/** `1.500` is a thousand and a half in half of the world: where no cell of the file says which, only a person knows. @throws {RangeError} */
function amountIn(text: string, { currency, decimal, marks }: AmountRules): string {
  if (decimal !== undefined) return parseAmount(text, currency, decimal);
  if (minorDigits(currency) < 3 && eitherWay.test(plain(text.slice(0, 100)))) {
    const advice = 'say decimal=comma or decimal=point';
    throw new RangeError(`'${printable(text)}' may be thousands, or have three decimals; ${advice}`);
  }
  const amount = parseAmount(text, currency);
  marks.take(text, currency, amount);
  return amount;
}

const eitherWay = /^[^\d.,]*[1-9]\d{0,2}\.\d\d0[^\d.,]*$/;

/** `1,234.50 DR`: the direction beside the amount itself. */
const withWord = /^(.*\d)\s{0,5}(DR|CR)\.?$/i;

function fromTwoColumns(cell: CellOf, rules: AmountRules): string {
  const [debit, credit] = (['debit', 'credit'] as const).map((column) => {
    const text = cell(column);
    return text === '' ? undefined : amountIn(text, rules);
  });
  const given = [debit, credit].filter((amount) => amount !== undefined && !isZero(amount));
  if (given.length > 1) throw new RangeError('debit and credit both have an amount; a line has one of them');
  if (debit === undefined && credit === undefined) throw new RangeError('the amount is empty');
  const isDebitLine = debit !== undefined && (!isZero(debit) || credit === undefined);
  const amount = (isDebitLine ? debit : credit) ?? '0';
  // Some write what leaves as a negative number in its own column; the column has said so already.
  const size = amount.replace(/^-/, '');
  return isDebitLine === rules.debitIsIn ? size : negated(size);
}

/** Words of the bank's side: whatever the role, these say which way the money went. */
const incoming = new Set('BIJ IN INCOMING ENTRATA ENTRADA INGRESO 收入 存入 入金 入 입금 貸 贷'.split(' '));
const outgoing = new Set('AF UIT OUT OUTGOING USCITA SAÍDA SALIDA GASTO 支出 取出 出金 出 출금 借'.split(' '));
const debits = new Set('D DR DBIT DEBIT DEBET S SOLL -'.split(' '));
const credits = new Set('C CR CRDT CREDIT H HABEN +'.split(' '));

/** Which way a word says that money went, as the bank says it; undefined of any other. */
export function directionOf(text: string): 'in' | 'out' | undefined {
  const word = wordOf(text);
  if (incoming.has(word) || credits.has(word)) return 'in';
  return outgoing.has(word) || debits.has(word) ? 'out' : undefined;
}

/** Nothing of what has digits: the sign of `-3.00` is a number's, whatever column it stands in. */
function wordOf(indicator: string): string {
  const word = plain(indicator).toUpperCase();
  return /\p{N}/u.test(word) ? '' : word.replaceAll(/[^\p{L}+-]/gu, '');
}

function isMoneyIn(indicator: string, debitIsIn: boolean): boolean {
  const word = wordOf(indicator);
  if (incoming.has(word)) return true;
  if (outgoing.has(word)) return false;
  if (debits.has(word)) return debitIsIn;
  if (credits.has(word)) return !debitIsIn;
  throw new RangeError(`'${printable(indicator)}' says neither debit nor credit; write D or C`);
}

function isZero(amount: string): boolean {
  return !/[1-9]/.test(amount);
}

function negated(amount: string): string {
  if (amount.startsWith('-')) return amount.slice(1);
  return isZero(amount) ? amount : `-${amount}`;
}

/**
 * Statements of SWIFT: MT940 at the end of a day, and MT942 within it, as files of banks have them, with or without an envelope.
 * The surprising rule: each field 61 is a line, or counted as left out, or the file is refused; none is passed over.
 */
import { given } from '../../../index.ts';
import { minus, sumOf } from '../pure/sums-of-amounts.ts';
import type { StatementBalances } from '../pure/types.ts';
import { detailsOf } from './mt940-details.ts';
import { missingFrom, type Mt940Page } from './mt940-pages.ts';
import { LineGroups, type AccountLine } from './line-groups.ts';
import { Problems, unreadable } from './problem.ts';
import { LeftOut, lineOf, type FileContent } from './reading.ts';
import { accountKey, cleanText, isCurrency, parseAmount, parseDate, printable } from './values.ts';

/** Whether a text begins as one of these. @param head its first characters */
export function isMt940(head: string): boolean {
  return (
    /^(?:\{1:|:20:|:940:|:942:)/.test(head) ||
    /\n:20:[^\n]{0,80}\r?\n(?:[^:\n][^\n]{0,200}\r?\n){0,3}:(?:21|25|28|NS)/.test(head)
  );
}

interface Field {
  /** As `60F`. */
  readonly tag: string;
  readonly lines: readonly string[];
  /** Number of its first line in the file. */
  readonly number: number;
}

/** @throws {ApplicationFailure} of type `UnreadableFile` */
export function readMt940(text: string, name: string): FileContent {
  const messages = messagesOf(text);
  if (messages.length === 0) throw unreadable(name, 'it has no statement (field 20)');
  const cut = messages.findIndex(isCut);
  if (cut !== -1)
    throw unreadable(
      name,
      cut === messages.length - 1
        ? 'it ends before the closing balance of its last statement (field 62); the download was cut off, so fetch it again'
        : `statement ${cut + 1} of ${messages.length} in it ends before its closing balance (field 62); one of its parts was cut off, so fetch it again`,
    );
  const problems = new Problems();
  const leftOut = new LeftOut();
  const read = messages.map((fields) => readMessage(fields, name, problems, leftOut));
  problems.throwIfAny();
  const standing = text.match(/(?:^|[\r\n]):61:/g)?.length ?? 0;
  const found = read.reduce((sum, { entries }) => sum + entries, 0);
  if (standing !== found)
    throw unreadable(name, `${standing} entries (field 61) stand in it, and ${found} were found in its statements`);
  if (found > 0 && leftOut.total === found)
    throw unreadable(name, `it has ${found} entries, of which none was read (${leftOut.notes('entries').join('; ')})`);
  const isWithin = messages.every((fields) => fields.some(({ tag }) => tag === '34F' || tag === '13D' || tag === '13'));
  return {
    format: isWithin ? 'MT942' : 'MT940',
    lines: new LineGroups(read.flatMap(({ lines }) => lines)),
    balances: read.flatMap(({ balances }) => balances),
    notes: [...leftOut.notes('entries'), ...missingFrom(read.map(({ page }) => page))],
  };
}

/** A statement that opens with a balance closes with one; those within a day have neither, and a limit or an entry. */
function isCut(fields: readonly Field[]): boolean {
  const has = (start: string): boolean => fields.some(({ tag }) => tag.startsWith(start));
  return has('60') ? !has('62') : !['34F', '61', '62'].some(has);
}

/** Each message from its field 20 on; what an envelope has around them is no field. */
function messagesOf(text: string): Field[][] {
  const messages: Field[][] = [];
  let field: { tag: string; lines: string[]; number: number } | undefined;
  text.split(/\r\n|\r|\n/).forEach((row, index) => {
    const line = row.trimEnd();
    const [, tag, rest = ''] = /^(?:\{4:)?:(\d{2}[A-Z]?|NS):(.*)$/.exec(line) ?? [];
    if (tag !== undefined) {
      field = { tag, lines: [rest], number: index + 1 };
      if (tag === '20' || messages.length === 0) messages.push([]);
      messages.at(-1)?.push(field);
    } else if (isEnd(line)) {
      field = undefined;
      messages.at(-1)?.push({ tag: '-', lines: [], number: index + 1 });
    } else if (line.startsWith('{')) field = undefined;
    else field?.lines.push(line);
  });
  return messages.filter((fields) => fields.some(({ tag }) => tag === '20' || tag === '25'));
}

const isEnd = (line: string): boolean => line === '-' || line.startsWith('-}');

interface Mt940Statement {
  readonly lines: readonly AccountLine[];
  readonly balances: readonly StatementBalances[];
  readonly entries: number;
  readonly page: Mt940Page;
}

function readMessage(fields: readonly Field[], name: string, problems: Problems, leftOut: LeftOut): Mt940Statement {
  const first = (pattern: RegExp): Field | undefined => fields.find(({ tag }) => pattern.test(tag));
  const account = accountOf(first(/^25/)?.lines[0] ?? '');
  const opening = first(/^60/);
  const closing = fields.findLast(({ tag }) => tag.startsWith('62'));
  const currency = currencyOf(opening ?? closing ?? first(/^34F/));
  const label = `${name}: ${account || 'account'}${numberOf(first(/^28/))}`;
  const entries = fields.flatMap((field, index) => (field.tag === '61' ? [{ field, next: fields[index + 1] }] : []));
  const lines = entries.flatMap(({ field, next }, index) => {
    const place = `${label}, entry ${index + 1}`;
    const details = next?.tag === '86' ? next.lines : [];
    const line = problems.at(`${place} (line ${field.number})`, () =>
      readEntry(field.lines, details, place, currency, leftOut),
    );
    return line ? [{ account, currency, line }] : [];
  });
  const amounts = problems.at(`${label}, balances`, () => ({
    opening: balanceOf(opening, currency),
    closing: balanceOf(closing, currency),
  }));
  const movement = sumOf(lines.map(({ line }) => line.amount));
  const balances = opening || closing ? [{ account, currency, name: label, ...given(amounts ?? {}), movement }] : [];
  const page = {
    account,
    currency,
    label,
    fields: fields.map(({ tag, lines: [text = ''] }) => ({ tag, text: text.trim() })),
    amounts: lines.map(({ line }) => line.amount),
  };
  return { lines, balances, entries: entries.length, page };
}

/** A bank's own number may stand before the account's, and a currency right behind an IBAN. */
function accountOf(field: string): string {
  const [account = ''] = field.trim().slice(0, 100).split(/\s/);
  const own = account.slice(account.lastIndexOf('/') + 1);
  const [, iban, currency = ''] = /^([A-Z]{2}\d{2}[A-Z0-9]{8,28}\d)([A-Z]{3})$/.exec(own) ?? [];
  return accountKey(iban !== undefined && isCurrency(currency) ? iban : own);
}

function numberOf(field: Field | undefined): string {
  const number = field?.lines[0]?.trim().slice(0, 20) ?? '';
  return number === '' ? '' : ` ${number}`;
}

/** `C260302EUR1234,56`; in field 34F the currency comes first. */
const balance = /^(?:([CD])(\d{6}))?([A-Z]{3})([CD])?([\d,.]{1,20})$/;

function currencyOf(field: Field | undefined): string {
  return balance.exec(field?.lines[0]?.trim() ?? '')?.[3] ?? '';
}

function balanceOf(field: Field | undefined, currency: string): string | undefined {
  if (!field) return undefined;
  const [, sign, , own, , amount] = balance.exec(field.lines[0]?.trim() ?? '') ?? [];
  if (amount === undefined) throw new RangeError(`'${printable(field.lines[0] ?? '')}' is no balance`);
  if (own !== currency) throw new RangeError(`a balance is in ${own}, and another in ${currency}`);
  return signed(parseAmount(amount, currency, 'comma'), sign === 'D');
}

/** Value date, booking day, direction, letter of the currency, amount, kind, references. */
const entryPattern =
  /^(\d{6})(\d{4})?(R?[CD]|E[CD])([A-Z])?([\d,.]{1,20})([A-Z][A-Z0-9]{3})(?:([^\n]{0,200}?)(?:\/\/([^\n]{0,200}))?)?$/;

function readEntry(
  [head = '', ...supplement]: readonly string[],
  details: readonly string[],
  place: string,
  currency: string,
  leftOut: LeftOut,
): AccountLine['line'] | undefined {
  const found = entryPattern.exec(head.slice(0, 200).trim());
  if (!found) throw new RangeError(`'${printable(head)}' is no entry of field 61`);
  const [, value = '', booked, mark = '', , size = '', , reference, bankReference] = found;
  if (mark.startsWith('E')) {
    leftOut.add('expected, and not booked yet');
    return undefined;
  }
  const decimal = size.includes(',') ? 'comma' : 'point';
  const amount = signed(parseAmount(size, currency, decimal), mark === 'D' || mark === 'RC');
  const more = supplement.join(' ');
  const { id, reference: own, counterparty, text } = detailsOf(details);
  return lineOf({
    place,
    date: bookingDay(value, booked),
    amount,
    gross: grossOf(more, currency, amount),
    id: cleanText(id ?? bankReference),
    reference: cleanText(own) ?? cleanText(reference),
    counterparty: cleanText(counterparty),
    text: cleanText(text) ?? cleanText(more),
  });
}

/** The booking day has no year of its own: it is the nearest to the value date. */
function bookingDay(value: string, booked: string | undefined): string {
  const date = parseDate(`20${value}`);
  if (booked === undefined) return date;
  const year = Number(date.slice(0, 4));
  const months = Number(booked.slice(0, 2)) - Number(date.slice(5, 7));
  const own = months > 6 ? year - 1 : months < -6 ? year + 1 : year;
  return parseDate(`${own}${booked}`);
}

/** `/OCMT/EUR1500,00/CHGS/EUR26,00/`: what was paid before charges, where both come to the amount. */
function grossOf(supplement: string, currency: string, amount: string): string | undefined {
  const [, own, size = ''] = /\/OCMT\/([A-Z]{3})([\d,]{1,16})/.exec(supplement) ?? [];
  const [, ownFee, fee = ''] = /\/CHGS\/([A-Z]{3})([\d,]{1,16})/.exec(supplement) ?? [];
  if (own !== currency || ownFee !== currency) return undefined;
  const gross = signed(parseAmount(size, currency, 'comma'), amount.startsWith('-'));
  return minus(gross, amount) === parseAmount(fee, currency, 'comma') ? gross : undefined;
}

function signed(amount: string, isNegative: boolean): string {
  return isNegative && /[1-9]/.test(amount) ? `-${amount}` : amount;
}

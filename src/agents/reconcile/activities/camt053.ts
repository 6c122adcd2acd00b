/**
 * Statements in camt.053 of ISO 20022, versions 02 to 13, whatever prefix their namespace has.
 * The surprising rule: an entry of several transactions becomes a line each, but only where their amounts sum up to the entry's.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { sumOf } from '../pure/report.ts';
import type { StatementBalances } from '../pure/types.ts';
import { Problems, unreadable } from './problem.ts';
import { lineOf, type AccountLine, type Reading } from './reading.ts';
import { nodeAt, nodesAt, textAt, type Node } from './tree.ts';
import { accountKey, cleanText, minorDigits, parseAmount, parseDate } from './values.ts';

const namespace = /urn:iso:std:iso:20022:tech:xsd:((?:camt|pain|pacs)\.\d{3})\.\d{3}\.(\d{2})/;
const versions = { first: 2, last: 13 };

// Nothing is turned into a number: an amount as a binary number is not exact, and an account may begin with a zero.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
});

export function readCamt053(text: string, name: string): Reading {
  checkKind(text, name);
  const wrong = XMLValidator.validate(text);
  if (wrong !== true) throw unreadable(`${name}:${wrong.err.line}`, `this is no well-formed XML: ${wrong.err.msg}`);
  const statements = nodesAt(parser.parse(text), 'Document', 'BkToCstmrStmt', 'Stmt');
  if (statements.length === 0) throw unreadable(name, 'it has no statement (Document/BkToCstmrStmt/Stmt)');
  const problems = new Problems();
  const read = statements.map((statement, index) => readStatement(statement, name, index + 1, problems));
  problems.throwIfAny();
  return {
    format: 'camt.053',
    lines: read.flatMap(({ lines }) => lines),
    balances: read.flatMap(({ balances }) => balances),
    notes: read.flatMap(({ notes }) => notes),
  };
}

function checkKind(text: string, name: string): void {
  // Entities that a document makes up can make it grow without end, and a statement has no use for them.
  if (/<!DOCTYPE/i.test(text)) throw unreadable(name, 'it has a DOCTYPE, which a statement has no use for; remove it');
  const [, message, version] = namespace.exec(text.slice(0, 5000)) ?? [];
  if (message === undefined) throw unreadable(name, 'this XML is no message of ISO 20022; ask your bank for camt.053');
  if (message !== 'camt.053')
    throw unreadable(name, `this is ${message}, and not an account statement; ask your bank for camt.053`);
  const number = Number(version);
  if (number < versions.first || number > versions.last)
    throw unreadable(name, `this is version ${version} of camt.053; versions 02 to 13 are read`);
}

type StatementRead = Pick<Reading, 'lines' | 'notes'> & { readonly balances: readonly StatementBalances[] };

function readStatement(statement: Node, name: string, number: number, problems: Problems): StatementRead {
  const id = nodeAt(statement, 'Acct', 'Id');
  const account = accountKey(textAt(id, 'IBAN') ?? textAt(id, 'Othr', 'Id') ?? '');
  const currency = textAt(statement, 'Acct', 'Ccy') ?? textAt(nodesAt(statement, 'Bal')[0], 'Amt', '@Ccy') ?? '';
  const label = textAt(statement, 'Id') ?? `statement ${number}`;
  const lines: AccountLine[] = [];
  const movement: string[] = [];
  let open = 0;
  nodesAt(statement, 'Ntry').forEach((entry, index) => {
    if (!isBooked(entry)) {
      open++;
      return;
    }
    const place = `${name}: ${label}, entry ${index + 1}`;
    const read = problems.at(place, () => readEntry(entry, place, account, currency));
    lines.push(...(read ?? []));
    movement.push(...(read ?? []).map(({ line }) => line.amount));
  });
  const balances = problems.at(`${name}: ${label}, balances`, () => readBalances(statement));
  return {
    lines,
    balances: [{ account, currency, name: `${name}: ${label}`, ...balances, movement: sumOf(movement) }],
    notes: open === 0 ? [] : [`${label}: ${open} entries are not booked yet and are left out`],
  };
}

/** A text in the early versions, a code in an element of its own later. */
function isBooked(entry: Node): boolean {
  const status = textAt(entry, 'Sts') ?? textAt(entry, 'Sts', 'Cd') ?? 'BOOK';
  return status === 'BOOK';
}

function readEntry(entry: Node, place: string, account: string, ofAccount: string): AccountLine[] {
  const currency = textAt(entry, 'Amt', '@Ccy') ?? ofAccount;
  if (ofAccount !== '' && currency !== ofAccount)
    throw new RangeError(`its amount is in ${currency}, and the account in ${ofAccount}`);
  const date = dateAt(entry, 'BookgDt') ?? dateAt(entry, 'ValDt');
  if (date === undefined) throw new RangeError('it has neither a booking date nor a value date');
  const amount = signed(entry, textAt(entry, 'Amt'), currency);
  const details = nodesAt(entry, 'NtryDtls').flatMap((each) => nodesAt(each, 'TxDtls'));
  const common = { account, currency };
  const parts = details.length > 1 ? amountsOf(details, entry, currency) : undefined;
  if (parts && sameAmount(parts, amount)) {
    return details.map((detail, index) => ({
      ...common,
      line: lineOf({
        place: `${place}, transaction ${index + 1}`,
        date,
        amount: parts[index] ?? '',
        ...factsOf(detail, entry, parts[index] ?? ''),
      }),
    }));
  }
  const [only] = details.length === 1 ? details : [undefined];
  const texts = details.length > 1 ? details.map((detail) => factsOf(detail, entry, amount)) : [];
  const facts = factsOf(only, entry, amount);
  const batch = cleanText(
    texts
      .flatMap(({ reference, text }) => [reference, text])
      .filter(Boolean)
      .join(' '),
  );
  return [{ ...common, line: lineOf({ place, date, amount, ...facts, text: facts.text ?? batch }) }];
}

/** Undefined where not every transaction says its amount in the currency of the account. */
function amountsOf(details: readonly Node[], entry: Node, currency: string): string[] | undefined {
  const amounts = details.flatMap((detail) => {
    const amount = nodeAt(detail, 'Amt') ?? nodeAt(detail, 'AmtDtls', 'TxAmt', 'Amt');
    if (textAt(amount, '@Ccy') !== currency) return [];
    return [signed(textAt(detail, 'CdtDbtInd') === undefined ? entry : detail, textAt(amount), currency)];
  });
  return amounts.length === details.length ? amounts : undefined;
}

function sameAmount(parts: readonly string[], amount: string): boolean {
  return sumOf([...parts, amount.startsWith('-') ? amount.slice(1) : `-${amount}`]).replaceAll(/[-0.]/g, '') === '';
}

/** A reversal's indicator says where its own money goes, so it needs nothing else. */
function signed(node: Node, given: string | undefined, currency: string): string {
  if (given?.startsWith('-')) throw new RangeError(`the amount ${given} has a sign; CdtDbtInd says the direction`);
  const amount = parseAmount(given ?? '', currency);
  const indicator = textAt(node, 'CdtDbtInd');
  if (indicator === 'CRDT') return amount;
  if (indicator === 'DBIT') return Number(amount) === 0 ? amount : `-${amount}`;
  throw new RangeError(`CdtDbtInd is '${indicator ?? ''}'; it must be CRDT or DBIT`);
}

function dateAt(node: Node, name: string): string | undefined {
  const text = textAt(node, name, 'Dt') ?? textAt(node, name, 'DtTm');
  return text === undefined ? undefined : parseDate(text);
}

type Facts = { readonly [K in 'reference' | 'counterparty' | 'text']: string | undefined };

function factsOf(detail: Node | undefined, entry: Node, amount: string): Facts {
  const references = nodeAt(detail, 'Refs');
  const structured = textAt(detail, 'RmtInf', 'Strd', 'CdtrRefInf', 'Ref');
  const given = [structured, textAt(references, 'EndToEndId'), textAt(references, 'InstrId'), textAt(entry, 'NtryRef')];
  // What came in came from the debtor, and what went out went to the creditor.
  const other = nodeAt(detail, 'RltdPties', amount.startsWith('-') ? 'Cdtr' : 'Dbtr');
  const remittance = [nodeAt(detail, 'RmtInf')?.['Ustrd']].flat().filter((text) => typeof text === 'string');
  return {
    reference: given.map(cleanText).find((text) => text !== undefined),
    counterparty: cleanText(textAt(other, 'Nm') ?? textAt(other, 'Pty', 'Nm')),
    text: cleanText(remittance.join(' ')) ?? cleanText(textAt(entry, 'AddtlNtryInf')),
  };
}

function readBalances(statement: Node): Partial<Pick<StatementBalances, 'opening' | 'closing'>> {
  const find = (...codes: readonly string[]): string | undefined => {
    const all = nodesAt(statement, 'Bal');
    const found = codes.map((code) => all.find((each) => textAt(each, 'Tp', 'CdOrPrtry', 'Cd') === code)).find(Boolean);
    if (!found) return undefined;
    const currency = textAt(found, 'Amt', '@Ccy') ?? '';
    minorDigits(currency);
    return signed(found, textAt(found, 'Amt'), currency);
  };
  const opening = find('OPBD', 'PRCD');
  const closing = find('CLBD');
  return { ...(opening === undefined ? {} : { opening }), ...(closing === undefined ? {} : { closing }) };
}

/**
 * Statements, reports and notifications of ISO 20022 (camt.053, 052 and 054), whatever version and prefix they have.
 * An entry of several transactions becomes a line each, but only where their amounts sum up to the entry's.
 */
import { given } from '../../../index.ts';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Line } from '../pure/lines.ts';
import { minus, sumOf } from '../pure/sums-of-amounts.ts';
import type { FileFormat, StatementBalances } from '../pure/types.ts';
import { LineGroups, type AccountLine } from './line-groups.ts';
import { Problems, unreadable } from './problem.ts';
import { LeftOut, lineOf, type FileContent } from './reading.ts';
import { nodeAt, nodesAt, nodesBelow, textAt, type Node } from './tree.ts';
import { accountKey, cleanText, minorDigits, parseAmount, parseDate, printable } from './values.ts';

/** By the element of the message: its name, and that of each statement in it. */
const messages: Readonly<Record<string, readonly [format: FileFormat, statement: string] | undefined>> = {
  BkToCstmrAcctRpt: ['camt.052', 'Rpt'],
  BkToCstmrStmt: ['camt.053', 'Stmt'],
  BkToCstmrDbtCdtNtfctn: ['camt.054', 'Ntfctn'],
};

// Nothing is turned into a number: an amount as a binary number is not exact, and an account may begin with a zero.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  // Letters as numeric references, too.
  htmlEntities: true,
});

/** @throws {ApplicationFailure} of type `UnreadableFile` */
export function readCamt(text: string, name: string): FileContent {
  // Entities that a document makes up can make it grow without end, and a statement has no use for them.
  if (/<!DOCTYPE/i.test(text)) throw unreadable(name, 'it has a DOCTYPE, which a statement has no use for; remove it');
  const wrong = XMLValidator.validate(text);
  if (wrong !== true)
    throw unreadable(`${name}:${wrong.err.line}`, `this is no well-formed XML: ${printable(wrong.err.msg)}`);
  const root: unknown = parser.parse(text);
  const found = Object.entries(messages).flatMap(([element, message]) =>
    nodesBelow(root, element).map((node) => ({ node, message })),
  );
  const [first] = found;
  if (!first?.message) throw unreadable(name, notRead(text));
  const [format, statement] = first.message;
  const problems = new Problems();
  const statements = found.flatMap(({ node, message }) => nodesAt(node, message?.[1] ?? ''));
  if (statements.length === 0) throw unreadable(name, `it has no statement (${statement})`);
  const read = statements.map((each, index) => readStatement(each, name, index + 1, problems));
  problems.throwIfAny();
  const entries = read.reduce((sum, each) => sum + each.entries, 0);
  assertAll(text, entries, name);
  const [lines, notes] = [read.flatMap((each) => each.lines), read.flatMap((each) => each.notes)];
  if (lines.length === 0 && entries > 0)
    throw unreadable(name, `it has ${entries} entries, of which none was read (${notes.join('; ')})`);
  return { format, lines: new LineGroups(lines), balances: read.flatMap(({ balances }) => balances), notes };
}

function notRead(text: string): string {
  const [, message] = /urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.\d{3})/.exec(text.slice(0, 5000)) ?? [];
  if (message === undefined) return 'this XML is no message of ISO 20022; ask your bank for camt.053';
  return `this is ${message}, and has no account statement; ask your bank for camt.053`;
}

/** Entries that stand elsewhere than where they were looked for would be missing without a word. */
function assertAll(text: string, read: number, name: string): void {
  const standing = text.match(/<(?:[\w.-]{1,40}:)?Ntry[\s>]/g)?.length ?? 0;
  if (standing === read) return;
  throw unreadable(name, `${standing} entries (Ntry) stand in it, and ${read} were found in its statements`);
}

type StatementRead = Pick<FileContent, 'notes'> & {
  readonly lines: readonly AccountLine[];
  readonly balances: readonly StatementBalances[];
  readonly entries: number;
};

function readStatement(statement: Node, name: string, number: number, problems: Problems): StatementRead {
  const id = nodeAt(statement, 'Acct', 'Id');
  const account = accountKey(textAt(id, 'IBAN') ?? textAt(id, 'Othr', 'Id') ?? textAt(id, 'PrtryAcct', 'Id') ?? '');
  const currency = textAt(statement, 'Acct', 'Ccy') ?? textAt(nodesAt(statement, 'Bal')[0], 'Amt', '@Ccy') ?? '';
  const label = textAt(statement, 'Id') ?? `statement ${number}`;
  const lines: AccountLine[] = [];
  const leftOut = new LeftOut();
  const batches: number[] = [];
  const entries = nodesAt(statement, 'Ntry');
  entries.forEach((entry, index) => {
    const status = statusOf(entry);
    if (status !== 'BOOK') {
      leftOut.add(status === 'PDNG' ? 'not booked yet' : `of status ${printable(status)}`);
      return;
    }
    const place = `${name}: ${label}, entry ${index + 1}`;
    const found = problems.at(place, () => readEntry(entry, place, account, currency)) ?? [];
    if (found.length > 1) batches.push(found.length);
    for (const line of found) lines.push(line);
  });
  const balances = problems.at(`${name}: ${label}, balances`, () => readBalances(statement));
  const movement = sumOf(lines.map(({ line }) => line.amount));
  return {
    lines,
    balances: [{ account, currency, name: `${name}: ${label}`, ...balances, movement }],
    notes: [...leftOut.notes('entries', label), ...apartNote(batches, label)],
    entries: entries.length,
  };
}

function apartNote(batches: readonly number[], label: string): string[] {
  if (batches.length === 0) return [];
  const transactions = batches.reduce((sum, each) => sum + each, 0);
  return [
    `${label}: ${batches.length} entries were taken apart into ${transactions} transactions, which come to the same`,
  ];
}

/** A text in the early versions, a code in an element of its own later. */
function statusOf(entry: Node): string {
  return textAt(entry, 'Sts') ?? textAt(entry, 'Sts', 'Cd') ?? textAt(entry, 'Sts', 'Prtry') ?? 'BOOK';
}

function readEntry(entry: Node, place: string, account: string, ofAccount: string): AccountLine[] {
  const currency = textAt(entry, 'Amt', '@Ccy') ?? ofAccount;
  if (ofAccount !== '' && currency !== ofAccount)
    throw new RangeError(`its amount is in ${currency}, and the account in ${ofAccount}`);
  const date = dateAt(entry, 'BookgDt') ?? dateAt(entry, 'ValDt');
  if (date === undefined) throw new RangeError('it has neither a booking date nor a value date');
  const amount = signed(entry, textAt(entry, 'Amt'), currency);
  // The first version has them in the entry itself.
  const details = [entry, ...nodesAt(entry, 'NtryDtls')].flatMap((each) => nodesAt(each, 'TxDtls'));
  const facts: EntryFacts = { entry, place, date, amount, currency };
  const parts = details.length > 1 ? amountsOf(details, entry, currency) : undefined;
  const lines = parts && sameAmount(parts, amount) ? apart(facts, details, parts) : [asOne(facts, details)];
  return lines.map((line) => ({ account, currency, line }));
}

interface EntryFacts {
  readonly entry: Node;
  readonly place: string;
  readonly date: string;
  readonly amount: string;
  readonly currency: string;
}

function apart({ entry, place, date }: EntryFacts, details: readonly Node[], parts: readonly string[]): Line[] {
  return withOwnIds(
    details.map((detail, index) => {
      const amount = parts[index] ?? '';
      return lineOf({ place: `${place}, transaction ${index + 1}`, date, amount, ...factsOf(detail, entry, amount) });
    }),
  );
}

function asOne({ entry, place, date, amount, currency }: EntryFacts, details: readonly Node[]): Line {
  if (details.length <= 1) {
    const gross = grossOf(details[0], entry, amount, currency);
    return lineOf({ place, date, amount, gross, ...factsOf(details[0], entry, amount) });
  }
  const facts = factsOf(undefined, entry, amount);
  const all = details.map((detail) => factsOf(detail, entry, amount));
  const batch = all.flatMap(({ reference, text }) => [reference, text]).filter(Boolean);
  return lineOf({ place, date, amount, ...facts, text: facts.text ?? cleanText(batch.join(' ')) });
}

/** An identifier that several transactions of an entry share is the entry's, and sets none of them apart from the others. */
function withOwnIds(lines: readonly Line[]): Line[] {
  const counts = new Map<string | undefined, number>();
  for (const { id } of lines) counts.set(id, (counts.get(id) ?? 0) + 1);
  return lines.map(({ id, ...line }) => (counts.get(id) === 1 ? { ...line, ...given({ id }) } : line));
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
  return !/[1-9]/.test(minus(sumOf(parts), amount));
}

/** What was instructed, where it and the charges that are stated come to the amount of the entry. */
function grossOf(detail: Node | undefined, entry: Node, amount: string, currency: string): string | undefined {
  const instructed = nodeAt(detail, 'AmtDtls', 'InstdAmt', 'Amt') ?? nodeAt(detail, 'AmtDtls', 'TxAmt', 'Amt');
  if (textAt(instructed, '@Ccy') !== currency) return undefined;
  const gross = signed(entry, textAt(instructed), currency);
  const fees = [entry, detail]
    .flatMap((each) => [...nodesAt(each, 'Chrgs'), ...nodesAt(each, 'Chrgs', 'Rcrd')])
    .flatMap((each) => [textAt(each, 'TtlChrgsAndTaxAmt'), textAt(each, 'Amt')])
    .flatMap((fee) => (fee === undefined ? [] : [parseAmount(fee, currency)]));
  const difference = minus(gross, amount);
  return fees.includes(difference) && /[1-9]/.test(difference) ? gross : undefined;
}

/** A reversal's indicator says where its own money goes, so it needs nothing else. */
function signed(node: Node, size: string | undefined, currency: string): string {
  if (size?.startsWith('-'))
    throw new RangeError(`the amount ${printable(size)} has a sign; CdtDbtInd says the direction`);
  const amount = parseAmount(size ?? '', currency);
  const indicator = textAt(node, 'CdtDbtInd');
  if (indicator === 'CRDT') return amount;
  if (indicator === 'DBIT') return Number(amount) === 0 ? amount : `-${amount}`;
  throw new RangeError(`CdtDbtInd is '${indicator ?? ''}'; it must be CRDT or DBIT`);
}

function dateAt(node: Node, name: string): string | undefined {
  const text = textAt(node, name, 'Dt') ?? textAt(node, name, 'DtTm');
  return text === undefined ? undefined : parseDate(text);
}

type Facts = { readonly [K in 'id' | 'reference' | 'counterparty' | 'text']: string | undefined };

function factsOf(detail: Node | undefined, entry: Node, amount: string): Facts {
  const references = nodeAt(detail, 'Refs');
  const structured = nodesAt(detail, 'RmtInf', 'Strd');
  const all = [
    ...structured.map((each) => textAt(each, 'CdtrRefInf', 'Ref')),
    textAt(references, 'EndToEndId'),
    textAt(references, 'InstrId'),
    ...structured.map((each) => textAt(each, 'RfrdDocInf', 'Nb')),
    textAt(entry, 'NtryRef'),
  ];
  const ids = [textAt(references, 'AcctSvcrRef'), textAt(references, 'TxId'), textAt(references, 'UETR')];
  // What came in came from the debtor, and what went out went to the creditor; on whose behalf stands beside, or alone.
  const others = amount.startsWith('-') ? ['Cdtr', 'UltmtCdtr'] : ['Dbtr', 'UltmtDbtr'];
  const names = others
    .map((party) => nodeAt(detail, 'RltdPties', party))
    .flatMap((party) => [textAt(party, 'Nm'), textAt(party, 'Pty', 'Nm')]);
  const remittance = [nodeAt(detail, 'RmtInf')?.['Ustrd'], ...structured.map((each) => each['AddtlRmtInf'])]
    .flat()
    .filter((text) => typeof text === 'string');
  const reference = firstText(all);
  // Where a structured reference stands before it, the payer's own one is still what a ledger may have.
  const endToEnd = cleanText(textAt(references, 'EndToEndId'));
  const own = endToEnd === reference ? undefined : endToEnd;
  const text = firstText([remittance.join(' '), textAt(detail, 'AddtlTxInf'), textAt(entry, 'AddtlNtryInf')]);
  return {
    // The entry's own identifier is that of all its transactions, so that it comes after theirs.
    id: firstText([...ids, textAt(entry, 'AcctSvcrRef')]),
    reference,
    counterparty: firstText(names),
    text: own !== undefined && !text?.includes(own) ? cleanText(`${text ?? ''} ${own}`) : text,
  };
}

const firstText = (texts: readonly (string | undefined)[]): string | undefined => texts.map(cleanText).find(Boolean);

function readBalances(statement: Node): Partial<Pick<StatementBalances, 'opening' | 'closing'>> {
  const opening = balanceOf(statement, ['OPBD', 'PRCD']);
  const closing = balanceOf(statement, ['CLBD']);
  return given({ opening, closing });
}

/** @param codes the first that is there is taken */
function balanceOf(statement: Node, codes: readonly string[]): string | undefined {
  const all = nodesAt(statement, 'Bal').map((each) => ({
    each,
    code: textAt(each, 'Tp', 'CdOrPrtry', 'Cd') ?? textAt(each, 'Tp', 'Cd'),
  }));
  const found = codes.map((wanted) => all.find(({ code }) => code === wanted)).find(Boolean)?.each;
  if (!found) return undefined;
  const currency = textAt(found, 'Amt', '@Ccy') ?? '';
  minorDigits(currency);
  return signed(found, textAt(found, 'Amt'), currency);
}

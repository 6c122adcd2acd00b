/**
 * Statements of bank accounts, credit cards and investments in OFX 1 and 2.
 * The surprising rule: as many transactions as stand in the text must have been read or counted, or the file is refused.
 */
import { given } from '../../../index.ts';
import { sumOf } from '../pure/sums-of-amounts.ts';
import type { StatementBalances } from '../pure/types.ts';
import { parseOfx } from './ofx-elements.ts';
import { LineGroups, type AccountLine } from './line-groups.ts';
import { Problems, unreadable } from './problem.ts';
import { LeftOut, lineOf, type FileContent } from './reading.ts';
import { nodeAt, nodesAt, nodesBelow, textAt, type Node } from './tree.ts';
import { accountKey, cleanText, minorDigits, parseAmount, parseDate, printable } from './values.ts';

/** Each kind of statement, and where it names its account. */
const statementKinds = [
  ['STMTRS', 'BANKACCTFROM'],
  ['CCSTMTRS', 'CCACCTFROM'],
  ['INVSTMTRS', 'INVACCTFROM'],
] as const;

/** @throws {ApplicationFailure} of type `UnreadableFile` */
export function readOfx(text: string, name: string): FileContent {
  const root = parseOfx(text, name);
  for (const response of ['STMTTRNRS', 'CCSTMTTRNRS', 'INVSTMTTRNRS'])
    for (const each of nodesBelow(root, response)) refuseError(each, name);
  const problems = new Problems();
  const leftOut = new LeftOut();
  const read = statementKinds.flatMap(([kind, from]) =>
    nodesBelow(root, kind).map((each) => readStatement(each, nodeAt(each, from), name, problems, leftOut)),
  );
  if (read.length === 0)
    throw unreadable(name, 'it has no statement of an account or a credit card (STMTRS, CCSTMTRS, INVSTMTRS)');
  problems.throwIfAny();
  const standing = text.match(/<STMTTRN>/gi)?.length ?? 0;
  const found = read.reduce((sum, { transactions }) => sum + transactions, 0);
  if (standing !== found)
    throw unreadable(name, `${standing} transactions (STMTTRN) stand in it, and ${found} were found in its statements`);
  return {
    format: 'OFX',
    lines: new LineGroups(read.flatMap(({ lines }) => lines)),
    balances: read.map(({ balances }) => balances),
    notes: leftOut.notes('transactions'),
  };
}

function refuseError(response: Node, name: string): void {
  if (textAt(response, 'STATUS', 'SEVERITY') !== 'ERROR') return;
  const message = textAt(response, 'STATUS', 'MESSAGE') ?? `code ${textAt(response, 'STATUS', 'CODE') ?? '?'}`;
  throw unreadable(name, `the bank answered with an error instead of a statement: ${printable(message)}`);
}

interface OfxStatement {
  readonly lines: readonly AccountLine[];
  readonly balances: StatementBalances;
  /** Elements STMTTRN that were read, wherever they stood. */
  readonly transactions: number;
}

function readStatement(
  statement: Node,
  from: Node | undefined,
  name: string,
  problems: Problems,
  leftOut: LeftOut,
): OfxStatement {
  const account = accountKey(textAt(from, 'ACCTID') ?? '');
  const currency = (textAt(statement, 'CURDEF') ?? '').toUpperCase();
  const transactions = nodesBelow(statement, 'STMTTRN');
  const label = `${name}: ${account || 'account'}`;
  const read = (make: (place: string) => AccountLine['line'], place: string): AccountLine[] => {
    const line = problems.at(place, () => make(place));
    return line ? [{ account, currency, line }] : [];
  };
  const lines = [
    ...transactions.flatMap((each, index) =>
      read((place) => readTransaction(each, place, currency), `${label}, transaction ${index + 1}`),
    ),
    ...investments(statement, leftOut).flatMap(([kind, each], index) =>
      read((place) => readInvestment(kind, each, place, currency), `${label}, investment ${index + 1}`),
    ),
  ];
  const closing = problems.at(`${name}: LEDGERBAL`, () => {
    const balance = textAt(statement, 'LEDGERBAL', 'BALAMT');
    return balance === undefined ? undefined : ofxAmount(balance, currency);
  });
  assertSigned(label, transactions);
  const movement = sumOf(lines.map(({ line }) => line.amount));
  return {
    lines,
    balances: { account, currency, name: label, ...given({ closing }), movement },
    transactions: transactions.length,
  };
}

/** The sign says which way money went; a bank that leaves it to the type has none that is negative. @throws {ApplicationFailure} */
function assertSigned(label: string, transactions: readonly Node[]): void {
  const amounts = transactions.map((each) => ({ type: textAt(each, 'TRNTYPE'), amount: textAt(each, 'TRNAMT') ?? '' }));
  const debits = amounts.filter(({ type, amount }) => type?.toUpperCase() === 'DEBIT' && /[1-9]/.test(amount));
  if (debits.length === 0 || amounts.some(({ amount }) => amount.includes('-'))) return;
  const said = `no amount is negative, and of ${debits.length} the type (TRNTYPE) is DEBIT`;
  throw unreadable(label, `${said}: which way they went is not sure; ask the bank for CSV or camt.053`);
}

function readTransaction(node: Node, place: string, currency: string): AccountLine['line'] {
  const amount = textAt(node, 'TRNAMT');
  if (amount === undefined) throw new RangeError('it has no amount (TRNAMT)');
  refuseOther(node, currency);
  return lineOf({
    place,
    // Not posted yet where only the other date is there, and in a statement all the same.
    date: parseDate(textAt(node, 'DTPOSTED') ?? textAt(node, 'DTUSER') ?? ''),
    amount: ofxAmount(amount, currency),
    id: cleanText(textAt(node, 'FITID')),
    reference: cleanText(textAt(node, 'CHECKNUM') ?? textAt(node, 'REFNUM')),
    counterparty: cleanText(textAt(node, 'NAME') ?? textAt(node, 'PAYEE', 'NAME')),
    text: cleanText(textAt(node, 'MEMO')),
  });
}

/** CURRENCY is what the amount is in; ORIGCURRENCY is what it was before the bank had converted it. */
function refuseOther(node: Node, currency: string): void {
  const own = textAt(node, 'CURRENCY', 'CURSYM')?.toUpperCase();
  if (own !== undefined && currency !== '' && own !== currency)
    throw new RangeError(`its amount is in ${printable(own)}, and the account in ${currency}`);
}

/** What the cash of an investment account gained; a transfer of shares has no TOTAL, and moves none. */
function investments(statement: Node, leftOut: LeftOut): (readonly [string, Node])[] {
  return nodesAt(statement, 'INVTRANLIST').flatMap((list) =>
    Object.keys(list).flatMap((kind) =>
      nodesAt(list, kind).flatMap((each) => {
        if (kind === 'INVBANKTRAN') return [];
        // The parts of a purchase stand in an element that all purchases share, such as INVBUY.
        const [shared] = ['INVBUY', 'INVSELL'].map((name) => nodeAt(each, name)).filter(Boolean);
        const node = shared ?? each;
        if (textAt(node, 'TOTAL') !== undefined) return [[kind, node] as const];
        leftOut.add(`${kind} moves no money`);
        return [];
      }),
    ),
  );
}

function readInvestment(kind: string, node: Node, place: string, currency: string): AccountLine['line'] {
  refuseOther(node, currency);
  return lineOf({
    place,
    date: parseDate(textAt(node, 'INVTRAN', 'DTSETTLE') ?? textAt(node, 'INVTRAN', 'DTTRADE') ?? ''),
    amount: ofxAmount(textAt(node, 'TOTAL') ?? '', currency),
    id: cleanText(textAt(node, 'INVTRAN', 'FITID')),
    text: cleanText(textAt(node, 'INVTRAN', 'MEMO')) ?? kind,
  });
}

/** OFX allows a point or a comma for the decimals and no thousands separators; where both stand, the last is the decimal's. */
function ofxAmount(amount: string, currency: string): string {
  if (minorDigits(currency) === 2 && /^[-+]?[1-9]\d{0,2},\d{3}$/.test(amount))
    throw new RangeError(
      `'${printable(amount)}' may be thousands, or have three decimals; ask the bank for CSV or camt.053`,
    );
  return parseAmount(amount, currency, amount.lastIndexOf(',') > amount.lastIndexOf('.') ? 'comma' : 'point');
}

/**
 * Statements of banks and credit cards in OFX, 1.x (SGML without closing tags) as well as 2.x (XML).
 * The surprising rule: an element without a text that is never closed is an empty value, and what follows stands beside it.
 */
import { sumOf } from '../pure/report.ts';
import type { StatementBalances } from '../pure/types.ts';
import { Problems, unreadable } from './problem.ts';
import { lineOf, type AccountLine, type Reading } from './reading.ts';
import { nodeAt, nodesAt, textAt, type Node } from './tree.ts';
import { accountKey, cleanText, parseAmount, parseDate } from './values.ts';

const sets = [
  ['BANKMSGSRSV1', 'STMTTRNRS', 'STMTRS', 'BANKACCTFROM'],
  ['CREDITCARDMSGSRSV1', 'CCSTMTTRNRS', 'CCSTMTRS', 'CCACCTFROM'],
] as const;

export function readOfx(text: string, name: string): Reading {
  const root = parseOfx(text, name);
  const problems = new Problems();
  const read = sets.flatMap(([set, response, statement, account]) =>
    nodesAt(root, set, response).flatMap((each) => {
      refuseError(each, name);
      return nodesAt(each, statement).map((own) => readStatement(own, nodeAt(own, account), name, problems));
    }),
  );
  if (read.length === 0)
    throw unreadable(name, 'it has no statement of a bank account or a credit card (STMTRS, CCSTMTRS)');
  problems.throwIfAny();
  return {
    format: 'OFX',
    lines: read.flatMap(({ lines }) => lines),
    balances: read.map(({ balances }) => balances),
    notes: [],
  };
}

function refuseError(response: Node, name: string): void {
  if (textAt(response, 'STATUS', 'SEVERITY') !== 'ERROR') return;
  const message = textAt(response, 'STATUS', 'MESSAGE') ?? `code ${textAt(response, 'STATUS', 'CODE') ?? '?'}`;
  throw unreadable(name, `the bank answered with an error instead of a statement: ${message}`);
}

interface StatementRead {
  readonly lines: readonly AccountLine[];
  readonly balances: StatementBalances;
}

function readStatement(statement: Node, from: Node | undefined, name: string, problems: Problems): StatementRead {
  const account = accountKey(textAt(from, 'ACCTID') ?? '');
  const currency = (textAt(statement, 'CURDEF') ?? '').toUpperCase();
  const transactions = nodesAt(statement, 'BANKTRANLIST').flatMap((list) => nodesAt(list, 'STMTTRN'));
  const lines = transactions.flatMap((transaction, index) => {
    const place = `${name}: ${account || 'account'}, transaction ${index + 1}`;
    const line = problems.at(place, () => readTransaction(transaction, place, currency));
    return line ? [{ account, currency, line }] : [];
  });
  const closing = problems.at(`${name}: LEDGERBAL`, () => {
    const given = textAt(statement, 'LEDGERBAL', 'BALAMT');
    return given === undefined ? undefined : ofxAmount(given, currency);
  });
  const movement = sumOf(lines.map(({ line }) => line.amount));
  const label = `${name}: ${account || 'account'}`;
  return {
    lines,
    balances: { account, currency, name: label, ...(closing === undefined ? {} : { closing }), movement },
  };
}

function readTransaction(node: Node, place: string, currency: string): AccountLine['line'] {
  const given = textAt(node, 'TRNAMT');
  if (given === undefined) throw new RangeError('it has no amount (TRNAMT)');
  const own = textAt(node, 'CURRENCY', 'CURSYM');
  if (own !== undefined && own !== currency)
    throw new RangeError(`its amount is in ${own}, and the account in ${currency}`);
  return lineOf({
    place,
    date: parseDate(textAt(node, 'DTPOSTED') ?? ''),
    amount: ofxAmount(given, currency),
    reference: cleanText(textAt(node, 'CHECKNUM') ?? textAt(node, 'REFNUM')),
    counterparty: cleanText(textAt(node, 'NAME') ?? textAt(node, 'PAYEE', 'NAME')),
    text: cleanText(textAt(node, 'MEMO')),
  });
}

/** OFX allows a point or a comma for the decimals and has no thousands separators, so either is told by itself. */
function ofxAmount(given: string, currency: string): string {
  return parseAmount(given, currency, given.includes(',') ? 'comma' : 'point');
}

interface Open {
  readonly tag: string;
  readonly node: Record<string, unknown>;
}

/** In one pass over the text, so that no input can make it take long. */
function parseOfx(text: string, name: string): Node {
  const start = text.search(/<OFX>/i);
  if (start < 0) throw unreadable(name, 'it has a header of OFX, and no element <OFX>');
  const root: Open = { tag: '', node: {} };
  const open: Open[] = [root];
  for (const [, closing, given = '', value = ''] of text
    .slice(start)
    .matchAll(/<(\/?)([\w.:-]{1,64})[^<>]*>([^<]*)/g)) {
    const tag = given.toUpperCase();
    if (closing) close(open, tag);
    else {
      const content = value.trim();
      if (content === '') open.push({ tag, node: {} });
      else put(open.at(-1) ?? root, tag, decoded(content));
    }
  }
  if (open.some(({ tag }) => tag === 'OFX'))
    throw unreadable(name, 'it ends before </OFX>; the download was cut off, so fetch it again');
  return (root.node['OFX'] ?? {}) as Node;
}

/** What is still open inside had no closing tag: it was an empty value, and its children are its siblings. */
function close(open: Open[], tag: string): void {
  const position = open.findLastIndex((each) => each.tag === tag);
  // The closing tag of a value, which is there already.
  if (position <= 0) return;
  const outer = open[position];
  for (const inner of open.splice(position + 1)) {
    for (const [key, value] of Object.entries(inner.node))
      for (const each of [value].flat()) if (outer) put(outer, key, each);
  }
  open.pop();
  const parent = open.at(-1);
  if (parent && outer) put(parent, tag, outer.node);
}

function put({ node }: Open, tag: string, value: unknown): void {
  const there = Object.hasOwn(node, tag) ? node[tag] : undefined;
  const next = there === undefined ? value : Array.isArray(there) ? there : [there, value];
  if (Array.isArray(there)) there.push(value);
  else Object.defineProperty(node, tag, { value: next, enumerable: true, writable: true, configurable: true });
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decoded(text: string): string {
  return text.replaceAll(/&(#\d{1,7}|#x[0-9a-f]{1,6}|\w{2,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole;
    const code = Number(name.startsWith('#x') || name.startsWith('#X') ? `0x${name.slice(2)}` : name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/**
 * Whether a statement of SQL is put together so that something stands between its quotes, where it is a text for a database.
 * Read off the literals of the code, whatever its language: a literal that ends within such a text is joined to what follows.
 */

const opening = /(\w{0,3}[$@]{0,2})("""|'''|["'`])/g;
/** Before a quote that may as well be one of a name: what a text is compared with, or taken for. */
const beforeText = /(?:[=<>]|\b(?:like|between|(?:in|values)\s{0,5}\())\s{0,5}$/i;
/** Behind a literal that goes on: an operator, the next call of a builder, the next argument where the literal ends with the quote. */
const goesOn = /^[\s\\]{0,20}(?:[+.&]|\|\||<<|\)\s{0,20}\.\s{0,20}(?:append|concat)\w{0,20}\()/i;
const nextArgument = /^\s{0,20},/;
const endsWithQuote = /['"]%?$/;
const callsFormat = /\bformat|printf|\.Format\b/;
const isPercent = /["'`)]\s{0,20}%\s/;
/** What a format or the language itself puts something in place of. */
const inAny = /#\{|\$\{|\{\$|\$[A-Za-z_]|\\\(/y;
const inPercent = /%(?:\(\w{1,60}\))?[-+ #0]{0,5}[svrq](?![A-Za-z])/y;
const inBraces = /\{(?!\{)[^{}"'\n]{0,100}\}/y;

type Places = readonly RegExp[];

interface Reading {
  /** The quote of SQL that is open. */
  open: string;
  /** What was read, as far as it says what a quote is of. */
  before: string;
}

/** @param statement at most some thousand characters of code */
export function putsBetweenQuotes(statement: string): boolean {
  const marks = marksOf(statement);
  const sql: Reading = { open: '', before: '' };
  for (let from = 0; ;) {
    opening.lastIndex = from;
    const found = opening.exec(statement);
    if (!found) return false;
    const [, prefix = '', quote = ''] = found;
    const end = endOf(statement, opening.lastIndex, quote);
    const text = statement.slice(opening.lastIndex, end);
    if (readsInto(sql, text, quote, /[f$]/i.test(prefix) ? [...marks, inBraces] : marks)) return true;
    from = end + quote.length;
    const behind = statement.slice(from, from + nearBehind);
    if (sql.open !== '' && isValueNext(behind, text)) return true;
    if (!goesOn.test(behind) && !isNextLiteral(behind)) sql.open = '';
  }
}

const nearBehind = 60;

function isNextLiteral(text: string): boolean {
  return /^[\s\\]{0,60}(?:["'`]|$)/.test(text);
}

function marksOf(statement: string): Places {
  const byCall = callsFormat.test(statement);
  const byPercent = byCall || isPercent.test(statement);
  return [inAny, ...(byCall ? [inBraces] : []), ...(byPercent ? [inPercent] : [])];
}

function isValueNext(behind: string, text: string): boolean {
  const joins = goesOn.exec(behind)?.[0];
  if (joins !== undefined) return !isNextLiteral(behind.slice(joins.length));
  return nextArgument.test(behind) && endsWithQuote.test(text);
}

/** Where the literal ends; one of a single line at its end, as it was none. */
function endOf(statement: string, from: number, quote: string): number {
  for (let at = from; at < statement.length; at++) {
    if (statement[at] === '\\') at++;
    else if (statement.startsWith(quote, at)) return at;
  }
  return statement.length;
}

/** Reads a literal on; whether within a text of SQL something is put in. */
function readsInto(sql: Reading, text: string, quote: string, places: Places): boolean {
  for (let at = 0; at < text.length; at++) {
    if (sql.open !== '' && isPlace(text, at, places)) return true;
    const character = text[at] ?? '';
    if (character === sql.open) sql.open = '';
    else if (sql.open === '' && opensText(sql.before, character, quote)) sql.open = character;
    sql.before = (sql.before + character).slice(-nearBefore);
  }
  return false;
}

const nearBefore = 20;

/** A database takes double quotes for those of a name, unless it is one that does not. */
function opensText(before: string, character: string, quote: string): boolean {
  if (character !== "'" && character !== '"') return false;
  if (!quote.startsWith(character)) return character === "'" || beforeText.test(before);
  return before.endsWith('\\') && beforeText.test(before.slice(0, -1));
}

function isPlace(text: string, at: number, places: Places): boolean {
  return places.some((each) => {
    each.lastIndex = at;
    return each.test(text);
  });
}

/**
 * Whether all that is put into a statement of SQL are names of tables and columns, which no parameter could be, or what was
 * quoted or is a number: read off the text around each place, so a name that a stranger chooses is not seen.
 */
import { isOwn } from './sql-own.ts';
import { escapesElsewhere, sqlPieces } from './sql-text.ts';

const simple = /^[$@:]?[\w.$>:?!-]{1,100}(?:\(\))?$/;
const isName = /(?:^|[\W_])(?:table|column|col|field|schema)(?:s|_?names?)?(?:\(\))?$|placeholders?$/i;
const isNumber = /^[^\s+,]{1,100}\.to_i$|^[\d\s()*+-]{1,40}$/;
/** By their capitals: what nobody sends. A field of what somebody sends may be called `ID` or `URL`. */
const isConstant =
  /^(?:(?:[\w$.>:\\-]{0,100}::)?|(?:self|\$?this|cls|[A-Z]\w{0,60}(?:\.[A-Z]\w{0,60}){0,3})(?:\.|->)(?=\w{0,60}_|[A-Z]{4})(?!(?:[UG]UID|HTTPS?|JSON|HTML)$))[A-Z][A-Z0-9_]{1,60}$/;
const wasQuoted = /(?:^|\.)quoted_[a-z_]{1,40}$/;
/** Functions that make a number, or quote for a database; to quote for a page or a shell is no use here. */
const isSafeCall = /(?:^|[.>:])(?:int|Number|parseInt|intval)$|(?:^|[^a-z])(?:quote|sanitize|escape)\w{0,40}$/i;
const beforeName =
  /(?:\b(?:from|into|(?<!\b(?:for|key|on|do)\s{1,10})update|join|table|view|index|rename\s{1,10}to|if\s{1,10}(?:not\s{1,10})?exists|truncate|describe)\s{1,10}|(?:[A-Za-z_]\w{0,39}|["`\]\0])\.)$/i;
/** Behind these it names what is compared, a time or a file. */
const otherFrom =
  /\b(?:is\s{1,10}(?:not\s{1,10})?distinct|system_time|portion\s{1,10}of\s{1,10}\w{1,40})\s{1,10}from\s{1,10}$/i;
const ofFiles = /^\s{0,40}(?:copy|restore|import)\b/i;
const endsWithFrom = /\bfrom\s{1,10}$/i;
/** In other brackets it stands between the arguments of a function: `EXTRACT(YEAR FROM …)`, `TRIM(BOTH … FROM …)`. */
const beginsQuery = /\([\s(]{0,200}(?:select|delete|with)\b/iy;
const afterName = /^\.[a-z_"`[*\0]/i;
/** Of what stands before a place, what says what it is. */
const near = 40;
/** Stands for what is put in. */
const place = '\0';

/** What is longer is not read, and so not known. */
export const mostStatementLines = 200;
const longestStatement = 20_000;

/** Whether all that a command is made of is written in the source, or escaped for a shell. @param path and @param lines as of {@link putsOnlyNames} */
export function putsOnlyConstants(path: string, lines: readonly string[]): boolean {
  const places = piecesOf(path, lines, false)?.filter((piece) => typeof piece !== 'string') ?? [];
  return places.length > 0 && places.every(({ expression }) => isConstant.test(expression));
}

function piecesOf(path: string, lines: readonly string[], isSql: boolean): ReturnType<typeof sqlPieces> {
  if (lines.length > mostStatementLines || lines.some((line) => line.length > longestStatement)) return undefined;
  const source = lines.join('\n');
  return source.length > longestStatement ? undefined : sqlPieces(path, source, isSql);
}

/**
 * @param path whose ending says in which forms values are put into texts
 * @param lines of the whole statement
 * @param above the lines before it, which may say where a value is from
 */
export function putsOnlyNames(path: string, lines: readonly string[], above: readonly string[] = []): boolean {
  const pieces = piecesOf(path, lines, true);
  if (!pieces) return false;
  const text = pieces.map((piece) => (typeof piece === 'string' ? piece.replaceAll(place, ' ') : place)).join('');
  const places = pieces.filter((piece) => typeof piece !== 'string');
  const brackets = bracketsAround(text);
  const own = new Map<string, boolean>();
  const isOwnOf = (expression: string): boolean => {
    const isIt = own.get(expression) ?? isOwn(expression, lines[0] ?? '', above);
    own.set(expression, isIt);
    return isIt;
  };
  let at = -1;
  const quotes = { single: 0, double: 0 };
  // What is joined in a way that is not seen here is no statement of names.
  if (places.length === 0) return false;
  return places.every(({ expression }) => {
    const from = at + 1;
    at = text.indexOf(place, from);
    const between = text.slice(from, at);
    quotes.single += between.split("'").length - 1;
    quotes.double += between.split('"').length - 1;
    return (
      isKnown(expression) ||
      isOwnOf(expression) ||
      (quotes.single % 2 === 0 &&
        isAmidNames(expression, text, { at, quotes: quotes.double, bracket: brackets.get(at) }))
    );
  });
}

/** By what is put in. */
function isKnown(expression: string): boolean {
  if (isNumber.test(expression) || isConstant.test(expression) || (simple.test(expression) && isName.test(expression)))
    return true;
  const head = /^([\w.:$>-]{1,100})\(/.exec(expression)?.[1];
  return (
    head !== undefined &&
    isSafeCall.test(head) &&
    !escapesElsewhere.test(head) &&
    isOneCall(expression.slice(head.length))
  );
}

/** Whether the bracket that opens a text closes at its end. */
function isOneCall(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at === text.length - 1;
  }
  return false;
}

/** Of each place in brackets, where the innermost of them opens. */
function bracketsAround(text: string): ReadonlyMap<number, number | undefined> {
  const around = new Map<number, number | undefined>();
  const open: number[] = [];
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === place) around.set(at, open.at(-1));
    else if (quote !== '') quote = character === quote ? '' : quote;
    else if (`"'\``.includes(character)) quote = character;
    else if (character === '(') open.push(at);
    else if (character === ')') open.pop();
  }
  return around;
}

interface Surroundings {
  readonly at: number;
  /** Double ones before it. */
  readonly quotes: number;
  readonly bracket: number | undefined;
}

/** By what stands around it; amid more text in quotes that says nothing. */
function isAmidNames(expression: string, text: string, { at, quotes, bracket }: Surroundings): boolean {
  if (wasQuoted.test(expression)) return true;
  let before = text.slice(Math.max(0, at - near), at);
  let after = text.slice(at + 1, at + 1 + near);
  const [quote = ''] = /["`[]$/.exec(before) ?? [];
  if (quote !== '') {
    if (after[0] !== (quote === '[' ? ']' : quote)) return false;
    // No value stands in these.
    if (quote === '`') return true;
    before = before.slice(0, -1);
    after = after.slice(1);
  } else if (quotes % 2 === 1) return false;
  if (afterName.test(after)) return true;
  return beforeName.test(before) && !(endsWithFrom.test(before) && isOtherFrom(text, before, bracket));
}

/** Whether what stands behind this `FROM` is no table. */
function isOtherFrom(text: string, before: string, bracket: number | undefined): boolean {
  if (otherFrom.test(before) || ofFiles.test(text)) return true;
  if (bracket === undefined) return false;
  beginsQuery.lastIndex = bracket;
  return !beginsQuery.test(text);
}

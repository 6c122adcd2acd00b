/**
 * A statement of SQL as a program puts it together: its text, and each place where something is put in.
 * The surprising rule: a form that is not known here makes the whole unknown, since what is not seen could be anything.
 */

/** A text of the statement, or what is put in between. */
export type SqlPiece = string | { readonly expression: string };

interface Literal {
  readonly pieces: readonly SqlPiece[];
  readonly end: number;
}

const opening = /(\b[fFrRbBuU]{1,2}|[$@]{1,2})?("""|'''|["'`])/g;
/** An operator that joins what no literal is with a literal. */
const joinsBefore = /(?:[+.%]|<<|\|\|)\s{0,200}$/;
/** Which language a value is put into a text in, by the ending of its file. */
const known = /\.(?:py|rb|rake|php|cs|java|go|[cm]?[jt]sx?)$/;

/**
 * @param isSql whether what was escaped for a database is safe in it, as it is in no command of a shell
 * @returns undefined where a form of it is not known
 */
export function sqlPieces(path: string, source: string, isSql: boolean): SqlPiece[] | undefined {
  const ending = known.exec(path)?.[0];
  if (ending === undefined) return undefined;
  const parts = split(ending, withoutSafe(ending, source, isSql));
  if (!parts || parts.literals.length === 0) return undefined;
  const { codes, literals } = parts;
  const [first = '', ...others] = codes;
  if (joinsBefore.test(first)) return undefined;
  const format = formatOf(ending, codes);
  const all: SqlPiece[][] = [];
  for (const [index, { pieces }] of literals.entries()) {
    const within = format ? withFormat(pieces, format) : pieces;
    const behind = ofCode(others[index] ?? '', ending, index + 1 < literals.length);
    if (!within || !behind) return undefined;
    all.push([...within, ...behind]);
  }
  return all.flat();
}

/** What PHP makes a number, or what is escaped for a shell or a database, as a constant: the quotes within would be taken for texts. */
function withoutSafe(ending: string, given: string, isSql: boolean): string {
  const source = isSql ? given : given.replaceAll(escapedForShell, 'ESCAPED');
  if (ending !== '.php') return source;
  const text = source.replaceAll(castAt, 'NUMBER');
  if (!isSql) return text;
  return text.replaceAll(escapedAt, (whole, called: string) => (escapesElsewhere.test(called) ? whole : 'ESCAPED'));
}

/** By the name of what is called: for a page, an address, a shell or a pattern, which is no use in a database. */
export const escapesElsewhere = /html|xml|ur[il]|shell|shlex|css|js|reg|cgi|markup|\bre\.|parse\.quote/i;

const escapedForShell =
  /\b(?:escapeshell(?:arg|cmd)|shlex\.quote|pipes\.quote|Shellwords\.(?:escape|shellescape|join)|shell_?(?:escape|quote))\([^()\n]{0,200}(?:\([^()\n]{0,100}\)[^()\n]{0,200}){0,3}\)|\b[\w.@]{1,100}\.shellescape\b/gi;
const castAt =
  /\((?:int|float|bool)\)\s{0,3}\$\w{1,60}(?:->\w{1,60}|\[(?:'[^'\n]{0,60}'|"[^"\n]{0,60}"|\$?\w{1,60})\]){0,5}/g;
const escapedAt =
  /(\$\w{1,60}(?:->\w{1,60}){0,3}(?:->|::)(?:escape|quote)\w{0,20})\([^()\n]{0,200}(?:\([^()\n]{0,100}\)[^()\n]{0,200}){0,3}\)/g;

interface Parts {
  /** What stands before each literal, and behind the last one. */
  readonly codes: readonly string[];
  readonly literals: readonly Literal[];
}

function split(ending: string, source: string): Parts | undefined {
  const codes: string[] = [];
  const literals: Literal[] = [];
  for (let from = 0; ;) {
    opening.lastIndex = from;
    const [whole = '', prefix, quote] = opening.exec(source) ?? [];
    if (quote === undefined) return { codes: [...codes, source.slice(from)], literals };
    codes.push(source.slice(from, opening.lastIndex - whole.length));
    const literal = readLiteral(source, opening.lastIndex, quote, openerOf(ending, quote, prefix));
    if (!literal) return undefined;
    literals.push(literal);
    from = literal.end;
  }
}

const joined = /^[\s\\]*[+.]\s*([$\w][\w.$>:[\]-]{0,100}(?:\([^()+"'`]{0,100}\))?|\([\d *+-]{1,40}\))\s*/;

/** What stands behind a literal: one name that is joined to it, or what has no part in the text any more. */
function ofCode(code: string, ending: string, isFollowed: boolean): SqlPiece[] | undefined {
  if (/^[\s\\]*(?:[+.][\s\\]*)?$/.test(code)) return [];
  const place = /^[\s\\]*\./.test(code) && ending !== '.php' ? undefined : joined.exec(code);
  if (place) {
    const [whole, expression = ''] = place;
    const rest = code.slice(whole.length);
    const isJoined = isFollowed && /^[+.]\s*$/.test(rest);
    return isJoined || isEnd(rest, /^(?:[),;]|$)/) ? [{ expression }] : undefined;
  }
  const rest = code.replace(/^[\s\\]*\.(?:strip|squish|trim|freeze|format)\b/, '');
  return isEnd(rest, /^\s*(?:[),;\]}(:%]|$)/) ? [] : undefined;
}

function isEnd(code: string, start: RegExp): boolean {
  return start.test(code) && !joinsOn(code);
}

/** Whether more is joined to the text, behind the arguments of the call that made it. */
function joinsOn(code: string): boolean {
  let depth = 0;
  for (let at = 0; at < code.length; at++) {
    const character = code[at] ?? '';
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (depth <= 0 && (character === '+' || /^(?:<<|\|\|| \. )/.test(code.slice(at, at + 3)))) return true;
  }
  return joinsBefore.test(code);
}

/** How a literal lets values in by itself. */
function openerOf(ending: string, quote: string, prefix = ''): RegExp | undefined {
  if (ending === '.py') return /f/i.test(prefix) ? /\{/y : undefined;
  if (ending === '.cs') return prefix.includes('$') ? /\{/y : undefined;
  if (ending === '.rb' || ending === '.rake') return quote === "'" ? undefined : /#\{/y;
  if (ending === '.php') return quote === "'" ? undefined : /\$\{|\{(?=\$)|\$(?=[A-Za-z_])/y;
  return quote === '`' ? /\$\{/y : undefined;
}

function readLiteral(source: string, from: number, quote: string, opener: RegExp | undefined): Literal | undefined {
  const pieces: SqlPiece[] = [];
  let text = from;
  for (let at = from; at < source.length;) {
    if (source[at] === '\\') at += 2;
    else if (source.startsWith(quote, at)) {
      return { pieces: [...pieces, source.slice(text, at)], end: at + quote.length };
    } else if (opener?.source === '\\{' && source.startsWith('{{', at)) at += 2;
    else {
      const place = placeAt(source, at, opener);
      if (place === null) return undefined;
      if (place) {
        pieces.push(source.slice(text, at), { expression: place.expression });
        text = place.end;
      }
      at = place?.end ?? at + 1;
    }
  }
  return undefined;
}

const variable = /\$\w{1,100}(?:->\w{1,100}|\[[^\]"'\n]{0,100}\])?/y;

/** @returns undefined where none begins, null where one does not end */
function placeAt(
  source: string,
  at: number,
  opener: RegExp | undefined,
): { readonly expression: string; readonly end: number } | undefined | null {
  if (!opener) return undefined;
  opener.lastIndex = at;
  const mark = opener.exec(source)?.[0];
  if (mark === undefined) return undefined;
  if (mark === '$') {
    variable.lastIndex = at;
    const [expression = ''] = variable.exec(source) ?? [];
    return expression === '' ? undefined : { expression, end: at + expression.length };
  }
  const end = closing(source, at + mark.length);
  return end === undefined ? null : { expression: source.slice(at + mark.length, end).trim(), end: end + 1 };
}

/** Where the brace that is open at a place closes, whatever texts and braces are in between. */
function closing(source: string, from: number): number | undefined {
  let depth = 1;
  let quote = '';
  for (let at = from; at < source.length; at++) {
    const character = source[at] ?? '';
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (`"'\``.includes(character)) quote = character;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return at;
  }
  return undefined;
}

const formatted = {
  percent: /%(?:%|(?:\((\w{1,60})\))?[-+ #0]{0,5}(?:\d{1,3})?(?:\.\d{1,3})?([a-zA-Z]))/g,
  braces: /\{\{|\}\}|\{([^{}]{0,200})\}/g,
} as const;

/** How values are put into literals by a function around them, or by what stands behind them. */
function formatOf(ending: string, codes: readonly string[]): keyof typeof formatted | undefined {
  if (codes.some((code) => /^[\s\\)]*\.format\b/.test(code)) && ending === '.py') return 'braces';
  const isCalled = codes.some((code) => /(?:printf|\bformat(?:ted)?|\.Format)\b/i.test(code));
  if (isCalled) return ending === '.cs' ? 'braces' : 'percent';
  return codes.slice(1).some((code) => /^[\s\\)]*%/.test(code)) ? 'percent' : undefined;
}

/** @returns undefined where a mark of the format is not known */
function withFormat(pieces: readonly SqlPiece[], format: keyof typeof formatted): SqlPiece[] | undefined {
  const all: SqlPiece[] = [];
  for (const piece of pieces) {
    if (typeof piece !== 'string') {
      all.push(piece);
      continue;
    }
    let from = 0;
    for (const place of piece.matchAll(formatted[format])) {
      const [whole, name = '', kind] = place;
      const between = piece.slice(from, place.index);
      from = place.index + whole.length;
      if (/%/.test(format === 'percent' ? between : '')) return undefined;
      if (/^(?:%%|\{\{|\}\})$/.test(whole)) all.push(between);
      // What is made a number by its format is as good as a call that does so.
      else all.push(between, { expression: kind === 'd' ? 'int()' : name });
    }
    const rest = piece.slice(from);
    if (format === 'percent' && rest.includes('%')) return undefined;
    all.push(rest);
  }
  return all;
}

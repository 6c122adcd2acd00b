/** Rules of our choice that are right only where the line says more than the rule asks; elsewhere they would be noise. */
import type { ReviewClaim } from '../pure/findings.ts';
import { mostStatementLines, putsOnlyConstants, putsOnlyNames } from './sql-names.ts';

interface Narrowing {
  readonly rule: RegExp;
  /** Reported only where the lines say this. */
  readonly only?: RegExp;
  /** Not reported where the lines, or the message, say this. */
  readonly unless?: RegExp;
  /** So many lines above are among the lines. */
  readonly above?: number;
}

const narrowings: readonly Narrowing[] = [
  // Most hashes are names of things; what protects somebody says so.
  { rule: /^(?:S324|weak-hash)$/, only: /passw|secret|token|sign|auth|cred|session|crypt/i },
  // Reading an attribute may load or check something, and is written for that.
  { rule: /^B018$/, unless: /^[\w.()[\]'", ]{1,300}(?:#.{0,300})?$/ },
  // By its place an argument is mistaken for another one only where it looks like that.
  { rule: /^B034$/, only: /,\s{0,10}re\.[A-Z]+/ },
  // A template, whose names are not put in yet; lists of lists and properties open two braces as well.
  {
    rule: /^(?:invalid-syntax|syntax)$/,
    unless: /(?<![=\])A-Za-z0-9])\{\{[-\s]{0,5}[A-Za-z_.$(][^{}:;]{0,100}\}\}|\{%[-+\s]|<%[-=\s]/,
  },
  // Conditions with places for values, which are given behind them.
  {
    rule: /^(?:S608|sql-formatted)$/,
    unless:
      /(?:\b(?:join|implode)\(.{0,60}["'`] (?:AND|OR) ["'`]|["'`] (?:AND|OR) ["'`]\.join\().{0,80}\b(?:args|params?|binds?|values|parameters)\b(?!\.\w|[[(])/i,
  },
  { rule: /^S113$/, unless: /\*\*\w/ },
  // What a program itself has written a moment ago.
  { rule: /^S301$/, unless: /\bloads\(\s{0,5}(?:pickle\.)?dumps\(/ },
  { rule: /^S60[25]$/, unless: /seems safe/ },
  { rule: /^remote-script$/, only: /\|\s{0,20}(?:sudo\s{1,5}(?:-\S{1,40}\s{1,5}){0,5})?(?:(?:ba|z|da)?sh|python3?)\b/ },
  // What is missing is false, which is what such a function asks for.
  {
    rule: /^array-callback-return$/,
    unless: /\.(?:filter|some|every|find\w{0,12})" (?:may reach|does not return on all)/,
  },
  // Written by habit behind a return.
  { rule: /^no-unreachable$/, unless: /^\s{0,200}break;?$/ },
  // What is made for its effect is named by habit.
  {
    rule: /^no-unused-vars$/,
    unless:
      /=\s{0,10}(?:await\s{1,5})?new\s{1,5}(?!(?:[\w.]{0,60}(?:Error|Exception)|(?:Weak)?(?:Map|Set)|Array|Object|Date|URL|URLSearchParams|RegExp|AbortController|[\w]{0,20}Array)\b)/,
  },
  // In a loop it is how one reads to the end, and of a call how one asks and keeps the answer.
  { rule: /^no-cond-assign$/, only: /\bif\b|\?/, unless: /\(\s{0,5}[\w.$]{1,60}\s{0,5}=\s{0,5}[\w.$]{1,60}\(/ },
  // Whoever names the error that is passed over has thought of it.
  {
    rule: /^empty-catch$/,
    only: /\bcatch\s{0,5}(?:\{|$|\(\s{0,5}(?:\.\.\.|(?:final\s{1,5}|const\s{1,5})?(?:[\w\\]{1,40}[.\\:]{1,2}){0,5}\\?(?:Exception|Throwable|Error|RuntimeException|exception)\b))/,
  },
  // Whoever says why an error is passed over has thought of it.
  {
    rule: /^S110$/,
    unless: /#|\.(?:close|wait_closed|stop|destroy|quit|kill|terminate|shutdown|disconnect|cleanup|cancel)\(/,
    above: 1,
  },
  // Whoever goes back to where they were has been there.
  { rule: /^SC2164$/, unless: /\b(?:pushd|popd)\b/ },
  { rule: /^F841$/, unless: /^\s{0,200}except\b/ },
  // Names of Python 2, in code that runs under both.
  {
    rule: /^F821$/,
    unless: /`(?:unicode|basestring|long|file|xrange|raw_input|unichr|reduce|cmp|execfile|reload|buffer)`/,
  },
];
const mostLines = 10;
const moduleSyntax = /^\s{0,20}(?:import|export)\b|\brequire\(|\bmodule\.exports\b|\bexports\./;
/** Nobody wrote a line as long as this. */
const longestWritten = 500;

export function isMeant(claim: ReviewClaim, lines: readonly string[]): boolean {
  const { rule, line, endLine = line, message } = claim;
  if (isForNothing(claim, lines)) return false;
  const narrowing = narrowings.find((each) => each.rule.test(rule));
  if (!narrowing) return true;
  const texts = [
    message,
    ...lines.slice(Math.max(0, line - 1 - (narrowing.above ?? 0)), Math.min(endLine, line - 1 + mostLines)),
  ];
  const { only, unless } = narrowing;
  if (only && !texts.slice(1).some((text) => only.test(text))) return false;
  return !unless || !texts.some((text) => unless.test(text.trim() === '' ? text : text.trimEnd()));
}

type Tells = (claim: ReviewClaim, lines: readonly string[], own: readonly string[]) => boolean;

const ofSql: Tells = ({ path, line }, lines, own) => isProse(own) || putsOnlyNames(path, own, lines.slice(0, line - 1));
const ofCommand: Tells = ({ path }, _, own) => putsOnlyConstants(path, own);

/** What more than a pattern tells, by rule. */
const forNothing: Readonly<Record<string, Tells>> = {
  S608: ofSql,
  'sql-formatted': ofSql,
  'shell-command': ofCommand,
  S602: ofCommand,
  S605: ofCommand,
  'disabled-verification': ({ line }, lines) => isChosen(lines, line),
  F821: ({ message }, _, own) => isQuotedType(message, own),
  S506: (_, lines, own) => isSafeLoader(own, lines),
  'empty-catch': ({ line }, lines) => goesOnBelow(lines, line),
  SC2154: (_, lines) => lines.some((each) => readsAnother.test(each)),
  'array-callback-return': (claim, lines) => isFilteredAfter(claim, lines),
  'no-unused-vars': ({ line }, lines) => !isUnused(lines[line - 1] ?? '', lines),
};

function isForNothing(claim: ReviewClaim, lines: readonly string[]): boolean {
  const { rule, line, endLine = line } = claim;
  const own = lines.slice(line - 1, Math.min(endLine, line + mostStatementLines));
  return Object.hasOwn(forNothing, rule) && forNothing[rule]?.(claim, lines, own) === true;
}

/** A verb of SQL with a capital, as it begins a sentence too. */
const verb = /["'`](Update|Select|Delete|Insert)\b/;
const joint = /["'`]\s{0,20}[+.]\s{0,20}|\s{0,20}[+.]\s{0,20}["'`]/g;
/** Behind the verb, what a statement has and a sentence has not. */
const statement =
  /[=*]|^\s{0,20}(?:from\s|into\s[^"']{0,200}(?:\(|\bvalues\b|\bselect\b)|\S{1,100}\s{1,20}set\b|(?:distinct\s{1,20})?[^\s,]{1,100}(?:\s{0,20},\s{0,20}[^\s,]{1,100}){0,20}\s{1,20}from\b)|\b(?:where|set|and|or)\s{1,20}\S{1,100}\s{1,20}(?:in|like|is|between|not|[<>])/i;

function isProse(lines: readonly string[]): boolean {
  const text = lines
    .slice(0, mostLines)
    .map((line) => line.slice(0, longestWritten))
    .join(' ');
  const found = verb.exec(text);
  if (!found) return false;
  const rest = text.slice(found.index + found[0].length);
  const last = Math.max(...['"', "'", '`'].map((quote) => rest.lastIndexOf(quote)));
  return !statement.test(rest.slice(0, last + 1).replaceAll(joint, ''));
}

/** Text of a type; what an f-string has in braces is read. */
const inQuotes = /(?<![A-Za-z])(["'])([^"'\n]{1,100})\1/g;

/** Whether a name stands within a type in quotes alone, which only a checker of types reads. */
function isQuotedType(message: string, lines: readonly string[]): boolean {
  const name = /`(\w{1,100})`/.exec(message)?.[1];
  if (name === undefined || lines.some((line) => line.length > longestWritten)) return false;
  const text = lines.slice(0, mostLines).join('\n');
  const quoted = [...text.matchAll(inQuotes)].map(([, , type = '']) => type).join(' ');
  return wordsOf(quoted).has(name) && !wordsOf(text.replaceAll(inQuotes, ' ')).has(name);
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.match(/\w+/g));
}

/** Lines above within which a condition is looked for. */
const nearAbove = 10;
/** What such a setting is called. */
const asked =
  /^\s{0,200}(?:\}\s{0,5}else\s{1,5})?(?:if|elif|elsif|unless|when)\b.{0,100}(?:skip|insecure|verif|self_?sign|(?:disable|ignore|allow|accept|trust)\w{0,20}(?:cert|tls|ssl|host|all))/i;
const askedInPlace =
  /(?:skip|insecure|verif|self_?sign|(?:disable|ignore|allow|accept|trust)\w{0,20}(?:cert|tls|ssl|host|all))\w{0,40}\)?(?:\s{0,5}\?|$)/i;
const otherwise = /^\s{0,200}(?:\}\s{0,5})?(?:else|elif|elsif)\b/;

/** Whether it stands within a condition by which somebody chose it. */
function isChosen(lines: readonly string[], line: number): boolean {
  let depth = (lines[line - 1] ?? '').search(/\S/);
  for (let at = line - 2; at >= Math.max(0, line - 1 - nearAbove); at--) {
    const text = lines[at] ?? '';
    const indent = text.search(/\S/);
    if (text.trim() === '' || indent >= depth || /^\s{0,20}#(?:pragma|region|endregion|nullable)\b/.test(text))
      continue;
    if (asked.test(text) || isAskedInPlace(text, lines[at - 1] ?? '')) return true;
    depth = otherwise.test(text) || text.trim() === '{' ? indent + 1 : indent;
  }
  return false;
}

/** `allowed ? {`, in one line or two. */
function isAskedInPlace(text: string, above: string): boolean {
  const line = text.slice(0, longestWritten);
  return askedInPlace.test(/^\s{0,200}\?/.test(line) ? above.slice(0, longestWritten) : /\?/.test(line) ? line : '');
}

/** Whether the loader that is named is one of the file's own that is made of a safe one. */
function isSafeLoader(own: readonly string[], lines: readonly string[]): boolean {
  const named = /(?:\b[Ll]oader\s{0,5}=|,)\s{0,5}([A-Za-z_]\w{0,80})\s{0,5}(?:\)|,|$)/.exec(
    own.join(' ').slice(0, longestWritten),
  )?.[1];
  if (named === undefined) return false;
  return lines.some((line) => {
    const [, name, bases = ''] = ownClass.exec(line.slice(0, longestWritten)) ?? [];
    return name === named && /\bC?(?:Safe|Base)Loader\b/.test(bases);
  });
}

const ownClass = /^\s{0,40}class\s{1,5}(\w{1,80})\(([^)]{0,300})/;

const readsAnother = /^\s{0,200}(?:\.|source)\s{1,10}\S/;

/** Where the last thing that is tried is to leave, what stands below is for who could not. */
function goesOnBelow(lines: readonly string[], line: number): boolean {
  const [own = '', before = ''] = [lines[line - 1], lines[line - 2]];
  const beside = own.slice(0, Math.max(0, own.search(/\bcatch\b/)));
  const last = beside.includes('{') ? beside.slice(beside.lastIndexOf('{') + 1) : before;
  return last.length <= longestWritten && /^\s{0,200}(?:return|continue|break|throw)\b/.test(last);
}

/** Lines of a function within a chain of calls. */
const mostOfFunction = 60;
const filtered = /^[\s)]{0,200}\.filter\(\s{0,5}(?:Boolean\b|\(?(\w{1,40})\)?\s{0,5}=>\s{0,5}!{0,2}\1\s{0,5}\))/;

/** What a function does not return is left out right behind the call that it is given to. */
function isFilteredAfter({ line, column = 1, message }: ReviewClaim, lines: readonly string[]): boolean {
  if (!/\.(?:map|flatMap)"/.test(message)) return false;
  const text = lines
    .slice(line - 1, line - 1 + mostOfFunction)
    .map((each) => each.slice(0, longestWritten))
    .join('\n');
  return filtered.test(text.slice(endOfArguments(text, Math.max(0, column - 1))));
}

/** Where the call ends within whose arguments a place is; the end of the text where that is not in it. */
function endOfArguments(text: string, from: number): number {
  let depth = 0;
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === '\\') at++;
      else if (character === quote) quote = '';
    } else if (`"'\``.includes(character)) quote = character;
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character) && --depth < 0) return at + 1;
  }
  return text.length;
}

/** What a script of a page declares at its outermost level, pages and other scripts use. */
function isUnused(line: string, lines: readonly string[]): boolean {
  if (line.length > longestWritten) return false;
  return /^\s/.test(line) || isModule(lines);
}

/** Of each file once: a script may declare as many names as it has lines. */
const modules = new WeakMap<readonly string[], boolean>();

function isModule(lines: readonly string[]): boolean {
  const known = modules.get(lines) ?? lines.some((each) => moduleSyntax.test(each.slice(0, longestWritten)));
  modules.set(lines, known);
  return known;
}

/**
 * Superscripts, subscripts and formulas (MathML) as plain text that means the same: `10<sup>3</sup>` is `10³` and not `103`,
 * and a fraction is no number of two digits.
 */
import { decodeHTML } from 'entities';

const tag =
  /<(\/?)(?:[a-z][\w-]{0,20}:)?(sup|sub|msup|msub|msubsup|mfrac|msqrt|mroot|mfenced|mover|munder|munderover|mrow|mstyle|mi|mn|mo|mtext|ms|mspace|none)((?:\s[^<>]{0,300})?)>/gi;

/** Scripts and formulas within one another that are read. */
const deepest = 50;

/** Characters in front of a script that are looked at, for what it belongs to. */
const longestEnd = 1000;

interface Frame {
  readonly name: string;
  /** Where its tag begins. */
  readonly at: number;
  /** As it stands, for one that nobody closes. */
  readonly written: string;
  readonly parts: string[];
}

/**
 * The text with its scripts and formulas written in a line; all other tags, and references such as `&amp;`, stay.
 *
 * @param keepLines whether the line breaks of what is rewritten stay, so that lines keep their numbers
 */
export function withScripts(marked: string, keepLines = false): string {
  if (!/<(?:[a-z][\w-]{0,20}:)?(?:su[bp]|m)/i.test(marked)) return marked;
  const root: Frame = { name: '', at: 0, written: '', parts: [] };
  const open = [root];
  let from = 0;
  for (const found of marked.matchAll(tag)) {
    const read = tagOf(found, open);
    if (!read) continue;
    addText(open, marked.slice(from, found.index));
    from = found.index + found[0].length;
    if (read.closes !== undefined)
      close(open, read.closes, keepLines ? (start) => marked.slice(start, from) : () => '');
    else if (read.isEmpty) addText(open, read.name === 'mspace' ? ' ' : '');
    else open.push({ name: read.name, at: found.index, written: found[0], parts: [] });
  }
  addText(open, marked.slice(from));
  while (open.length > 1) flatten(open);
  return root.parts.join('');
}

interface Tag {
  readonly name: string;
  readonly isEmpty: boolean;
  /** Which of those that are open it closes. */
  readonly closes?: number;
}

/** Undefined where it is text: it closes nothing, or has words behind its name and no attribute, as a comparison has. */
function tagOf([, slash, given = '', attributes = '']: RegExpMatchArray, open: readonly Frame[]): Tag | undefined {
  const name = given.toLowerCase();
  const isEmpty = attributes.endsWith('/');
  if (slash === '/') {
    const closes = open.findLastIndex((frame) => frame.name === name);
    return closes <= 0 ? undefined : { name, isEmpty, closes };
  }
  const isTag = /^\s*\/?$/.test(attributes) || attributes.includes('=');
  return isTag && open.length <= deepest ? { name, isEmpty } : undefined;
}

/** @param kept what of the text from there on keeps its line breaks */
function close(open: Frame[], at: number, kept: (start: number) => string): void {
  while (open.length - 1 > at) flatten(open);
  const frame = open.pop();
  const outer = open.at(-1);
  if (!frame || !outer) return;
  const lines = open.length === 1 ? kept(frame.at).split('\n').length - 1 : 0;
  outer.parts.push(inLine(frame.name, frame.parts, endOf(outer.parts)) + '\n'.repeat(lines));
}

/** What is read at the end of the last part, whatever it is marked as. */
function endOf(parts: readonly string[]): string {
  return (parts.at(-1) ?? '').slice(-longestEnd).replaceAll(/<[^<>]{0,300}>/g, '');
}

/** Between the parts of a formula blanks mean nothing. */
function addText(open: readonly Frame[], text: string): void {
  const { name = '', parts } = open.at(-1) ?? {};
  const isLaidOut = /^m(?:sup|sub|subsup|frac|sqrt|root|fenced|over|under|underover|row|style)$/.test(name);
  if (!isLaidOut || text.trim() !== '') parts?.push(text);
}

/** A tag without an end is text. */
function flatten(open: Frame[]): void {
  const frame = open.pop();
  const parts = open.at(-1)?.parts;
  if (!frame || !parts) return;
  parts.push(frame.written);
  for (const part of frame.parts) parts.push(part);
}

/** @param before what stands in front of it */
function inLine(name: string, parts: readonly string[], before: string): string {
  const all = parts.join('');
  if (name === 'sup') return raised(all, /\p{N}$|(?<!\p{L})\p{Ll}$/u.test(before));
  if (name === 'sub') return lowered(all, before);
  if (name === 'mfenced') return `(${parts.join(',')})`;
  if (name === 'msqrt') return `√${grouped(all)}`;
  return ofParts[name]?.[parts.length]?.(...parts) ?? all;
}

type Written = (...parts: readonly string[]) => string;

/** By how many parts it has: of another number it is read part by part. */
const ofParts: Readonly<Record<string, Readonly<Record<number, Written>>>> = {
  msup: { 2: (base = '', above = '') => grouped(base) + raised(above, true) },
  msub: { 2: (base = '', below = '') => base + lowered(below, base) },
  msubsup: { 3: (base = '', below = '', above = '') => base + lowered(below, base) + raised(above, true) },
  mfrac: { 2: (above = '', below = '') => `${grouped(above)}/${grouped(below)}` },
  mroot: { 2: (of = '', degree = '') => `${raised(degree, false)}√${grouped(of)}` },
};

/** In brackets, where it is more than a name or a number. */
function grouped(text: string): string {
  return /^[\p{L}\p{N}.,√]{0,40}$/u.test(decodeHTML(text)) ? text : `(${text})`;
}

const scripted = '0123456789+-−–=()ni';
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱ';
const subscripts = '₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₙᵢ';

function writtenAs(scripts: string, text: string): string | undefined {
  const characters = text.split('').map((character) => scripts[scripted.indexOf(character)]);
  return characters.includes(undefined) ? undefined : characters.join('');
}

function plain(marked: string): string {
  return decodeHTML(marked.replaceAll(/<[^<>]{0,300}>|\s/g, ''));
}

/** Letters may be a mark or an end, as in `19th`, where they are no power; so are a star and a number of a note. */
function raised(marked: string, isPower: boolean): string {
  const text = plain(marked);
  if (!/[\p{L}\p{N}+−-]/u.test(text) || text.startsWith('[')) return marked;
  const isEnd = /^(?:\p{L}{2,}|[aeoªº])$/u.test(text);
  if (/^\p{L}+$/u.test(text) && !/^[ni]$/.test(text)) return isPower && !isEnd ? `^${marked}` : marked;
  return writtenAs(superscripts, text) ?? `^(${marked})`;
}

/** `H2O` is read as it is; what stands below a digit would be more of it. */
function lowered(marked: string, before: string): string {
  const text = plain(marked);
  return /\p{N}$/u.test(before) ? (writtenAs(subscripts, text) ?? `_(${marked})`) : marked;
}

/**
 * Elements of OFX as nested objects, from SGML without closing tags as well as from XML.
 * An element without a text that is never closed is an empty value, and what follows stands beside it.
 */
import { unreadable } from './problem.ts';
import type { Node } from './tree.ts';

interface OpenElement {
  readonly tag: string;
  readonly node: Record<string, unknown>;
}

/** A name, and attributes of XML that nothing here needs. */
const tagPattern = /<(\/?)([A-Za-z][\w.:-]{0,63})(?:\s[^<>]{0,500})?(\/?)>/y;

/**
 * In one pass over the text, so that no input can make it take long.
 *
 * @throws {ApplicationFailure} of type `UnreadableFile` where it has no element OFX, or is truncated
 */
export function parseOfx(text: string, name: string): Node {
  const start = text.search(/<OFX>/i);
  if (start < 0) throw unreadable(name, 'it has a header of OFX, and no element <OFX>');
  const root: OpenElement = { tag: '', node: {} };
  const open: OpenElement[] = [root];
  for (const { tag, isClosing, isEmpty, value } of elementsOf(text, start)) {
    if (isClosing) close(open, tag);
    else if (value === '' && !isEmpty) open.push({ tag, node: {} });
    else if (value !== '') put(open.at(-1) ?? root, tag, value);
  }
  if (open.some(({ tag }) => tag === 'OFX'))
    throw unreadable(name, 'it ends before </OFX>; the download was cut off, so fetch it again');
  return (root.node['OFX'] ?? {}) as Node;
}

interface Element {
  /** In upper case. */
  readonly tag: string;
  readonly isClosing: boolean;
  readonly isEmpty: boolean;
  /** The text behind the tag. */
  readonly value: string;
}

/** A `<` that begins no tag is a part of the text before it. */
function* elementsOf(text: string, start: number): Generator<Element> {
  let tag: RegExpExecArray | undefined;
  let pieces: string[] = [];
  let from = start;
  for (let at = text.indexOf('<', start); at >= 0; at = text.indexOf('<', from)) {
    pieces.push(text.slice(from, at));
    const literal = literalAt(text, at);
    tagPattern.lastIndex = at;
    const next = literal ? undefined : (tagPattern.exec(text) ?? undefined);
    if (next) {
      if (tag) yield elementOf(tag, pieces);
      tag = next;
      pieces = [];
      from = tagPattern.lastIndex;
    } else {
      pieces.push(literal?.text ?? '<');
      from = literal?.end ?? at + 1;
    }
  }
  if (tag) yield elementOf(tag, [...pieces, text.slice(from)]);
}

/** What stands in CDATA as it is, and nothing of a comment. */
function literalAt(text: string, at: number): { text: string; end: number } | undefined {
  if (text.startsWith('<![CDATA[', at)) {
    const end = text.indexOf(']]>', at);
    // What is never closed is no CDATA; searched to the end once, as the text ends with it.
    return end < 0 ? { text: text.slice(at), end: text.length } : { text: text.slice(at + 9, end), end: end + 3 };
  }
  if (!text.startsWith('<!--', at)) return undefined;
  const end = text.indexOf('-->', at);
  return { text: '', end: end < 0 ? text.length : end + 3 };
}

function elementOf([, closing, tag = '', empty]: RegExpExecArray, pieces: readonly string[]): Element {
  const value = decoded(pieces.join('').trim());
  return { tag: tag.toUpperCase(), isClosing: closing === '/', isEmpty: empty === '/', value };
}

/** What is still open inside had no closing tag: it was an empty value, and its children are its siblings. */
function close(open: OpenElement[], tag: string): void {
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

function put({ node }: OpenElement, tag: string, value: unknown): void {
  const there = Object.hasOwn(node, tag) ? node[tag] : undefined;
  const next = there === undefined ? value : Array.isArray(there) ? there : [there, value];
  if (Array.isArray(there)) there.push(value);
  else Object.defineProperty(node, tag, { value: next, enumerable: true, writable: true, configurable: true });
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(#\d{1,7}|#x[0-9a-f]{1,6}|\w{2,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole;
    const code = Number(name.startsWith('#x') || name.startsWith('#X') ? `0x${name.slice(2)}` : name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

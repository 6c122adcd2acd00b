/** The answer of a source that was described by data: where its items are, and which field is what (JMESPath). */
import { search, type JSONValue } from '@jmespath-community/jmespath';
import { z } from 'zod';
import type { Passage } from '../source.ts';
import { plainText } from './marked.ts';
import { personName } from '../../../pure/authors.ts';
import { gap, jsonOf, OddAnswer, passage, passagesOf, untitled, type SourceAnswer } from './reader.ts';
import { quoted } from './trouble.ts';

/** Where each part is in an item. */
export interface DescribedFields {
  readonly title: string;
  readonly url: string;
  readonly text?: string;
  readonly year?: string;
  readonly doi?: string;
  readonly authors?: string;
  readonly venue?: string;
}

export interface DescribedAnswer extends SourceAnswer {
  readonly items: string;
  readonly fields: DescribedFields;
  /** What is true of an answer that has no item since nothing was found. @default that its list is there and empty */
  readonly emptyWhen?: string;
}

export function readDescribed(answer: DescribedAnswer): Passage[] {
  const { source, items: at, fields } = answer;
  const whole = jsonOf(answer) as JSONValue;
  const items = listOf(answer, whole).slice(0, answer.limit);
  const schema = z.custom<JSONValue>((item) => hasWords(fields, item), noWords);
  const found = passagesOf(
    // Who describes when it is empty has said what its errors are.
    { source, items, at, schema, ...(answer.emptyWhen === undefined ? { answer: whole } : {}) },
    (item) => passageOf(source, fields, item),
  );
  return [...found, ...misplaced(answer, found)];
}

const noWords = 'neither a title nor a text is where `fields` point to';

function hasWords({ title, text }: DescribedFields, item: unknown): boolean {
  return [title, text].some((where) => textAt(item as JSONValue, where).trim() !== '');
}

function textAt(item: JSONValue, where: string | undefined): string {
  return where === undefined ? '' : jsonText(valueAt(item, where));
}

/** Null where nothing is there; so is what a function of the path does not take, such as `join` of what this item lacks. */
function valueAt(value: JSONValue, where: string): JSONValue {
  try {
    return search(value, where);
  } catch {
    return null;
  }
}

/** @throws {OddAnswer} where it has no item, and does not say that there is none */
function listOf({ source, items: at, emptyWhen }: DescribedAnswer, whole: JSONValue): JSONValue[] {
  const found = valueAt(whole, at);
  const isObject = typeof found === 'object' && found !== null;
  const items = isObject ? Object.values(found) : [];
  if (items.length > 0) return items;
  // An answer that is `{}` as a whole says nothing.
  const isEmpty =
    emptyWhen === undefined
      ? isObject && (Array.isArray(found) || found !== whole)
      : valueAt(whole, emptyWhen) === true;
  if (isEmpty) return [];
  const what = isObject ? 'nothing' : `no list, but ${found === null ? 'nothing' : `a ${typeof found}`}`;
  const unsaid = emptyWhen === undefined ? '' : `, and \`emptyWhen\` (${emptyWhen.slice(0, 100)}) is not true`;
  throw new OddAnswer(
    source,
    `where \`items\` points to (${at.slice(0, 100)}) is ${what}${unsaid}; it said ${quoted(whole)}`,
  );
}

/** A title or an address that no result has is looked for at the wrong place more often than it is not there. */
function misplaced({ source, items: at, fields }: DescribedAnswer, found: readonly Passage[]): Passage[] {
  const read = found.filter(({ unread }) => unread === undefined);
  if (read.length === 0) return [];
  const of = (what: string, name: 'title' | 'url', has: (passage: Passage) => boolean): Passage[] =>
    read.some(has)
      ? []
      : gap(
          source,
          what,
          `none of ${read.length} at \`${at}\` has one where \`fields.${name}\` points to (${fields[name]})`,
        );
  return [
    ...of('The titles of its results', 'title', ({ title }) => title !== untitled),
    ...of('The addresses of its results', 'url', ({ url }) => url !== ''),
  ];
}

function passageOf(source: string, fields: DescribedFields, item: JSONValue): Passage {
  const at = (where: string | undefined): string => textAt(item, where);
  return passage({
    source,
    title: plainText(at(fields.title)),
    url: at(fields.url),
    text: plainText(at(fields.text)),
    year: at(fields.year),
    doi: at(fields.doi),
    authors: fields.authors === undefined ? [] : namesOf(valueAt(item, fields.authors)),
    venue: at(fields.venue),
  });
}

/** A list of names, or one in which they stand behind semicolons. */
function namesOf(value: JSONValue): string[] {
  return Array.isArray(value) ? value.slice(0, 1000).map(nameOf) : jsonText(value).slice(0, 20_000).split(';');
}

/** A name, or an object that has it in its parts. */
function nameOf(value: JSONValue): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return jsonText(value);
  const part = (...names: readonly string[]): string =>
    names.map((name) => jsonText(value[name] ?? '')).find(Boolean) ?? '';
  return part('name', 'display_name') || personName(part('family', 'lastName'), part('given', 'firstName'));
}

/** Lists, such as a title in several parts, are read as one text. */
function jsonText(value: JSONValue, depth = 0): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (!Array.isArray(value) || depth > 10) return '';
  return value
    .map((each) => jsonText(each, depth + 1))
    .filter(Boolean)
    .join(' ');
}

/** The answer of a source that was described by data: where its items are, and which field is what (JMESPath). */
import { search, type JSONValue } from '@jmespath-community/jmespath';
import { z } from 'zod';
import type { Passage } from '../source.ts';
import { plainText } from './marked.ts';
import { jsonOf, OddAnswer, passage, passagesOf, type SourceAnswer } from './reader.ts';

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
}

export function readDescribed(answer: DescribedAnswer): Passage[] {
  const found = search(jsonOf(answer) as JSONValue, answer.items);
  const { source, items: at, fields } = answer;
  const items = listOf(source, found).slice(0, answer.limit);
  return passagesOf(
    { source, items, at, schema: z.custom<JSONValue>((item) => hasWords(fields, item), noWords) },
    (item) => passageOf(source, fields, item),
  );
}

const noWords = 'neither a title nor a text is where `fields` point to';

function hasWords({ title, text }: DescribedFields, item: unknown): boolean {
  return [title, text].some((where) => textAt(item as JSONValue, where).trim() !== '');
}

function textAt(item: JSONValue, where: string | undefined): string {
  return where === undefined ? '' : jsonText(search(item, where));
}

function listOf(name: string, found: JSONValue): JSONValue[] {
  if (Array.isArray(found)) return found;
  if (found === null) return [];
  if (typeof found === 'object') return Object.values(found);
  throw new OddAnswer(name, `there is no list where \`items\` points to, but a ${typeof found}`);
}

function passageOf(source: string, fields: DescribedFields, item: JSONValue): Passage {
  const at = (where: string | undefined): string => textAt(item, where);
  return passage({
    source,
    title: plainText(at(fields.title)),
    url: at(fields.url),
    text: plainText(at(fields.text)),
    year: Number(/\d{4}/.exec(at(fields.year).slice(0, 200))?.[0]) || undefined,
    doi: at(fields.doi),
    authors: fields.authors === undefined ? [] : namesOf(search(item, fields.authors)),
    venue: plainText(at(fields.venue)),
  });
}

/** A list of names, or one in which they stand behind semicolons. */
function namesOf(value: JSONValue): string[] {
  const names = Array.isArray(value) ? value.map((each) => jsonText(each)) : jsonText(value).split(';');
  return names.slice(0, 1000).map(plainText);
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

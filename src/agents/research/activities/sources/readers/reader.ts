/** What readers of sources' answers share: they run on threads of their own and load nothing of the worker. */
import { given, parseKeeping } from '../../../../../activities/index.ts';
import { z } from 'zod';
import { authorList } from '../../../pure/authors.ts';
import { isWebAddress, oneLine } from '../../../../../core/text/index.ts';
import type { Passage } from '../source.ts';
import type { Standing } from '../../../pure/standing.ts';
import { unreadEntries } from '../../../pure/unread.ts';
import { plainJats } from './marked.ts';
import { quoted, troubleIn } from './trouble.ts';

/** An answer of a source, on its way to the thread that reads it. */
export interface SourceAnswer {
  readonly source: string;
  readonly body: string;
  readonly limit: number;
}

/** An answer that is not what the source's documentation says; passing trouble more often than not, so it is asked again. */
export class OddAnswer extends Error {
  readonly type = 'MalformedResponse';

  constructor(source: string, problem: string) {
    super(`${source} answered something else than documented: ${problem.slice(0, 300)}`);
  }
}

/** A number that would be rounded, as ids of 64 bits would be, is its digits as text. @throws {OddAnswer} */
export function jsonOf({ source, body }: SourceAnswer): unknown {
  try {
    return parseKeeping(body);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    throw new OddAnswer(source, `its body is no JSON (${why}); it said ${quoted(body.slice(0, 1000))}`);
  }
}

/** @throws {OddAnswer} naming the field, with what the answer says, which is often why */
export function shaped<S extends z.ZodType>(source: string, schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = `${issue?.path.join('.') || 'its body'}: ${issue?.message ?? 'unknown'}`;
  throw new OddAnswer(source, `${field}; it said ${quoted(value)}`);
}

/** A list of an answer: where it stands there, and what each of its items must be. */
interface List<S extends z.ZodType> {
  readonly source: string;
  readonly items: readonly unknown[];
  readonly at: string;
  readonly schema: S;
  /** The whole of it, which may say beside the list what went wrong. */
  readonly answer?: unknown;
  /** How many results there are by its own count. */
  readonly total?: unknown;
}

/**
 * A passage of each item: one that is odd loses no other, and how many are is a gap among the passages.
 * @throws {OddAnswer} where there are items and all of them are odd, or none and the answer says that this is not all
 */
export function passagesOf<S extends z.ZodType>(list: List<S>, passageOf: (item: z.output<S>) => Passage): Passage[] {
  const { source, items, answer, total } = list;
  const trouble = troubleIn(answer);
  if (items.length === 0 && trouble) throw new OddAnswer(source, trouble);
  if (items.length === 0 && Number(total) > 0)
    throw new OddAnswer(source, `it found ${String(total).slice(0, 20)} results and gave none of them`);
  const rest = trouble ? gap(source, 'The rest of its results', trouble.slice(0, 300)) : [];
  return [...readItems(list, passageOf), ...rest];
}

function readItems<S extends z.ZodType>(
  { source, items, at, schema }: List<S>,
  passageOf: (item: z.output<S>) => Passage,
): Passage[] {
  const parsed = items.map((item) => schema.safeParse(item));
  const passages = parsed.flatMap((one) => (one.success ? [passageOf(one.data)] : []));
  const first = parsed.findIndex(({ success }) => !success);
  const issue = parsed[first]?.error?.issues[0];
  if (!issue) return passages;
  const why = `${[at, first, ...issue.path].join('.')}: ${issue.message}`;
  if (passages.length === 0) throw new OddAnswer(source, `${why}; it said ${quoted(items[first])}`);
  return [...passages, ...gap(source, `${items.length - passages.length} of ${items.length} results`, why)];
}

/** A part that a publisher filled in oddly is as if it were not there: it costs neither its item nor its source. */
export const lenient = <S extends z.ZodType>(schema: S) => schema.nullish().catch(undefined);

/** A text, which some write as a number. */
export const wording = z.union([z.string(), z.number()]).transform(String);

/** Among the passages, so that whoever reads the answer knows that there was more. */
export function gap(source: string, what: string, why: string): Passage[] {
  return unreadEntries(source, [{ path: what, why }]).map((entry) => ({ ...entry, url: '' }));
}

/** What a source says of a work, as it says it; what it does not say is undefined, null or empty. */
export interface FoundItem {
  readonly source: string;
  readonly title: string;
  readonly url: string;
  readonly text?: string | undefined;
  /** A year or a date in any form. */
  readonly year?: unknown;
  readonly doi?: string | null | undefined;
  readonly authors?: readonly (string | null | undefined)[] | undefined;
  readonly venue?: string | null | undefined;
  readonly standing?: Standing | undefined;
  readonly fullText?: string | null | undefined;
}

export const untitled = 'Untitled';

/** A passage without the parts that are not known; an address that no reader may be led to is none. */
export function passage({
  source,
  title,
  url,
  text = '',
  year,
  doi,
  authors = [],
  venue,
  standing,
  fullText,
}: FoundItem): Passage {
  const named = authorList(authors.slice(0, 1000).flatMap((name) => oneLine(plainJats(name ?? ''), 200) || []));
  const place = oneLine(plainJats(venue ?? ''), 300);
  const known = given({ year: yearIn(year), doi: doiIn(doi ?? '') });
  return {
    source,
    title: oneLine(title, 500) || untitled,
    url: isWebAddress(url) ? url : '',
    snippet: snippetOf(text),
    ...(text ? { text } : {}),
    ...known,
    ...(named.length > 0 ? { authors: named } : {}),
    ...(place ? { venue: place } : {}),
    ...given({ standing }),
    ...given({ fullText: otherAddress(fullText, url) }),
  };
}

/** The first that a reader may be led to. */
export function firstAddress(...addresses: readonly (string | null | undefined)[]): string {
  return addresses.find((address) => address && isWebAddress(address)) ?? '';
}

function otherAddress(address: string | null | undefined, url: string): string | undefined {
  return address && address !== url && isWebAddress(address) ? address : undefined;
}

/** The first year of a date in any form that a work can be of: neither the 9999 nor the 0 of who does not know it. */
export function yearIn(date: unknown): number | undefined {
  const text = typeof date === 'string' ? date.slice(0, 500) : quoted(date ?? '', 500);
  const latest = new Date().getUTCFullYear() + 2;
  // A day may stand behind it without a mark between: `20190501`.
  const years = [...text.matchAll(/(?<!\d)(1\d{3}|20\d\d)(?:[01]\d[0-3]\d)?(?!\d)/g)].map(([, year]) => Number(year));
  return years.find((year) => year <= latest);
}

/** Bare and in small letters; what is no DOI is not said to be one. */
function doiIn(text: string): string | undefined {
  const [found] = /\b10\.[\d.]{1,20}\/[^\s"{}|\\^`]{1,200}/.exec(text.slice(0, 500)) ?? [];
  return found && oneLine(found, 200).toLowerCase();
}

const snippetLength = 300;

/** The beginning of a text, truncated between words. */
function snippetOf(text: string): string {
  const line = oneLine(text.slice(0, snippetLength * 4), snippetLength * 4);
  if (line.length <= snippetLength && text.length <= snippetLength * 4) return line;
  return `${line.slice(0, line.lastIndexOf(' ', snippetLength) + 1 || snippetLength).trimEnd()} …`;
}

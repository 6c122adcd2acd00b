/** What readers of sources' answers share: they run on threads of their own and load nothing of the worker. */
import { given, parseKeeping } from '../../../../../activities/index.ts';
import type { z } from 'zod';
import { authorList } from '../../../pure/authors.ts';
import { isWebAddress, oneLine } from '../../../../../core/text/index.ts';
import type { Passage } from '../source.ts';
import type { Standing } from '../../../pure/standing.ts';
import { unreadEntries } from '../../../pure/unread.ts';

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

/** What an answer says went wrong, in whatever form it says it. */
export function problemText(problem: unknown): string {
  return typeof problem === 'string' ? problem : (JSON.stringify(problem) ?? 'it does not say why');
}

/** A number that would be rounded, as ids of 64 bits would be, is its digits as text. @throws {OddAnswer} */
export function jsonOf({ source, body }: SourceAnswer): unknown {
  try {
    return parseKeeping(body);
  } catch (error) {
    throw new OddAnswer(source, `its body is no JSON (${error instanceof Error ? error.message : 'unknown'})`);
  }
}

/** @throws {OddAnswer} naming the field, with what the answer says, which is often why */
export function shaped<S extends z.ZodType>(source: string, schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = `${issue?.path.join('.') || 'its body'}: ${issue?.message ?? 'unknown'}`;
  throw new OddAnswer(source, `${field}; it said ${JSON.stringify(value)?.slice(0, 150) ?? 'nothing'}`);
}

/** A list of an answer: where it stands there, and what each of its items must be. */
interface List<S extends z.ZodType> {
  readonly source: string;
  readonly items: readonly unknown[];
  readonly at: string;
  readonly schema: S;
}

/**
 * A passage of each item: one that is odd loses no other, and how many are is a gap among the passages.
 * @throws {OddAnswer} where there are items and all of them are odd
 */
export function passagesOf<S extends z.ZodType>(
  { source, items, at, schema }: List<S>,
  passageOf: (item: z.output<S>) => Passage,
): Passage[] {
  const parsed = items.map((item) => schema.safeParse(item));
  const passages = parsed.flatMap((one) => (one.success ? [passageOf(one.data)] : []));
  const first = parsed.findIndex(({ success }) => !success);
  const issue = parsed[first]?.error?.issues[0];
  if (!issue) return passages;
  const why = `${[at, first, ...issue.path].join('.')}: ${issue.message}`;
  if (passages.length === 0) throw new OddAnswer(source, why);
  return [...passages, ...gap(source, `${items.length - passages.length} of ${items.length} results`, why)];
}

/** A part that a publisher filled in oddly is as if it were not there: it costs neither its item nor its source. */
export const lenient = <S extends z.ZodType>(schema: S) => schema.nullish().catch(undefined);

/** Among the passages, so that whoever reads the answer knows that there was more. */
export function gap(source: string, what: string, why: string): Passage[] {
  return unreadEntries(source, [{ path: what, why }]).map((entry) => ({ ...entry, url: '' }));
}

/** What a source says of a work; what it does not say is undefined, null or empty. */
export interface FoundItem {
  readonly source: string;
  readonly title: string;
  readonly url: string;
  readonly text?: string | undefined;
  readonly year?: number | null | undefined;
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
  const named = authorList(authors.flatMap((name) => oneLine(name ?? '', 200) || []));
  const bareDoi = doi?.replace(/^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:\s?)/i, '').toLowerCase();
  return {
    source,
    title: oneLine(title, 500) || untitled,
    url: isWebAddress(url) ? url : '',
    snippet: snippetOf(text),
    ...(text ? { text } : {}),
    ...(year ? { year } : {}),
    ...(bareDoi ? { doi: oneLine(bareDoi, 200) } : {}),
    ...(named.length > 0 ? { authors: named } : {}),
    ...(venue ? { venue: oneLine(venue, 300) } : {}),
    ...given({ standing }),
    ...given({ fullText: otherAddress(fullText, url) }),
  };
}

function otherAddress(address: string | null | undefined, url: string): string | undefined {
  return address && address !== url && isWebAddress(address) ? address : undefined;
}

const snippetLength = 300;

/** The beginning of a text, truncated between words. */
function snippetOf(text: string): string {
  const line = oneLine(text.slice(0, snippetLength * 4), snippetLength * 4);
  if (line.length <= snippetLength && text.length <= snippetLength * 4) return line;
  return `${line.slice(0, line.lastIndexOf(' ', snippetLength) + 1 || snippetLength).trimEnd()} …`;
}

/** Wikipedia's search. An error may come with status 200, as an `error` in the body. */
import { z } from 'zod';
import type { Passage } from '../source.ts';
import { plainText } from './marked.ts';
import { jsonOf, lenient, OddAnswer, passage, passagesOf, shaped, wording, type SourceAnswer } from './reader.ts';
import { problemText, quoted } from './trouble.ts';

const hit = z.object({
  title: wording,
  pageid: wording.pipe(z.string().regex(/^\d{1,20}$/)),
  snippet: lenient(wording),
});
const answerShape = z.object({
  error: z.unknown().optional(),
  query: z
    .object({ search: z.array(z.unknown()), searchinfo: lenient(z.object({ totalhits: z.unknown().optional() })) })
    .optional(),
});
const knownError = z.object({ code: z.string(), info: z.string().default('no more is said') });

/** An answer, and whose articles it counts: each language has numbers of its own. */
interface WikipediaAnswer extends SourceAnswer {
  readonly origin: string;
}

export function readWikipedia(answer: WikipediaAnswer): Passage[] {
  const { source, origin } = answer;
  const whole = jsonOf(answer);
  const { error, query } = shaped(source, answerShape, whole);
  const known = knownError.safeParse(error).data;
  if (known) throw new OddAnswer(source, `${known.code}: ${known.info}`);
  if (!query)
    throw new OddAnswer(source, error ? problemText(error) : `query.search: there is none; it said ${quoted(whole)}`);
  const list = { source, items: query.search, at: 'query.search', schema: hit };
  return passagesOf({ ...list, answer: whole, total: query.searchinfo?.totalhits }, ({ title, pageid, snippet }) =>
    passage({ source, title, url: `${origin}/?curid=${pageid}`, text: plainText(snippet ?? '') }),
  );
}

/** Wikipedia's search. An error may come with status 200, as an `error` in the body. */
import { z } from 'zod';
import type { Passage } from '../source.ts';
import { plainText } from './marked.ts';
import { jsonOf, OddAnswer, passage, passagesOf, shaped, type SourceAnswer } from './reader.ts';

const hit = z.object({ title: z.string(), pageid: z.number(), snippet: z.string() });
const answerShape = z.object({
  error: z.object({ code: z.string(), info: z.string().optional() }).optional(),
  query: z.object({ search: z.array(z.unknown()) }).optional(),
});

/** An answer, and whose articles it counts: each language has numbers of its own. */
interface WikipediaAnswer extends SourceAnswer {
  readonly origin: string;
}

export function readWikipedia(answer: WikipediaAnswer): Passage[] {
  const { source, origin } = answer;
  const { error, query } = shaped(source, answerShape, jsonOf(answer));
  if (error) throw new OddAnswer(source, `${error.code}: ${error.info ?? 'no more is said'}`);
  if (!query) throw new OddAnswer(source, 'query.search: there is none');
  return passagesOf({ source, items: query.search, at: 'query.search', schema: hit }, ({ title, pageid, snippet }) =>
    passage({ source, title, url: `${origin}/?curid=${pageid}`, text: plainText(snippet) }),
  );
}

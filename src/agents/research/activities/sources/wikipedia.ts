/** Wikipedia's search. An error may come with status 200, as an `error` in the body. */
import { malformed, fetchJson, read } from '../../../../activities/index.ts';
import { z } from 'zod';
import { addressOf, plainText } from './connector.ts';
import type { Source } from './source.ts';

const name = 'wikipedia';
const hit = z.object({ title: z.string(), pageid: z.number(), snippet: z.string() });
const answerShape = z.object({
  error: z.object({ code: z.string(), info: z.string().optional() }).optional(),
  query: z.object({ search: z.array(hit) }).optional(),
});

export function wikipedia(environment: NodeJS.ProcessEnv): Source {
  return {
    name,
    kind: 'web',
    async search(question, { limit, signal }) {
      const parameters = {
        action: 'query',
        list: 'search',
        srsearch: question,
        srlimit: String(limit),
        format: 'json',
      };
      const url = addressOf(name, 'https://en.wikipedia.org/w/api.php', environment, parameters);
      const { error, query } = read(name, answerShape, await fetchJson(url, { source: name, signal }));
      if (error) throw malformed(name, `${error.code}: ${error.info ?? 'no more is said'}`);
      return (query?.search ?? []).map(({ title, pageid, snippet }) => {
        const text = plainText(snippet);
        return {
          source: name,
          title,
          url: `https://en.wikipedia.org/?curid=${pageid}`,
          snippet: text,
          ...(text ? { text } : {}),
        };
      });
    },
  };
}

/**
 * Questions of Stack Overflow, by Stack Exchange's search.
 * The surprising rule: a 200 may carry `backoff`, seconds in which the same method must not be called; whoever calls
 * anyway is cut off with a 400 or 503 named `throttle_violation`.
 */
import { rateLimited, type Refusal, fetchJson, read } from '../../../../activities/index.ts';
import type { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { termsOf } from '../../pure/terms.ts';
import { addressOf, details, plainText, snippetOf } from './connector.ts';
import type { Source } from './source.ts';

const name = 'stack-exchange';
const item = z.object({
  title: z.string(),
  link: z.string(),
  body: z.string().optional(),
  creation_date: z.number().optional(),
});
const answerShape = z.object({ items: z.array(item), backoff: z.number().optional() });

export function stackExchange(environment: NodeJS.ProcessEnv): Source {
  /** Until when it wants to be left alone, in ms since the epoch. */
  let quietUntil = 0;
  return {
    name,
    kind: 'web',
    async search(question, { limit, signal }) {
      const wait = quietUntil - Date.now();
      if (wait > 0) throw rateLimited(name, 'it asked to be left alone for a while', wait);
      const key = environment['STACK_EXCHANGE_API_KEY'];
      const url = addressOf(name, 'https://api.stackexchange.com/2.3/search/advanced', environment, {
        q: termsOf(question).slice(0, 6).join(' '),
        site: environment['FANFOLD_STACK_EXCHANGE_SITE'] ?? 'stackoverflow',
        pagesize: String(limit),
        order: 'desc',
        sort: 'relevance',
        filter: 'withbody',
        ...(key ? { key } : {}),
      });
      const answer = await fetchJson(url, { source: name, signal, meaning: violation });
      const { items, backoff } = read(name, answerShape, answer);
      if (backoff !== undefined) quietUntil = Date.now() + backoff * 1000;
      return items.map(({ title, link, body = '', creation_date: created }) => {
        const text = plainText(body);
        const year = created === undefined ? undefined : new Date(created * 1000).getUTCFullYear();
        return {
          source: name,
          title: plainText(title),
          url: link,
          snippet: snippetOf(text),
          ...details({ text, year }),
        };
      });
    },
  };
}

/** `too many requests from this IP, more requests available in 81 seconds` */
function violation({ source, body = '' }: Refusal): ApplicationFailure | undefined {
  if (!body.includes('throttle_violation')) return undefined;
  const seconds = /available in (\d+) seconds?/.exec(body)?.[1];
  return rateLimited(source, 'throttle_violation', seconds === undefined ? undefined : Number(seconds) * 1000);
}

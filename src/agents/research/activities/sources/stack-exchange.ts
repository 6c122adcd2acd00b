/**
 * Questions of Stack Overflow, by Stack Exchange's search.
 * A 200 may carry `backoff`, seconds in which the same method must not be called; whoever calls
 * anyway is cut off with a 400 or 503 named `throttle_violation`.
 */
import { rateLimited, type HttpRefusal } from '../../../../activities/index.ts';
import type { ApplicationFailure } from '@temporalio/common';
import { addressOf, askSource, json, searchWords } from './connector.ts';
import type { readStackExchange } from './readers/stack-exchange.ts';
import type { Source } from './source.ts';

const name = 'stack-exchange';
/** Seconds: who asks to be left alone for longer is asked once a day. */
const longestBackoff = 86_400;

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
        q: searchWords(question, 6).join(' '),
        site: environment['FANFOLD_STACK_EXCHANGE_SITE'] ?? 'stackoverflow',
        pagesize: String(limit),
        order: 'desc',
        sort: 'relevance',
        filter: 'withbody',
        ...(key ? { key } : {}),
      });
      const asked = { source: name, signal, limit, headers: json, meaning: violation };
      const reader = ['stack-exchange.ts', 'readStackExchange'] as const;
      const { passages, backoff } = await askSource<typeof readStackExchange>(reader, url, asked);
      if (backoff !== undefined) quietUntil = Date.now() + Math.min(backoff, longestBackoff) * 1000;
      return passages;
    },
  };
}

/** `too many requests from this IP, more requests available in 81 seconds` */
function violation({ source, body = '' }: HttpRefusal): ApplicationFailure | undefined {
  if (!body.includes('throttle_violation')) return undefined;
  const seconds = /available in (\d{1,9}) seconds?/.exec(body.slice(0, 5000))?.[1];
  return rateLimited(source, 'throttle_violation', seconds === undefined ? undefined : Number(seconds) * 1000);
}

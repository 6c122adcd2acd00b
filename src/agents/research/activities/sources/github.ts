/**
 * GitHub's search of issues and of repositories: two sources behind one limit (10 calls a minute, 30 with a token).
 * The surprising rule: a spent limit comes as 403 with its counter at zero, and an answer may say that it is incomplete.
 */
import { malformed, rateLimited, type Refusal, fetchJson, read } from '../../../../activities/index.ts';
import type { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { termsOf } from '../../pure/terms.ts';
import { addressOf, details, plainText, snippetOf } from './connector.ts';
import type { Source } from './source.ts';

const limit = 'github';
/** All words must be met, so that a whole sentence would find nothing. */
const mostWords = 5;

const issue = z.object({
  title: z.string(),
  html_url: z.string(),
  body: z.string().nullish(),
  created_at: z.string().nullish(),
});
const repository = z.object({
  full_name: z.string(),
  html_url: z.string(),
  description: z.string().nullish(),
  topics: z.array(z.string()).nullish(),
  pushed_at: z.string().nullish(),
});
const answerOf = <I extends z.ZodType>(item: I) =>
  z.object({ incomplete_results: z.boolean().default(false), items: z.array(item) });
const issues = answerOf(issue);
const repositories = answerOf(repository);

export function githubIssues(environment: NodeJS.ProcessEnv): Source {
  const name = 'github-issues';
  return {
    name,
    kind: 'web',
    limit,
    async search(question, options) {
      const answer = read(name, issues, await ask(name, 'issues', question, options, environment));
      return whole(name, answer).map(({ title, html_url: url, body, created_at: created }) => {
        const text = plainText(body ?? '');
        return { source: name, title, url, snippet: snippetOf(text), ...details({ text, year: yearOf(created) }) };
      });
    },
  };
}

export function githubRepositories(environment: NodeJS.ProcessEnv): Source {
  const name = 'github-repositories';
  return {
    name,
    kind: 'web',
    limit,
    async search(question, options) {
      const answer = read(name, repositories, await ask(name, 'repositories', question, options, environment));
      return whole(name, answer).map(({ full_name: title, html_url: url, description, topics, pushed_at: pushed }) => {
        const about = topics && topics.length > 0 ? ` Topics: ${topics.join(', ')}.` : '';
        const text = plainText(`${description ?? ''}${about}`);
        return { source: name, title, url, snippet: snippetOf(text), ...details({ text, year: yearOf(pushed) }) };
      });
    },
  };
}

async function ask(
  name: string,
  what: string,
  question: string,
  { limit: most, signal }: { limit: number; signal: AbortSignal },
  environment: NodeJS.ProcessEnv,
): Promise<unknown> {
  const token = environment['GITHUB_TOKEN']?.trim();
  const url = addressOf(name, `https://api.github.com/search/${what}`, environment, {
    q: termsOf(question).slice(0, mostWords).join(' ').slice(0, 256),
    per_page: String(most),
  });
  const headers = {
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  return fetchJson(url, { source: name, signal, headers, meaning: spent });
}

/** Its primary limit tells when it is over; its secondary one says so in words, and in `Retry-After`, which the status reads. */
function spent({ source, status, header, body = '' }: Refusal): ApplicationFailure | undefined {
  if (status !== 403 && status !== 429) return undefined;
  if (header('x-ratelimit-remaining') === '0') {
    const reset = Number(header('x-ratelimit-reset'));
    return rateLimited(source, 'its limit is spent', reset > 0 ? reset * 1000 - Date.now() : undefined);
  }
  if (!body.includes('secondary rate limit')) return undefined;
  const seconds = Number(header('retry-after') ?? Number.NaN);
  return rateLimited(source, 'its secondary limit is spent', Number.isNaN(seconds) ? 60_000 : seconds * 1000);
}

/** Incomplete and empty is no answer; incomplete and with something in it is one. */
function whole<I>(
  name: string,
  { incomplete_results: incomplete, items }: { incomplete_results: boolean; items: I[] },
) {
  if (incomplete && items.length === 0) throw malformed(name, 'it ran out of time and found nothing by then');
  return items;
}

function yearOf(date: string | null | undefined): number | undefined {
  return date ? Number(date.slice(0, 4)) || undefined : undefined;
}

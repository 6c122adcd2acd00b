/**
 * GitHub's search of issues and of repositories: two sources behind one limit (10 calls a minute, 30 with a token).
 * A spent limit comes as 403 with its counter at zero, and an answer may say that it is incomplete.
 */
import { given, rateLimited, type HttpRefusal } from '../../../../activities/index.ts';
import type { ApplicationFailure } from '@temporalio/common';
import { addressOf, askSource, searchWords } from './connector.ts';
import type { readIssues, readRepositories } from './readers/github.ts';
import type { PagesOf, Passage, SearchOptions, Source } from './source.ts';

const limit = 'github';
/** All words must be met, so that a whole sentence would find nothing. */
const mostWords = 5;

export function githubIssues(environment: NodeJS.ProcessEnv): Source {
  return sourceOf('github-issues', 'issues', 'readIssues', environment);
}

export function githubRepositories(environment: NodeJS.ProcessEnv): Source {
  // What a repository is about stands on its page.
  const pages: PagesOf = { at: 'url', most: 3, origins: [] };
  return sourceOf('github-repositories', 'repositories', 'readRepositories', environment, pages);
}

function sourceOf(name: string, what: string, reader: string, environment: NodeJS.ProcessEnv, pages?: PagesOf): Source {
  return {
    name,
    kind: 'web',
    limit,
    ...given({ pages }),
    search: (question, options) => ask(name, what, reader, question, options, environment),
  };
}

async function ask(
  name: string,
  what: string,
  reader: string,
  question: string,
  { limit: most, signal }: SearchOptions,
  environment: NodeJS.ProcessEnv,
): Promise<Passage[]> {
  const token = environment['GITHUB_TOKEN']?.trim();
  const url = addressOf(name, `https://api.github.com/search/${what}`, environment, {
    q: searchWords(question, mostWords).join(' ').slice(0, 256),
    per_page: String(most),
  });
  const headers = {
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  const asked = { source: name, signal, limit: most, headers, meaning: spent };
  return askSource<typeof readIssues | typeof readRepositories>(['github.ts', reader], url, asked);
}

/** Its primary limit says when it is over; its secondary one says so in words, and in `Retry-After`, which the status reads. */
function spent({ source, status, header, body = '' }: HttpRefusal): ApplicationFailure | undefined {
  if (status !== 403 && status !== 429) return undefined;
  if (header('x-ratelimit-remaining') === '0') {
    const reset = Number(header('x-ratelimit-reset'));
    return rateLimited(source, 'its limit is spent', reset > 0 ? reset * 1000 - Date.now() : undefined);
  }
  if (!body.includes('secondary rate limit')) return undefined;
  const seconds = Number(header('retry-after') ?? Number.NaN);
  return rateLimited(source, 'its secondary limit is spent', Number.isNaN(seconds) ? 60_000 : seconds * 1000);
}

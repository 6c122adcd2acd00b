/** GitHub's search of issues and of repositories. An answer may say that it is incomplete. */
import { z } from 'zod';
import type { Passage } from '../source.ts';
import { asWritten } from './marked.ts';
import { each, jsonOf, OddAnswer, passage, shaped, type SourceAnswer } from './reader.ts';

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
const answerShape = z.object({ incomplete_results: z.boolean().nullish(), items: z.array(z.unknown()) });

export function readIssues(answer: SourceAnswer): Passage[] {
  return each(answer.source, issue, itemsOf(answer), 'items').map(
    ({ title, html_url: url, body, created_at: created }) =>
      passage({ source: answer.source, title, url, text: asWritten(body ?? ''), year: yearOf(created) }),
  );
}

export function readRepositories(answer: SourceAnswer): Passage[] {
  const { source } = answer;
  return each(source, repository, itemsOf(answer), 'items').map(({ full_name: title, html_url: url, ...about }) => {
    const topics = about.topics?.length ? ` Topics: ${about.topics.join(', ')}.` : '';
    return passage({
      source,
      title,
      url,
      text: asWritten(`${about.description ?? ''}${topics}`),
      year: yearOf(about.pushed_at),
    });
  });
}

/** Incomplete and empty is no answer; incomplete and with something in it is one. */
function itemsOf(answer: SourceAnswer): unknown[] {
  const { incomplete_results: incomplete, items } = shaped(answer.source, answerShape, jsonOf(answer));
  if (incomplete && items.length === 0) {
    throw new OddAnswer(answer.source, 'it ran out of time and found nothing by then');
  }
  return items;
}

function yearOf(date: string | null | undefined): number | undefined {
  return date ? Number(date.slice(0, 4)) || undefined : undefined;
}
